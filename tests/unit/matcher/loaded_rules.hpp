// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/matcher-sinsp/compiled_rule.hpp"
#include "plugins/matcher-sinsp/finding_codes.hpp"
#include "plugins/matcher-sinsp/rule_selection.hpp"
#include "rules_schema_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

namespace falco::matcher {

// Rules files given as text, loaded as the plugin loads them.
class LoadedRules {
public:
	explicit LoadedRules(const std::vector<std::string> &texts, const CompileOptions &options = {},
			     const std::vector<Selection> &selections = {}, int least_priority = 7)
	{
		std::vector<const char *> paths;
		for (const auto &text : texts) {
			char path[] = "/tmp/falco-rules-XXXXXX";
			const int fd = mkstemp(path);
			close(fd);
			std::ofstream(path) << text;
			files_on_disk_.emplace_back(path);
		}
		for (const auto &path : files_on_disk_) {
			paths.push_back(path.c_str());
		}
		paths.push_back(nullptr);
		falco_report report = {sizeof report, 0, this, add};
		Findings collected;
		files = read_rules(paths.data(), collected);
		select_rules(files, selections, least_priority, collected);
		rules = compile_rules(files, options, &inspector, checks, collected);
		collected.send(report);
		for (size_t i = 0; i < texts.size(); i++) {
			compare_with_schema(texts[i], codes_[files_on_disk_[i]]);
		}
	}
	explicit LoadedRules(const std::string &text, const CompileOptions &options = {})
	    : LoadedRules(std::vector{text}, options)
	{
	}
	~LoadedRules()
	{
		for (const auto &path : files_on_disk_) {
			unlink(path.c_str());
		}
	}

	// "line:column code item: message" of each finding of a level, without the file's name.
	std::vector<std::string> errors, warnings;

	sinsp inspector;
	sinsp_filter_check_list checks;
	RulesFiles files;
	std::vector<CompiledRule> rules;

	std::string condition(size_t rule) const { return ast::as_string(rules.at(rule).condition.get()); }

private:
	static void add(void *ctx, const falco_finding *finding)
	{
		auto &self = *static_cast<LoadedRules *>(ctx);
		EXPECT_NE(find_code(finding->code), nullptr) << finding->code;
		const bool useless = std::string(finding->message).find("has no effect") != std::string::npos;
		if (finding->file && !useless) {
			self.codes_[finding->file].insert(finding->code);
		}
		std::string text = std::to_string(finding->line) + ":" + std::to_string(finding->column) + " " +
				   finding->code + " " + (finding->item ? std::string(finding->item) + ": " : "") +
				   finding->message;
		for (const auto &path : self.files_on_disk_) {
			for (size_t at; (at = text.find(path)) != std::string::npos;) {
				text.replace(at, path.size(), "FILE");
			}
		}
		(finding->level == FALCO_LOG_ERROR ? self.errors : self.warnings).push_back(text);
	}

	// The schema accepts what brings no error and no key or code without a meaning, and refuses what is not made as
	// a rules file is.
	static void compare_with_schema(const std::string &text, const std::set<std::string> &codes)
	{
		constexpr size_t kLargest = 100'000; // the validator takes its time
		const bool silenced = text.find("[unknown-key") != std::string::npos ||
				      text.find("[unknown-warning") != std::string::npos;
		const auto verdict =
			text.size() > kLargest || silenced ? SchemaVerdict::not_yaml : fits_rules_schema(text);
		bool clean = true, misshapen = false;
		for (const auto &code : codes) {
			const auto *known = find_code(code);
			static const std::set<std::string> of_shape = {
				"unknown-key",  "unknown-warning", "unknown-entry", "not-a-list",  "not-a-map",
				"unknown-item", "mixed-item",      "no-name",       "empty-value", "wrong-type",
				"bad-priority", "missing-key",     "bad-override",
			};
			const bool shape = of_shape.count(code) > 0;
			misshapen = misshapen || shape;
			clean = clean && !shape && known && known->is_warning;
		}
		if (clean) {
			EXPECT_NE(verdict, SchemaVerdict::refuses) << text;
		}
		if (misshapen) {
			EXPECT_NE(verdict, SchemaVerdict::accepts) << text;
		}
	}

	std::vector<std::string> files_on_disk_;
	std::map<std::string, std::set<std::string>> codes_; // of findings, by file
};

// Naming an ignored event is an error.
inline CompileOptions strict()
{
	CompileOptions options;
	options.strict = true;
	return options;
}

// A rules file of one rule with this condition.
inline std::string rule_with(const std::string &condition, const std::string &output = "x")
{
	return "- rule: r\n  desc: d\n  condition: " + condition + "\n  output: " + output + "\n  priority: INFO\n";
}

} // namespace falco::matcher
