// SPDX-License-Identifier: Apache-2.0
//
// The block `engine`, modern Falco's spelling of `source` and of the settings of the sources that come with falco.
#pragma once

#include "host/config/config.hpp"

#include <optional>
#include <string>
#include <vector>

namespace falco::host::config {

class Engine {
public:
	// Reads the block below `root`, which must outlive the object. Throws yaml::Error.
	Engine(const yaml::Node &root, std::vector<std::string> &warnings);

	// The library that it names; null when there is no block.
	const yaml::Node *source() const { return source_ ? &*source_ : nullptr; }

	// Adds what the block says to the config of a source that was chosen. What stands there stays. A relative path
	// is one below `folder`.
	void complete(InstanceConfig &source, const std::string &folder) const;

private:
	const yaml::Node *block_ = nullptr;
	std::optional<yaml::Node> source_;
};

} // namespace falco::host::config
