// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libsinsp/filter_check_list.h>

#include <string>
#include <vector>

namespace falco::matcher {

// The names of all fields.
std::vector<std::string> field_names(const filter_check_list &checks);

// " (did you mean 'X'?)" for a field that does not exist, possibly with an argument; or nothing.
std::string did_you_mean_field(const std::string &field, const filter_check_list &checks);

// " (did you mean 'X'?)" for an event type that does not exist, or nothing.
std::string did_you_mean_event(const std::string &event);

// " (did you mean 'X'?)" for a transformer that does not exist, or nothing.
std::string did_you_mean_transformer(const std::string &name);

// libsinsp's message of a field that it refuses, with the nearest name when an event's argument does not exist.
std::string field_message(const std::string &message);

// Of a field that may have an argument and stands there with a [: what is wrong with what follows. Else nothing.
std::string bad_argument(const std::string &field, const filter_check_list &checks);

// Whether there are fields whose name begins as that one's does, up to the first dot.
bool has_known_class(const std::string &field, const filter_check_list &checks);

} // namespace falco::matcher
