// SPDX-License-Identifier: Apache-2.0
#include "definitions.hpp"

#include "common/nearest.hpp"

#include <algorithm>
#include <utility>

namespace falco::matcher {

namespace {

// What a condition takes for the name of a macro wherever it stands.
bool is_identifier(const std::string &name)
{
	if (name == "and" || name == "or" || name == "not") {
		return false;
	}
	const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
	return is_letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
		       return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
	       });
}

template <typename Value>
void set(Value &value, const std::optional<Value> &written)
{
	if (written) {
		value = *written;
	}
}

// Takes over what the entry says about a key; `tags` each once.
void replace(Item &item, const Entry &entry, const std::string &key)
{
	if (key == "condition") {
		item.condition = entry.condition;
	} else if (key == "output") {
		item.output = entry.output;
	} else if (key == "items") {
		set(item.items, entry.items);
	} else if (key == "desc") {
		set(item.desc, entry.desc);
	} else if (key == "tags") {
		item.tags.clear();
		for (const auto &tag : entry.tags.value_or(std::vector<std::string>())) {
			if (std::find(item.tags.begin(), item.tags.end(), tag) == item.tags.end()) {
				item.tags.push_back(tag);
			}
		}
	} else if (key == "exceptions") {
		set(item.exceptions, entry.exceptions);
	} else if (key == "priority") {
		set(item.priority, entry.priority);
	} else if (key == "enabled") {
		set(item.enabled, entry.enabled);
	} else if (key == "warn_evttypes") {
		set(item.warn_evttypes, entry.warn_evttypes);
	} else if (key == "skip-if-unknown-filter") {
		set(item.skip_if_unknown_filter, entry.skip_if_unknown_filter);
	}
}

} // namespace

void Definitions::apply(const Entry &entry)
{
	const bool describes =
		entry.has("condition") || entry.has("output") || entry.has("desc") || entry.has("priority");
	if (entry.append) {
		findings_.warn("deprecated", entry.place, entry.title(),
			       "'append: true' is deprecated: write override: {" +
				       std::string(entry.kind == ItemKind::list ? "items" : "condition") + ": append}");
	}
	if (entry.append && entry.override) {
		error("bad-override", entry.place, entry,
		      "'append: true' does not go with 'override': name in 'override' what is appended");
	} else if (entry.append || entry.override) {
		change(entry);
	} else if (entry.kind == ItemKind::rule && !describes && entry.has("enabled")) {
		switch_on_or_off(entry);
	} else {
		define(entry);
	}
}

void Definitions::define(const Entry &entry)
{
	if (!has_required_keys(entry) || entry.broken) {
		files_.broken.emplace(entry.kind, entry.name);
		// What is there is checked all the same, so that all mistakes are told at once.
		const bool can_be_checked =
			entry.kind == ItemKind::list ? entry.items.has_value() : entry.condition.has_value();
		if (!can_be_checked || (entry.kind == ItemKind::rule && !entry.output)) {
			return;
		}
	}
	check_name(entry);
	Item item;
	item.kind = entry.kind;
	item.name = entry.name;
	item.place = entry.place;
	item.source = entry.source.value_or(item.source);
	item.sees = files_.items.size();
	for (const auto &key : entry.present_keys) {
		replace(item, entry, key.first);
	}
	if (item.is_foreign()) {
		findings_.warn("other-source", entry.source_place, item.title(),
			       "skipped: its source is '" + item.source + "', and only syscall events are captured");
	}
	const auto [known, is_new] = files_.names_of(entry.kind).emplace(entry.name, files_.items.size());
	if (is_new) {
		files_.items.push_back(std::move(item));
		return;
	}
	Item &earlier = files_.items[known->second];
	if (!has_source(entry, earlier, "defined again")) {
		return;
	}
	findings_.warn("redefined", item.place, item.title(),
		       "defined again: takes the place of the one at " + earlier.place.str());
	earlier = std::move(item);
}

bool Definitions::has_source(const Entry &entry, const Item &item, const std::string &purpose)
{
	const bool changes = entry.append || entry.override;
	const std::string source = entry.source.value_or(changes ? item.source : Item().source);
	if (source != item.source) {
		error("redefined-source", entry.place, entry,
		      purpose + " with the source '" + source + "': the one at " + item.place.str() +
			      " has the source '" + item.source + "'");
	}
	return source == item.source;
}

bool Definitions::has_required_keys(const Entry &entry)
{
	std::vector<const char *> required = {"condition"};
	if (entry.kind == ItemKind::list) {
		required = {"items"};
	} else if (entry.kind == ItemKind::rule) {
		required = {"condition", "output", "desc", "priority"};
	}
	bool complete = true;
	for (const char *key : required) {
		if (!entry.has(key)) {
			error("missing-key", entry.place, entry,
			      entry.kind == ItemKind::list ? "a list needs the key 'items' with a list, such as [a, b]"
							   : std::string("the key '") + key + "' is missing");
			complete = false;
		}
	}
	return complete;
}

void Definitions::check_name(const Entry &entry)
{
	if (entry.kind == ItemKind::macro && !is_identifier(entry.name)) {
		findings_.warn("bad-name", entry.place, entry.title(),
			       "no condition can use a macro of this name: expected a letter, then letters, digits "
			       "and _, and not and, or or not");
	}
	if (entry.kind == ItemKind::list && entry.name.find_first_of("()\"'=, \t\r\n") != std::string::npos) {
		findings_.warn("bad-list-name", entry.place, entry.title(),
			       "no condition can use a list of this name: it has a character that ends a word");
	}
}

// ---- changes ----------------------------------------------------------------------------------------------------

void Definitions::change(const Entry &entry)
{
	if (entry.broken || !may_be_overridden(entry)) {
		return;
	}
	std::vector<std::pair<std::string, Operation>> operations = entry.overrides;
	if (entry.append) {
		const std::vector<std::string> appended = {"items", "condition", "exceptions"};
		for (const auto &key : entry.present_keys) {
			if (std::find(appended.begin(), appended.end(), key.first) != appended.end()) {
				operations.emplace_back(key.first, Operation::append);
			} else {
				findings_.warn("unknown-key", key.second, entry.title(),
					       "'append: true' appends a condition and exceptions: '" + key.first +
						       "' has no effect");
			}
		}
		if (operations.empty()) {
			error("missing-key", entry.place, entry,
			      "nothing is appended: expected the key 'condition' or 'exceptions'");
			return;
		}
	}
	if (entry.kind != ItemKind::rule && operations.front().second == Operation::replace &&
	    files_.names_of(entry.kind).count(entry.name) == 0) {
		findings_.warn("replaces-nothing", entry.place, entry.title(),
			       std::string("there is no ") + name_of(entry.kind) +
				       " of this name to override: this defines it");
		define(entry);
		return;
	}
	Item *item = find(entry, entry.append ? "append to" : "override");
	if (!item || !has_source(entry, *item, entry.append ? "appended to" : "overridden")) {
		return;
	}
	for (const auto &[key, operation] : operations) {
		if (operation == Operation::append) {
			append(*item, entry, key);
		} else {
			replace(*item, entry, key);
		}
	}
	item->sees = files_.items.size();
}

bool Definitions::may_be_overridden(const Entry &entry)
{
	if (entry.append) {
		return true;
	}
	bool good = true;
	for (const auto &named : entry.overrides) {
		if (!entry.has(named.first)) {
			error("missing-key", entry.place, entry,
			      "'override' names the key '" + named.first + "', and there is none");
			good = false;
		}
	}
	for (const auto &key : entry.present_keys) {
		const bool named = std::any_of(entry.overrides.begin(), entry.overrides.end(),
					       [&](const auto &override) { return override.first == key.first; });
		if (!named && key.first != "source") {
			error("bad-override", key.second, entry,
			      "the key '" + key.first + "' is not named in 'override': add " + key.first +
				      ": append or replace there");
			good = false;
		}
	}
	return good;
}

Item *Definitions::find(const Entry &entry, const std::string &purpose)
{
	auto &known = files_.names_of(entry.kind);
	const auto found = known.find(entry.name);
	if (found != known.end()) {
		return &files_.items[found->second];
	}
	if (files_.broken.count({entry.kind, entry.name}) == 0) {
		error("unknown-base", entry.place, entry,
		      std::string("there is no ") + name_of(entry.kind) + " of this name before it to " + purpose +
			      did_you_mean(entry.name, names_in(known)));
	}
	return nullptr;
}

void Definitions::append(Item &item, const Entry &entry, const std::string &key)
{
	if (key == "condition") {
		item.condition->append(*entry.condition);
	} else if (key == "output") {
		item.output->append_trimmed(*entry.output);
	} else if (key == "items") {
		item.items.insert(item.items.end(), entry.items->begin(), entry.items->end());
	} else if (key == "desc") {
		item.desc += " " + *entry.desc;
	} else if (key == "tags") {
		for (const auto &tag : *entry.tags) {
			if (std::find(item.tags.begin(), item.tags.end(), tag) == item.tags.end()) {
				item.tags.push_back(tag);
			}
		}
	} else {
		append_exceptions(item, entry);
	}
}

void Definitions::append_exceptions(Item &item, const Entry &entry)
{
	for (const auto &added : *entry.exceptions) {
		const auto known = std::find_if(item.exceptions.begin(), item.exceptions.end(),
						[&](const Exception &other) { return other.name == added.name; });
		if (known == item.exceptions.end()) {
			if (added.has_fields && !added.has_values) {
				error("bad-exception", added.place, entry,
				      "the new exception '" + added.name + "' has no values");
			}
			item.exceptions.push_back(added);
		} else if (added.has_fields || added.has_comps) {
			error("bad-exception", added.place, entry,
			      "the exception '" + added.name + "' is there already, at " + known->place.str() +
				      ": only values can be appended to it, not fields or comps");
		} else if (!added.has_values) {
			findings_.warn("no-values", added.place, entry.title(),
				       "nothing is appended to the exception '" + added.name + "': it has no values");
		} else {
			known->values.insert(known->values.end(), added.values.begin(), added.values.end());
		}
	}
}

void Definitions::switch_on_or_off(const Entry &entry)
{
	findings_.warn("deprecated", entry.place, entry.title(),
		       "'enabled' alone is deprecated: add override: {enabled: replace}");
	Item *rule = find(entry, "switch on or off");
	if (rule && entry.enabled) {
		rule->enabled = *entry.enabled;
	}
	for (const auto &key : entry.present_keys) {
		if (key.first != "enabled") {
			findings_.warn("unknown-key", key.second, entry.title(),
				       "this entry switches the rule on or off only: '" + key.first +
					       "' has no effect");
		}
	}
}

void Definitions::error(const char *code, const yaml::Place &place, const Entry &entry, const std::string &message)
{
	findings_.error(code, place, entry.title(), message);
}

} // namespace falco::matcher
