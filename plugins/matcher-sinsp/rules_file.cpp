// SPDX-License-Identifier: Apache-2.0
#include "rules_file.hpp"

#include "common/nearest.hpp"
#include "common/yaml_documents.hpp"
#include "definitions.hpp"
#include "entry_reader.hpp"
#include "exception_check.hpp"
#include "requirements.hpp"

namespace falco::matcher {

namespace {

const std::string kEngineRequirement = "required_engine_version";
const std::string kPluginRequirement = "required_plugin_versions";

// Reads one file into `files`.
class Reader {
public:
	Reader(const std::shared_ptr<const std::string> &text, RulesFiles &files, Findings &findings)
	    : entries_(text, findings), definitions_(files, findings), files_(files), findings_(findings)
	{
	}

	// One document of the file.
	void read(const yaml::Node &root)
	{
		if (root.kind == yaml::Kind::null) {
			return; // an empty file is no mistake
		}
		if (root.kind != yaml::Kind::sequence) {
			findings_.error("not-a-list", root.place, "",
					std::string("expected a list of rules, macros and lists, found ") +
						yaml::describe_kind(root));
			return;
		}
		for (const auto &node : root.items) {
			read_entry(node);
		}
	}

private:
	void read_entry(const yaml::Node &node)
	{
		if (node.kind == yaml::Kind::null) {
			findings_.warn("unknown-entry", node.place, "", "skipped: the entry is empty");
			return;
		}
		if (node.kind != yaml::Kind::map) {
			findings_.error("not-a-map", node.place, "",
					std::string("expected a rule, macro or list, found ") +
						yaml::describe_kind(node));
			return;
		}
		std::vector<std::string> kinds;
		for (const auto &kind : kinds_of_entries()) {
			if (node.find(kind)) {
				kinds.push_back(kind);
			}
		}
		if (kinds.empty()) {
			report_unknown(node);
		} else if (kinds.size() > 1) {
			findings_.error("mixed-item", node.place, "",
					"an entry is one thing, and this one has the keys '" + kinds[0] + "' and '" +
						kinds[1] + "'");
		} else {
			read_entry(kinds.front(), node);
		}
	}

	static const std::vector<std::string> &kinds_of_entries()
	{
		static const std::vector<std::string> names = {"rule", "macro", "list", kEngineRequirement,
							       kPluginRequirement};
		return names;
	}

	// `kind`: the one key of those that the entry has.
	void read_entry(const std::string &kind, const yaml::Node &node)
	{
		const auto &value = *node.find(kind);
		for (const auto item : {ItemKind::rule, ItemKind::macro, ItemKind::list}) {
			if (kind != name_of(item)) {
				continue;
			}
			if (const auto entry = entries_.read(item, node)) {
				definitions_.apply(*entry);
			}
			return;
		}
		kind == kEngineRequirement ? require_engine_version(value, files_, findings_)
					   : require_plugin_versions(value, files_, findings_);
		for (const auto &other : node.entries) {
			if (other.key != kind) {
				findings_.warn("unknown-key", other.place, "",
					       "unknown key '" + other.key + "' beside '" + kind + "'");
			}
		}
	}

	// What a newer version of the language may know is skipped, a slip of the pen is not.
	void report_unknown(const yaml::Node &node)
	{
		const std::string first = node.entries.empty() ? "" : node.entries.front().key;
		const std::string nearest = did_you_mean(first, kinds_of_entries());
		if (first.empty() || !nearest.empty()) {
			findings_.error("unknown-item", node.place, "",
					"expected one of the keys rule, macro and list" +
						(first.empty() ? "" : ", found '" + first + "'" + nearest));
		} else {
			findings_.warn("unknown-entry", node.place, "",
				       "skipped: expected one of the keys rule, macro and list, found '" + first + "'");
		}
	}

	EntryReader entries_;
	Definitions definitions_;
	RulesFiles &files_;
	Findings &findings_;
};

} // namespace

RulesFiles read_rules(const char *const *paths, Findings &findings)
{
	RulesFiles files;
	for (; *paths; paths++) {
		auto text = std::make_shared<std::string>();
		findings.add_file(*paths, text);
		try {
			*text = yaml::read_text(*paths);
			Reader reader(text, files, findings);
			std::vector<yaml::Error> repeated;
			for (const auto &root : yaml::parse_all(*text, *paths, &repeated)) {
				reader.read(root);
			}
			for (const auto &error : repeated) {
				findings.error("yaml", error.place(), "", error.message());
			}
		} catch (const yaml::Error &e) {
			findings.error(e.place().line == 0 ? "unreadable" : "yaml", e.place(), "", e.message());
		}
	}
	for (auto &item : files.items) {
		if (!check_exceptions(item, findings)) {
			item.exceptions.clear();
		}
	}
	files.items.shrink_to_fit(); // they stay as long as the rules
	return files;
}

} // namespace falco::matcher
