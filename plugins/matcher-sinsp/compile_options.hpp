// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "output_addition.hpp"

#include <string>
#include <vector>

namespace falco::matcher {

// What the configuration says about rules besides their files.
struct CompileOptions {
	bool strict = false;     // naming an ignored event is a mistake
	bool first_match = true; // an event gives one alert, of the first rule that matches
	bool everything = false; // no event is ignored
	std::vector<OutputAddition> additions;
	std::vector<std::string> extra_fields; // every rule's last fields, also where it has them already
};

} // namespace falco::matcher
