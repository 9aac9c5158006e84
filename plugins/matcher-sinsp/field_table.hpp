// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libsinsp/sinsp_filtercheck.h>

#include <string>
#include <unordered_map>

namespace falco::matcher {

// What libsinsp says of its fields, by name, without arguments. Valid as long as the program runs.
const std::unordered_map<std::string, const filtercheck_field_info *> &field_table();

// Of one field; an argument may stand behind a dot (evt.arg.flags). Null when there is no such field.
const filtercheck_field_info *find_field(const std::string &name);

// Whether its values are texts, one at an event.
bool is_text_field(const filtercheck_field_info &field);

} // namespace falco::matcher
