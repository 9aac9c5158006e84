// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

// How alerts become the body of a request.
enum class BodyForm {
	single, // one alert, as it is
	array,  // a JSON array; an alert that is no JSON becomes a string
	lines   // each on a line (NDJSON)
};

// An alert in JSON, by its looks: everything else that falco prints begins otherwise.
bool is_json(std::string_view line);

std::string request_body(BodyForm form, const std::vector<std::string_view> &lines);
const char *content_type(BodyForm form, const std::vector<std::string_view> &lines);

// RFC 1952. Throws std::runtime_error.
std::string gzip(const std::string &text);
