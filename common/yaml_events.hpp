// SPDX-License-Identifier: Apache-2.0
//
// What the YAML parser reports, as a list from which the tree is built. Between the two stands no type of yaml-cpp.
#pragma once

#include "common/yaml_tree.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace falco::yaml {

// Bounds that no sensible file meets; beyond them memory and stack would be at the mercy of whoever wrote the file.
constexpr size_t kMaxNodes = 1000000;
constexpr size_t kMaxDepth = 400;

struct Event {
	enum class Type { null, scalar, alias, sequence, map, end };
	Type type;
	Place place;
	std::string text; // of a scalar
	bool quoted = false;
	bool block = false; // a sequence in block style
	size_t target = 0;  // of an alias: the event it stands for
	size_t end = 0;     // of a sequence or map: its end event; 0 while it is open
};

// Builds the tree; aliases are expanded. Throws Error.
Node build_tree(const std::vector<Event> &events, const std::string &source);

} // namespace falco::yaml
