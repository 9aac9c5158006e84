// SPDX-License-Identifier: Apache-2.0
//
// What entries do to the lists, macros and rules that there are: define them, define them again, change them.
#pragma once

#include "entry_reader.hpp"
#include "findings.hpp"
#include "item.hpp"

#include <string>

namespace falco::matcher {

class Definitions {
public:
	Definitions(RulesFiles &files, Findings &findings) : files_(files), findings_(findings) {}

	void apply(const Entry &entry);

private:
	void define(const Entry &entry);
	void change(const Entry &entry);
	void switch_on_or_off(const Entry &entry);

	bool has_required_keys(const Entry &entry);
	// False, after an error, when the entry names another source than the item has.
	bool has_source(const Entry &entry, const Item &item, const std::string &purpose);
	void check_name(const Entry &entry);
	bool may_be_overridden(const Entry &entry);
	// The item that a change is for; nullptr after an error.
	Item *find(const Entry &entry, const std::string &purpose);
	void append(Item &item, const Entry &entry, const std::string &key);
	void append_exceptions(Item &item, const Entry &entry);
	void error(const char *code, const yaml::Place &place, const Entry &entry, const std::string &message);

	RulesFiles &files_;
	Findings &findings_;
};

} // namespace falco::matcher
