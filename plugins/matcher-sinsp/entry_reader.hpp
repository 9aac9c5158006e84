// SPDX-License-Identifier: Apache-2.0
//
// One entry of a rules file, as it is written: which keys it has, and with which values. What it changes is the
// business of rules_file.hpp.
#pragma once

#include "findings.hpp"
#include "item.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace falco::matcher {

enum class Operation { append, replace };

// Empty where the entry does not have the key.
struct Entry {
	ItemKind kind = ItemKind::rule;
	std::string name;
	yaml::Place place, source_place;
	bool broken = false; // something was wrong with it, and it was said what

	std::optional<SourceText> condition, output;
	std::optional<std::vector<Word>> items;
	std::optional<std::string> desc, source;
	std::optional<int> priority;
	std::optional<std::vector<std::string>> tags;
	std::optional<std::vector<Exception>> exceptions;
	std::optional<bool> enabled, warn_evttypes, skip_if_unknown_filter;

	bool append = false;                                           // `append: true`, of older versions
	bool override = false;                                         // has that key
	std::vector<std::pair<std::string, Operation>> overrides;      // key to operation, in order
	std::vector<std::pair<std::string, yaml::Place>> present_keys; // that have to do with the item's meaning

	bool has(const std::string &key) const;
	std::string title() const { return std::string(name_of(kind)) + " " + name; }
};

// Reads entries of one file.
class EntryReader {
public:
	// `source` is the file's text.
	EntryReader(std::shared_ptr<const std::string> source, Findings &findings)
	    : source_(std::move(source)), findings_(findings)
	{
	}

	// `node` is a map with the key of `kind`. Nothing when the entry has no name.
	std::optional<Entry> read(ItemKind kind, const yaml::Node &node);

private:
	void check_keys(const Entry &entry, const yaml::Node &node);
	void read_key(Entry &entry, const std::string &key, const yaml::Node &value);
	void read_condition_or_output(Entry &entry, const std::string &key, const yaml::Node &value);
	void read_overrides(Entry &entry, const yaml::Node &value);
	void read_ignored_warnings(const Entry &entry, const yaml::Node &value);
	std::optional<int> read_priority(Entry &entry, const yaml::Node &value);
	std::optional<bool> read_switch(Entry &entry, const std::string &key, const yaml::Node &value);
	std::optional<std::vector<Word>> read_words(Entry &entry, const std::string &key, const yaml::Node &value);
	const yaml::Node *expect_text(Entry &entry, const std::string &key, const yaml::Node &value);

	std::vector<Exception> read_exceptions(Entry &entry, const yaml::Node &value);
	void read_exception(Entry &entry, const yaml::Node &value, Exception &exception);
	bool read_exception_words(Entry &entry, const std::string &key, const yaml::Node &value, bool &is_list,
				  std::vector<Word> &words);
	void read_exception_values(Entry &entry, const yaml::Node &value, Exception &exception);
	bool read_exception_value(Entry &entry, const yaml::Node &value, ExceptionValue &read);

	void error(Entry &entry, const char *code, const yaml::Place &place, const std::string &message);

	std::shared_ptr<const std::string> source_;
	Findings &findings_;
};

} // namespace falco::matcher
