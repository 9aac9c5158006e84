// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml_tree.hpp"

#include <string>
#include <vector>

namespace falco::trace_tool {

// A map with known keys. `what` is how messages call it.
class YamlMap {
public:
	// Throws yaml::Error: no map, a key that is not among `keys`.
	YamlMap(const yaml::Node &node, std::string what, const std::vector<std::string> &keys);

	const yaml::Node &node() const { return node_; }
	const std::string &what() const { return what_; }
	// The value; nullptr when the key is not there or null.
	const yaml::Node *find(const char *key) const;
	// Throws yaml::Error when it is not there.
	const yaml::Node &get(const char *key) const;

	std::string text(const char *key) const;
	std::string text(const char *key, const std::string &otherwise) const;
	std::vector<std::string> texts(const char *key, const std::vector<std::string> &otherwise = {}) const;
	std::int64_t number(const char *key, std::int64_t otherwise, std::int64_t minimum = INT64_MIN,
			    std::int64_t maximum = INT64_MAX) const;
	bool flag(const char *key, bool otherwise) const;
	// The items of a list; none when the key is not there.
	const std::vector<yaml::Node> &list(const char *key) const;

private:
	std::string named(const char *key) const { return what_ + ": " + key; }

	const yaml::Node &node_;
	std::string what_;
};

bool read_bool(const yaml::Node &node, const std::string &what);

} // namespace falco::trace_tool
