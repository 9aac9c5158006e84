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
		if (node.kind != yaml::Kind::map) {
			findings_.error("not-a-map", node.place, "",
					std::string("expected a rule, macro or list, found ") +
						yaml::describe_kind(node));
			return;
		}
		std::vector<ItemKind> kinds;
		for (const auto kind : {ItemKind::rule, ItemKind::macro, ItemKind::list}) {
			if (node.find(name_of(kind))) {
				kinds.push_back(kind);
			}
		}
		if (kinds.size() > 1) {
			findings_.error("mixed-item", node.place, "",
					"an entry is either a rule, a macro or a list, this one has the keys of two");
		} else if (const auto *version = node.find("required_engine_version")) {
			require_engine_version(*version, files_, findings_);
		} else if (const auto *plugins = node.find("required_plugin_versions")) {
			require_plugin_versions(*plugins, files_, findings_);
		} else if (kinds.empty()) {
			const std::string first = node.entries.empty() ? "" : node.entries.front().key;
			findings_.error("unknown-item", node.place, "",
					"expected one of the keys rule, macro and list" +
						(first.empty()
							 ? ""
							 : ", found '" + first + "'" +
								   did_you_mean(first, {"rule", "macro", "list"})));
		} else if (const auto entry = entries_.read(kinds.front(), node)) {
			definitions_.apply(*entry);
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
			for (const auto &root : yaml::parse_all(*text, *paths)) {
				reader.read(root);
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
	return files;
}

} // namespace falco::matcher
