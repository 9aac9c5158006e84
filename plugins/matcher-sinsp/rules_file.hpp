// SPDX-License-Identifier: Apache-2.0
//
// Rules files as they are written: lists, macros and rules in order, each knowing its place. Nothing is compiled here.
#pragma once

#include "common/yaml_tree.hpp"
#include "findings.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace falco::matcher {

enum class ItemKind { list, macro, rule };

const char *name_of(ItemKind kind);

// One entry of a rules file.
struct Item {
	ItemKind kind;
	std::string name;
	std::shared_ptr<const yaml::Document> document;
	yaml::Place place;                     // of the entry's name
	const yaml::Node *condition = nullptr; // macro, rule
	const yaml::Node *output = nullptr;    // rule
	std::vector<const yaml::Node *> items; // list
	std::string desc;
	int priority = 0;
	std::vector<std::string> tags;
	bool active = true; // rule: false when switched off or of another source

	// "rule write_etc"
	std::string title() const { return std::string(name_of(kind)) + " " + name; }
	// The place of a byte of the condition or output.
	yaml::Place place_of(const yaml::Node &text, size_t offset) const
	{
		return yaml::place_in_scalar(*document, text, offset);
	}
};

// All files of a load. An item's position in `items` is where it counts as defined.
struct RulesFiles {
	std::vector<Item> items;
	std::map<std::string, size_t> lists, macros, rules; // name to position
};

// Reads the files in order. An item that is defined again takes the earlier one's position, with a warning. What is
// wrong goes to `findings`, and reading goes on.
RulesFiles read_rules(const char *const *paths, Findings &findings);

// 0 to 7 for text that is a prefix of a priority's name, whatever its case; -1 for other text.
int parse_priority(const std::string &text);

} // namespace falco::matcher
