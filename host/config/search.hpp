// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"

#include <optional>
#include <string>

namespace falco::host::config {

// The configuration file's absolute path: what -c says, else the first of the usual places where there is one.
std::optional<std::string> find_file(const ConfigRequest &request);

} // namespace falco::host::config
