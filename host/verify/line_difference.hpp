// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace falco::host {

// The lines of a text, without their line ends.
std::vector<std::string> lines_in(const std::string &text);

// The lines that are different, with - and + in front. Needs no more memory than the texts.
std::string line_difference(const std::string &before, const std::string &after);

} // namespace falco::host
