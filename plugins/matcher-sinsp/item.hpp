// SPDX-License-Identifier: Apache-2.0
//
// Lists, macros and rules as they are after all files have been read: with what later entries appended and replaced.
// Nothing is compiled here.
#pragma once

#include "source_text.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace falco::matcher {

enum class ItemKind { list, macro, rule };

const char *name_of(ItemKind kind);

// A value as it is written in a list or an exception.
struct Word {
	std::string text;
	bool quoted = false; // in quotes of the conditions' language: never the name of a list
	yaml::Place place;

	// From the text of a YAML scalar. Quotes around all of it ('"a b"' in YAML) are those of the language.
	static Word from(const yaml::Node &scalar);
};

// A field's values in an exception: one, or a list of them.
struct ExceptionValue {
	bool is_list = false;
	std::vector<Word> words; // one, unless it is a list
	yaml::Place place;
};

struct ExceptionRow {
	bool is_list = false; // written as a list, however short
	yaml::Place place;
	std::vector<ExceptionValue> values;
};

// When a rule does not apply. `single`: one field is looked up among the values, each of which is one word. Otherwise
// each row of values has one for each field, and all of a row must hold.
struct Exception {
	std::string name;
	yaml::Place place;
	bool has_fields = false; // false: adds values to an exception that is there
	bool single = false;
	std::vector<Word> fields;
	std::vector<Word> comps; // operators, one for each field
	bool has_comps = false;
	bool comps_is_list = false;
	bool has_values = false;
	std::vector<ExceptionRow> values;
};

struct Item {
	ItemKind kind;
	std::string name;
	yaml::Place place;                   // of the name in the entry that defined it
	std::optional<SourceText> condition; // macro, rule
	std::optional<SourceText> output;    // rule
	std::vector<Word> items;             // list
	std::string desc;
	int priority = 0; // 0 emergency ... 7 debug
	std::vector<std::string> tags;
	std::vector<Exception> exceptions;
	std::string source = "syscall";
	bool enabled = true;
	bool warn_evttypes = true;
	bool skip_if_unknown_filter = false;

	// An item counts as defined at its position in RulesFiles::items. What it uses may be defined up to here, the
	// number of items there were when an entry changed it last.
	size_t sees = 0;

	bool active = true;   // rule: matched; false when switched off, not selected or of another source
	std::string inactive; // why it is not

	// "rule write_etc"
	std::string title() const { return std::string(name_of(kind)) + " " + name; }
	bool is_foreign() const { return source != "syscall"; }
};

// A plugin that a rules file asks for: any one of these.
struct PluginRequirement {
	struct Alternative {
		std::string name, version;
	};
	std::vector<Alternative> alternatives;
};

// All files of a load. An item's position in `items` is where it counts as defined.
struct RulesFiles {
	std::vector<Item> items;
	std::map<std::string, size_t> lists, macros, rules; // name to position
	std::set<std::pair<ItemKind, std::string>> broken;  // could not be read, and it was said why
	std::string required_engine_version = "0.0.0";      // the highest
	std::vector<PluginRequirement> required_plugins;

	std::map<std::string, size_t> &names_of(ItemKind kind)
	{
		return kind == ItemKind::list ? lists : kind == ItemKind::macro ? macros : rules;
	}
};

// The names of what is in such a map.
std::vector<std::string> names_in(const std::map<std::string, size_t> &items);

// "emergency" ... "debug", the most severe first.
const std::vector<std::string> &priority_names();

// 0 to 7 for text that is a prefix of a priority's name, whatever its case; -1 for other text.
int parse_priority(const std::string &text);

} // namespace falco::matcher
