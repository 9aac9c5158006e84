// SPDX-License-Identifier: Apache-2.0
#include "entry_reader.hpp"

#include "common/nearest.hpp"

#include <algorithm>
#include <cctype>

namespace falco::matcher {

namespace {

using Keys = std::vector<std::string>;

const Keys &known_keys(ItemKind kind)
{
	static const Keys list = {"list", "items", "append", "override", "ignore_warnings"};
	static const Keys macro = {"macro", "condition", "append", "override", "ignore_warnings"};
	static const Keys rule = {"rule",
				  "condition",
				  "output",
				  "desc",
				  "priority",
				  "tags",
				  "enabled",
				  "source",
				  "append",
				  "override",
				  "exceptions",
				  "warn_evttypes",
				  "skip-if-unknown-filter",
				  "ignore_warnings"};
	return kind == ItemKind::list ? list : kind == ItemKind::macro ? macro : rule;
}

// Which keys `override` may append to and replace.
const Keys &overridable(ItemKind kind, Operation operation)
{
	static const Keys items = {"items"};
	static const Keys condition = {"condition"};
	static const Keys appended = {"condition", "output", "desc", "tags", "exceptions"};
	static const Keys replaced = {"condition", "output",        "desc",
				      "tags",      "exceptions",    "priority",
				      "enabled",   "warn_evttypes", "skip-if-unknown-filter"};
	if (kind != ItemKind::rule) {
		return kind == ItemKind::list ? items : condition;
	}
	return operation == Operation::append ? appended : replaced;
}

bool contains(const Keys &keys, const std::string &key)
{
	return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::string listed(const Keys &keys)
{
	std::string text;
	for (size_t i = 0; i < keys.size(); i++) {
		text += (i == 0 ? "" : i + 1 == keys.size() ? " and " : ", ") + keys[i];
	}
	return text;
}

std::string lower(std::string text)
{
	std::transform(text.begin(), text.end(), text.begin(),
		       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
	return text;
}

} // namespace

bool Entry::has(const std::string &key) const
{
	return std::any_of(present_keys.begin(), present_keys.end(),
			   [&](const auto &present) { return present.first == key; });
}

std::optional<Entry> EntryReader::read(ItemKind kind, const yaml::Node &node)
{
	Entry entry;
	const char *key = name_of(kind);
	const yaml::Node &name = *node.find(key);
	if (name.kind != yaml::Kind::scalar || name.text.empty()) {
		findings_.error("no-name", name.place.line ? name.place : node.place, "",
				std::string("a ") + key + " needs a name, found " + yaml::describe_kind(name));
		return std::nullopt;
	}
	entry.kind = kind;
	entry.name = name.text;
	entry.place = name.place;
	if (const yaml::Node *codes = node.find("ignore_warnings")) {
		read_ignored_warnings(entry, *codes); // first: it holds for the other keys, too
	}
	check_keys(entry, node);
	for (const auto &found : node.entries) {
		if (found.key != key && found.key != "ignore_warnings" && contains(known_keys(kind), found.key)) {
			read_key(entry, found.key, found.value);
			if (found.key != "append" && found.key != "override") {
				entry.present_keys.emplace_back(found.key, found.place);
			}
		}
	}
	return entry;
}

void EntryReader::check_keys(const Entry &entry, const yaml::Node &node)
{
	const Keys &known = known_keys(entry.kind);
	for (const auto &found : node.entries) {
		if (!contains(known, found.key)) {
			findings_.warn("unknown-key", found.place, entry.title(),
				       "unknown key '" + found.key + "'" + did_you_mean(found.key, known));
		}
	}
}

void EntryReader::read_key(Entry &entry, const std::string &key, const yaml::Node &value)
{
	if (key == "condition" || key == "output") {
		read_condition_or_output(entry, key, value);
	} else if (key == "desc") {
		if (const auto *text = expect_text(entry, key, value)) {
			entry.desc = text->text;
		}
	} else if (key == "source") {
		if (const auto *text = expect_text(entry, key, value)) {
			entry.source = text->text;
			entry.source_place = text->place;
		}
	} else if (key == "priority") {
		entry.priority = read_priority(entry, value);
	} else if (key == "items") {
		entry.items = read_words(entry, key, value);
	} else if (key == "tags") {
		if (const auto words = read_words(entry, key, value)) {
			entry.tags.emplace();
			for (const auto &word : *words) {
				entry.tags->push_back(word.text);
			}
		}
	} else if (key == "exceptions") {
		entry.exceptions = read_exceptions(entry, value);
	} else if (key == "override") {
		read_overrides(entry, value);
	} else if (key == "append") {
		entry.append = read_switch(entry, key, value).value_or(true); // whatever it says, it was meant
	} else if (key == "enabled") {
		entry.enabled = read_switch(entry, key, value);
	} else if (key == "warn_evttypes") {
		entry.warn_evttypes = read_switch(entry, key, value);
	} else {
		entry.skip_if_unknown_filter = read_switch(entry, key, value);
	}
}

void EntryReader::read_condition_or_output(Entry &entry, const std::string &key, const yaml::Node &value)
{
	const auto *text = expect_text(entry, key, value);
	if (text) {
		(key == "condition" ? entry.condition : entry.output).emplace(source_, *text);
	}
}

const yaml::Node *EntryReader::expect_text(Entry &entry, const std::string &key, const yaml::Node &value)
{
	const bool blank =
		value.kind == yaml::Kind::null ||
		(value.kind == yaml::Kind::scalar && value.text.find_first_not_of(" \t\r\n") == std::string::npos);
	if (blank || value.kind != yaml::Kind::scalar) {
		error(entry, blank ? "empty-value" : "wrong-type", value.place,
		      "'" + key + "' must be text, found " + (blank ? "nothing" : yaml::describe_kind(value)));
		return nullptr;
	}
	return &value;
}

std::optional<int> EntryReader::read_priority(Entry &entry, const yaml::Node &value)
{
	const auto *text = expect_text(entry, "priority", value);
	if (!text) {
		return std::nullopt;
	}
	const int priority = parse_priority(text->text);
	if (priority < 0) {
		error(entry, "bad-priority", text->place,
		      "unknown priority '" + text->text +
			      "': expected emergency, alert, critical, error, warning, notice, informational or debug" +
			      did_you_mean(lower(text->text), priority_names()));
		return std::nullopt;
	}
	return priority;
}

std::optional<bool> EntryReader::read_switch(Entry &entry, const std::string &key, const yaml::Node &value)
{
	// Also yes, no, on and off, which YAML 1.1 knows.
	const std::string text = lower(value.text);
	if (value.kind == yaml::Kind::scalar && (text == "true" || text == "yes" || text == "on")) {
		return true;
	}
	if (value.kind == yaml::Kind::scalar && (text == "false" || text == "no" || text == "off")) {
		return false;
	}
	error(entry, "wrong-type", value.place, "'" + key + "' must be true or false");
	return std::nullopt;
}

std::optional<std::vector<Word>> EntryReader::read_words(Entry &entry, const std::string &key, const yaml::Node &value)
{
	std::vector<Word> words;
	if (value.kind == yaml::Kind::null && key == "tags") {
		return words;
	}
	if (value.kind != yaml::Kind::sequence) {
		error(entry, "wrong-type", value.place,
		      key == "items" ? "a list needs the key 'items' with a list, such as [a, b]"
				     : "'" + key + "' must be a list, found " + yaml::describe_kind(value));
		return std::nullopt;
	}
	for (const auto &item : value.items) {
		if (item.kind != yaml::Kind::scalar) {
			error(entry, "wrong-type", item.place,
			      key == "tags" ? "a tag must be text"
					    : std::string("an item of a list must be text or a number, found ") +
						      yaml::describe_kind(item));
			return std::nullopt;
		}
		words.push_back(key == "tags" ? Word{item.text, false, item.place} : Word::from(item));
	}
	return words;
}

void EntryReader::read_overrides(Entry &entry, const yaml::Node &value)
{
	entry.override = true;
	if (value.kind != yaml::Kind::map || value.entries.empty()) {
		error(entry, "bad-override", value.place,
		      std::string("'override' must be a map of keys to append or replace, such as {") +
			      overridable(entry.kind, Operation::append).front() + ": append}, found " +
			      yaml::describe_kind(value));
		return;
	}
	for (const auto &key : value.entries) {
		const std::string name = "'" + key.key + "'";
		const bool appends = key.value.text == "append";
		const bool replaces = key.value.text == "replace";
		const Keys &replaceable = overridable(entry.kind, Operation::replace);
		if (!contains(replaceable, key.key)) {
			error(entry, "bad-override", key.place,
			      "the key " + name + " of a " + name_of(entry.kind) + " cannot be overridden: expected " +
				      listed(replaceable) + did_you_mean(key.key, replaceable));
		} else if (appends && !contains(overridable(entry.kind, Operation::append), key.key)) {
			error(entry, "bad-override", key.value.place,
			      "nothing can be appended to the key " + name + ": use 'replace' instead");
		} else if (key.value.kind != yaml::Kind::scalar || (!appends && !replaces)) {
			error(entry, "bad-override", key.value.place,
			      "expected append or replace for the key " + name + ", found " +
				      (key.value.kind == yaml::Kind::scalar ? "'" + key.value.text + "'"
									    : yaml::describe_kind(key.value)) +
				      did_you_mean(key.value.text, {"append", "replace"}));
		} else {
			entry.overrides.emplace_back(key.key, appends ? Operation::append : Operation::replace);
		}
	}
}

void EntryReader::read_ignored_warnings(const Entry &entry, const yaml::Node &value)
{
	if (value.kind != yaml::Kind::sequence) {
		findings_.warn("unknown-warning", value.place, entry.title(),
			       std::string("'ignore_warnings' must be a list of warnings' codes, found ") +
				       yaml::describe_kind(value));
		return;
	}
	for (const auto &code : value.items) {
		if (Findings::is_warning(code.text)) {
			findings_.ignore(entry.title(), code.text);
		} else {
			findings_.warn("unknown-warning", code.place, entry.title(),
				       "there is no warning '" + code.text + "'" +
					       did_you_mean(code.text, Findings::warnings()));
		}
	}
}

void EntryReader::error(Entry &entry, const char *code, const yaml::Place &place, const std::string &message)
{
	entry.broken = true;
	findings_.error(code, place, entry.title(), message);
}

} // namespace falco::matcher
