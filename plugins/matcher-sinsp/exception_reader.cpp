// SPDX-License-Identifier: Apache-2.0
//
// The key `exceptions` of a rule.
#include "entry_reader.hpp"

#include "common/nearest.hpp"

#include <algorithm>

namespace falco::matcher {

namespace {

// The items of a list, or what stands there instead of one.
std::vector<const yaml::Node *> each(const yaml::Node &value)
{
	if (value.kind != yaml::Kind::sequence) {
		return {&value};
	}
	std::vector<const yaml::Node *> nodes;
	for (const auto &item : value.items) {
		nodes.push_back(&item);
	}
	return nodes;
}

} // namespace

std::vector<Exception> EntryReader::read_exceptions(Entry &entry, const yaml::Node &value)
{
	std::vector<Exception> exceptions;
	if (value.kind == yaml::Kind::null) {
		return exceptions;
	}
	if (value.kind != yaml::Kind::sequence) {
		error(entry, "bad-exception", value.place,
		      std::string("'exceptions' must be a list, found ") + yaml::describe_kind(value));
		return exceptions;
	}
	for (const auto &node : value.items) {
		const yaml::Node *name = node.find("name");
		if (!name || name->kind != yaml::Kind::scalar || name->text.empty()) {
			error(entry, "bad-exception", name ? name->place : node.place,
			      "an exception must be a map with the keys name, fields, comps and values, and it needs a "
			      "name");
			continue;
		}
		Exception exception;
		exception.name = name->text;
		exception.place = name->place;
		const auto same = std::find_if(exceptions.begin(), exceptions.end(),
					       [&](const Exception &other) { return other.name == name->text; });
		if (same != exceptions.end()) {
			findings_.warn("exception-twice", name->place, entry.title(),
				       "the exception '" + name->text + "' stands twice, first at " +
					       same->place.str() + ": values are appended to the first only");
		}
		read_exception(entry, node, exception);
		exceptions.push_back(std::move(exception));
	}
	return exceptions;
}

void EntryReader::read_exception(Entry &entry, const yaml::Node &value, Exception &exception)
{
	for (const auto &key : value.entries) {
		if (key.key == "fields") {
			bool is_list = false;
			exception.has_fields =
				read_exception_words(entry, "fields", key.value, is_list, exception.fields);
			exception.single = exception.has_fields && !is_list;
		} else if (key.key == "comps") {
			exception.has_comps = read_exception_words(entry, "comps", key.value, exception.comps_is_list,
								   exception.comps);
		} else if (key.key == "values") {
			read_exception_values(entry, key.value, exception);
		} else if (key.key != "name") {
			findings_.warn("unknown-key", key.place, entry.title(),
				       "unknown key '" + key.key + "' of an exception" +
					       did_you_mean(key.key, {"name", "fields", "comps", "values"}));
		}
	}
}

bool EntryReader::read_exception_words(Entry &entry, const std::string &key, const yaml::Node &value, bool &is_list,
				       std::vector<Word> &words)
{
	is_list = value.kind == yaml::Kind::sequence;
	for (const auto *node : each(value)) {
		if (node->kind != yaml::Kind::scalar || node->text.empty()) {
			error(entry, "bad-exception", node->place,
			      "'" + key + "' must be a name or a list of names, found " + yaml::describe_kind(*node));
			return false;
		}
		words.push_back({node->text, false, node->place});
	}
	if (words.empty()) {
		error(entry, "bad-exception", value.place, "'" + key + "' is empty");
	}
	return !words.empty();
}

void EntryReader::read_exception_values(Entry &entry, const yaml::Node &value, Exception &exception)
{
	exception.has_values = true;
	if (value.kind == yaml::Kind::null) {
		return;
	}
	if (value.kind != yaml::Kind::sequence) {
		error(entry, "bad-exception", value.place,
		      std::string("'values' must be a list, found ") + yaml::describe_kind(value));
		return;
	}
	// Whether a row must be a value or a list of them, the fields say, and these may stand in an earlier entry.
	for (const auto &node : value.items) {
		ExceptionRow row;
		row.is_list = node.kind == yaml::Kind::sequence;
		row.place = node.place;
		for (const auto *item : each(node)) {
			row.values.emplace_back();
			if (!read_exception_value(entry, *item, row.values.back())) {
				return;
			}
		}
		exception.values.push_back(std::move(row));
	}
}

bool EntryReader::read_exception_value(Entry &entry, const yaml::Node &value, ExceptionValue &read)
{
	read.place = value.place;
	read.is_list = value.kind == yaml::Kind::sequence;
	for (const auto *node : each(value)) {
		if (node->kind != yaml::Kind::scalar) {
			error(entry, "bad-exception", node->place,
			      std::string("a value of an exception must be text or a number, found ") +
				      yaml::describe_kind(*node));
			return false;
		}
		read.words.push_back(Word::from(*node));
	}
	return true;
}

} // namespace falco::matcher
