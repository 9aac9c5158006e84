// SPDX-License-Identifier: Apache-2.0
//
// What the configuration adds to the outputs of rules: the key append_output.
#pragma once

#include "findings.hpp"
#include "item.hpp"
#include "output_format.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace falco::matcher {

struct OutputAddition {
	std::string key; // "append_output[0]", with which messages begin: the host knows where that stands

	// The rules it is for; empty: all.
	std::string source, rule;
	std::vector<std::string> tags; // all of them

	std::string text; // added to the message, in an output's syntax
	struct Field {
		std::string key; // "append_output[0].extra_fields[0]"
		std::string name;
		std::string format; // empty: the name is a field's
	};
	std::vector<Field> fields; // added to output_fields
};

// From the list that the configuration holds, as its schema has it.
std::vector<OutputAddition> read_output_additions(const nlohmann::json &list);

bool applies_to(const OutputAddition &addition, const Item &rule);

// Adds to a rule's output. Throws FormatError whose message says which key is wrong.
void add_to_output(OutputFormat &format, const OutputAddition &addition, sinsp *inspector,
		   const filter_check_list &checks);

// A field that the host asked for, by its name. Throws FormatError whose message says which.
OutputField parse_extra_field(const std::string &name, sinsp *inspector, const filter_check_list &checks);

} // namespace falco::matcher
