// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fuzz/input_file.hpp"
#include "plugins/matcher-sinsp/compiled_rule.hpp"
#include "plugins/matcher-sinsp/description.hpp"
#include "plugins/matcher-sinsp/finding_codes.hpp"
#include "plugins/matcher-sinsp/graph_evaluator.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace falco::fuzz {

// Ends the process when something that always holds does not.
inline void require(bool holds, const char *what, const std::string &about)
{
	if (!holds) {
		std::fprintf(stderr, "does not hold: %s\n%s\n", what, about.c_str());
		std::abort();
	}
}

// Loads a rules file as the matcher does and checks that each finding can be shown. Made once: libsinsp's objects take
// their time.
class RulesLoader {
public:
	struct Loaded {
		matcher::RulesFiles files;
		std::vector<matcher::CompiledRule> rules;
		size_t errors = 0;
	};

	Loaded load(const uint8_t *data, size_t size)
	{
		text_.assign(reinterpret_cast<const char *>(data), size);
		const char *paths[] = {input_.write(data, size).c_str(), nullptr};
		matcher::Findings findings;
		Loaded loaded;
		loaded.files = matcher::read_rules(paths, findings);
		loaded.rules = matcher::compile_rules(loaded.files, {}, &inspector, checks, findings);
		findings.send({sizeof(falco_report), 0, this, check_finding});
		loaded.errors = findings.errors();
		if (loaded.errors == 0) {
			matcher::describe_rules(loaded.files, loaded.rules, &inspector, checks).dump();
			matcher::GraphEvaluator(loaded.rules, false, &inspector);
			for (const auto &rule : loaded.rules) {
				matcher::FieldExtractor(rule.output, &inspector, checks);
			}
		}
		return loaded;
	}

	sinsp inspector;
	sinsp_filter_check_list checks;

private:
	static void check_finding(void *ctx, const falco_finding *finding)
	{
		const std::string &text = static_cast<RulesLoader *>(ctx)->text_;
		const std::string message = finding->message;
		require(matcher::find_code(finding->code) != nullptr, "the code is known", finding->code);
		require(!message.empty() && message.size() < 4096 + text.size(), "the message can be read", message);
		if (finding->line == 0) {
			return;
		}
		const auto lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
		require(finding->line <= lines, "the line is in the file", message);
		if (finding->source_line.data) {
			require(finding->column >= 1 && finding->column <= finding->source_line.size + 1,
				"the column is in the line", message);
			require(finding->offset <= text.size(), "the offset is in the file", message);
		}
	}

	InputFile input_;
	std::string text_;
};

} // namespace falco::fuzz
