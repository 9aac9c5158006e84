// SPDX-License-Identifier: Apache-2.0
//
// What was found in rules files, for people and for programs.
#pragma once

#include "common/palette.hpp"
#include "host/plugins/plugin.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace falco::host {

// Each finding with the line it stands in and a caret under the place, then a line for each file: Ok or Invalid, and
// how many errors and warnings there are. `folder` is left out of paths below it.
std::string report_text(const std::vector<std::string> &files, const std::vector<Finding> &findings,
			const std::string &folder, const Palette &palette);

// The line that a finding stands in and the caret below it, both indented; nothing when it has no place.
std::vector<std::string> show_lines(const Finding &finding);

// {"falco_load_results": [{"name", "successful", "errors": [...], "warnings": [...]}]}, one result a file; lines,
// columns and offsets count from 0 there. What has no file is the first one's.
nlohmann::json report_json(const std::vector<std::string> &files, const std::vector<Finding> &findings);

// The line and below it a caret under the column, which counts bytes from 1; a long line is cut around it.
std::string show_place(const std::string &line, unsigned column);

} // namespace falco::host
