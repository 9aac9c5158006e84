// SPDX-License-Identifier: Apache-2.0
//
// What the YAML parser reports, as a list from which the tree is built. Between the two stands no type of yaml-cpp.
#pragma once

#include "common/yaml_tree.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace falco::yaml {

// Bounds that no sensible file meets; beyond them memory and stack would be at the mercy of whoever wrote the file.
constexpr size_t kMaxNodes = 1000000;
constexpr size_t kMaxDepth = 400;

// Large files have hundreds of thousands of these, so they are kept small.
struct Event {
	enum class Type : uint8_t { null, scalar, alias, sequence, map, end };
	Type type;
	bool quoted = false;
	bool block = false; // a sequence in block style
	bool cut = false;   // a sequence or map that had too much in it, and was emptied
	uint32_t line = 0, column = 0;
	uint32_t size = 0; // of a sequence or map: what it has, a map's keys and values each
	uint32_t other =
		0; // of an alias: the event it stands for; of a sequence or map: its end event, 0 while it is open
	std::string text; // of a scalar
};

// What one file's text is made of.
struct Events {
	std::shared_ptr<const std::string> name; // of the file, for places
	std::vector<Event> list;
	std::vector<size_t> documents; // where each begins
	bool has_aliases = false;
};

// Builds the documents' trees; aliases are expanded. Uses the events up. Throws Error; with `repeated` keys that stand
// twice are added there instead, and the first one counts.
std::vector<Node> build_trees(Events &&events, const std::string &source, std::vector<Error> *repeated);

} // namespace falco::yaml
