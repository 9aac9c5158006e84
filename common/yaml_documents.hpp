// SPDX-License-Identifier: Apache-2.0
//
// A file of several YAML documents, whose text and trees need not live as long.
#pragma once

#include "common/yaml_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace falco::yaml {

// The roots of all documents ('---' begins the next one) in order; of an empty one a null node. Otherwise as `parse`,
// all documents together having at most a million nodes. With `repeated` keys that stand twice are added to it
// instead of being thrown, and the first one counts.
std::vector<Node> parse_all(const std::string &text, const std::string &name, std::vector<Error> *repeated = nullptr);

// Where byte `offset` of a scalar's decoded text stands in the file's text `source`; `begin` is the scalar's own place.
Place place_in_scalar(std::string_view source, const Place &begin, std::string_view decoded, size_t offset);

} // namespace falco::yaml
