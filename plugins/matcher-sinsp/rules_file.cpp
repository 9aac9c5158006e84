// SPDX-License-Identifier: Apache-2.0
#include "rules_file.hpp"

#include "common/nearest.hpp"

#include <algorithm>
#include <cctype>

namespace falco::matcher {

namespace {

constexpr const char *kPriorities[] = {"emergency", "alert",  "critical",      "error",
				       "warning",   "notice", "informational", "debug"};

const std::vector<std::string> kListKeys = {"list", "items"};
const std::vector<std::string> kMacroKeys = {"macro", "condition"};
const std::vector<std::string> kRuleKeys = {"rule",     "condition", "output",  "desc",
					    "priority", "tags",      "enabled", "source"};

// Keys of other rules languages that change what an item means: passing over them would load something else than what
// was written.
const std::vector<std::string> kForeignKeys = {"append", "override", "exceptions"};

bool has(const std::vector<std::string> &names, const std::string &name)
{
	return std::find(names.begin(), names.end(), name) != names.end();
}

// Reads one file into `files`.
class Reader {
public:
	Reader(std::shared_ptr<const yaml::Document> document, RulesFiles &files, Findings &findings)
	    : document_(std::move(document)), files_(files), findings_(findings)
	{
	}

	void read()
	{
		const auto &root = document_->root;
		if (root.kind == yaml::Kind::null) {
			return; // an empty file is no mistake
		}
		if (root.kind != yaml::Kind::sequence) {
			findings_.error("not-a-list", root.place, "",
					std::string("expected a list of rules, macros and lists, found ") +
						yaml::describe_kind(root));
			return;
		}
		for (const auto &entry : root.items) {
			read_entry(entry);
		}
	}

private:
	void read_entry(const yaml::Node &entry)
	{
		if (entry.kind != yaml::Kind::map) {
			findings_.error("not-a-map", entry.place, "",
					std::string("expected a rule, macro or list, found ") +
						yaml::describe_kind(entry));
			return;
		}
		int kinds = 0;
		for (const char *key : {"rule", "macro", "list"}) {
			kinds += entry.find(key) != nullptr;
		}
		if (kinds > 1) {
			findings_.error("mixed-item", entry.place, "",
					"an entry is either a rule, a macro or a list, this one has the keys of two");
		} else if (entry.find("rule")) {
			read_rule(entry);
		} else if (entry.find("macro")) {
			read_macro(entry);
		} else if (entry.find("list")) {
			read_list(entry);
		} else if (entry.find("required_engine_version") || entry.find("required_plugin_versions")) {
			findings_.warn("unchecked-requirement", entry.place, "",
				       "required versions are not checked by this version of falco");
		} else {
			std::string first = entry.entries.empty() ? "" : entry.entries.front().key;
			findings_.error("unknown-item", entry.place, "",
					"expected one of the keys rule, macro and list" +
						(first.empty()
							 ? ""
							 : ", found '" + first + "'" +
								   did_you_mean(first, {"rule", "macro", "list"})));
		}
	}

	// The item with its name, or false when it has none that can be used.
	bool begin(Item &item, ItemKind kind, const yaml::Node &entry)
	{
		const char *key = name_of(kind);
		const yaml::Node *name = entry.find(key);
		item.kind = kind;
		item.document = document_;
		item.place = name->place;
		if (name->kind != yaml::Kind::scalar || name->text.empty()) {
			findings_.error("no-name", name->place.line ? name->place : entry.place, "",
					std::string("a ") + key + " needs a name, found " + yaml::describe_kind(*name));
			return false;
		}
		item.name = name->text;
		return true;
	}

	void check_keys(const Item &item, const yaml::Node &entry, const std::vector<std::string> &known)
	{
		for (const auto &found : entry.entries) {
			if (has(kForeignKeys, found.key)) {
				findings_.error("unsupported-key", found.place, item.title(),
						"key '" + found.key + "' is not supported by this version of falco");
			} else if (!has(known, found.key)) {
				findings_.warn("unknown-key", found.place, item.title(),
					       "unknown key '" + found.key + "'" + did_you_mean(found.key, known));
			}
		}
	}

	// The text of a key that the item must have; nullptr after an error.
	const yaml::Node *require_text(const Item &item, const yaml::Node &entry, const char *key)
	{
		const yaml::Node *node = entry.find(key);
		if (!node) {
			findings_.error("missing-key", item.place, item.title(),
					std::string("the key '") + key + "' is missing");
			return nullptr;
		}
		const bool blank = node->kind == yaml::Kind::null ||
				   (node->kind == yaml::Kind::scalar &&
				    node->text.find_first_not_of(" \t\r\n") == std::string::npos);
		if (blank || node->kind != yaml::Kind::scalar) {
			findings_.error(blank ? "empty-value" : "wrong-type", node->place, item.title(),
					std::string("'") + key + "' must be text, found " +
						(blank ? "nothing" : yaml::describe_kind(*node)));
			return nullptr;
		}
		return node;
	}

	void read_rule(const yaml::Node &entry)
	{
		Item item;
		if (!begin(item, ItemKind::rule, entry)) {
			return;
		}
		check_keys(item, entry, kRuleKeys);
		item.condition = require_text(item, entry, "condition");
		item.output = require_text(item, entry, "output");
		const yaml::Node *desc = require_text(item, entry, "desc");
		const yaml::Node *priority = require_text(item, entry, "priority");
		bool good = item.condition && item.output && desc && priority;
		if (desc) {
			item.desc = desc->text;
		}
		if (priority) {
			item.priority = parse_priority(priority->text);
			if (item.priority < 0) {
				findings_.error(
					"bad-priority", priority->place, item.title(),
					"unknown priority '" + priority->text +
						"': expected emergency, alert, critical, error, warning, notice, "
						"informational or debug" +
						did_you_mean(lower(priority->text),
							     {std::begin(kPriorities), std::end(kPriorities)}));
				good = false;
			}
		}
		good = read_tags(item, entry) && good;
		good = read_enabled(item, entry) && good;
		const yaml::Node *source = entry.find("source");
		if (source && source->text != "syscall") {
			findings_.warn("other-source", source->place, item.title(),
				       "skipped: its source is '" + source->text +
					       "', and only syscall events are captured");
			item.active = false;
		}
		if (good) {
			add(std::move(item), files_.rules);
		}
	}

	bool read_tags(Item &item, const yaml::Node &entry)
	{
		const yaml::Node *tags = entry.find("tags");
		if (!tags || tags->kind == yaml::Kind::null) {
			return true;
		}
		for (const auto &tag : tags->items) {
			if (tag.kind != yaml::Kind::scalar) {
				findings_.error("wrong-type", tag.place, item.title(), "a tag must be text");
				return false;
			}
			item.tags.push_back(tag.text);
		}
		if (tags->kind != yaml::Kind::sequence) {
			findings_.error("wrong-type", tags->place, item.title(),
					std::string("'tags' must be a list, found ") + yaml::describe_kind(*tags));
			return false;
		}
		return true;
	}

	bool read_enabled(Item &item, const yaml::Node &entry)
	{
		const yaml::Node *enabled = entry.find("enabled");
		if (!enabled) {
			return true;
		}
		const auto value = yaml::to_json(*enabled);
		if (!value.is_boolean()) {
			findings_.error("wrong-type", enabled->place, item.title(), "'enabled' must be true or false");
			return false;
		}
		item.active = value.get<bool>();
		return true;
	}

	void read_macro(const yaml::Node &entry)
	{
		Item item;
		if (!begin(item, ItemKind::macro, entry)) {
			return;
		}
		check_keys(item, entry, kMacroKeys);
		item.condition = require_text(item, entry, "condition");
		if (item.condition) {
			add(std::move(item), files_.macros);
		}
	}

	void read_list(const yaml::Node &entry)
	{
		Item item;
		if (!begin(item, ItemKind::list, entry)) {
			return;
		}
		check_keys(item, entry, kListKeys);
		const yaml::Node *items = entry.find("items");
		if (!items || items->kind != yaml::Kind::sequence) {
			findings_.error(items ? "wrong-type" : "missing-key", items ? items->place : item.place,
					item.title(), "a list needs the key 'items' with a list, such as [a, b]");
			return;
		}
		for (const auto &value : items->items) {
			if (value.kind != yaml::Kind::scalar) {
				findings_.error("wrong-type", value.place, item.title(),
						std::string("an item of a list must be text or a number, found ") +
							yaml::describe_kind(value));
				return;
			}
			item.items.push_back(&value);
		}
		add(std::move(item), files_.lists);
	}

	void add(Item &&item, std::map<std::string, size_t> &names)
	{
		const auto [known, is_new] = names.emplace(item.name, files_.items.size());
		if (is_new) {
			files_.items.push_back(std::move(item));
			return;
		}
		Item &earlier = files_.items[known->second];
		findings_.warn("redefined", item.place, item.title(),
			       "defined again: takes the place of the one at " + earlier.place.str());
		earlier = std::move(item);
	}

	static std::string lower(std::string text)
	{
		std::transform(text.begin(), text.end(), text.begin(),
			       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
		return text;
	}

	std::shared_ptr<const yaml::Document> document_;
	RulesFiles &files_;
	Findings &findings_;
};

} // namespace

const char *name_of(ItemKind kind)
{
	switch (kind) {
	case ItemKind::list:
		return "list";
	case ItemKind::macro:
		return "macro";
	case ItemKind::rule:
		break;
	}
	return "rule";
}

int parse_priority(const std::string &text)
{
	if (text.empty()) {
		return -1;
	}
	for (int priority = 0; priority < 8; priority++) {
		const std::string name = kPriorities[priority];
		if (text.size() <= name.size() &&
		    std::equal(text.begin(), text.end(), name.begin(),
			       [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; })) {
			return priority;
		}
	}
	return -1;
}

RulesFiles read_rules(const char *const *paths, Findings &findings)
{
	RulesFiles files;
	for (; *paths; paths++) {
		try {
			auto document = std::make_shared<const yaml::Document>(yaml::read_file(*paths));
			Reader(std::move(document), files, findings).read();
		} catch (const yaml::Error &e) {
			findings.error("yaml", e.place(), "", e.message());
		}
	}
	return files;
}

} // namespace falco::matcher
