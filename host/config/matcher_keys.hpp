// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"

namespace falco::host::config {

// Adds to the matcher's configuration the top-level keys that are its business and what the command line says about
// rules. A value of the instance's own is more particular than the top-level key and stays; the command line overrules
// both.
void hand_to_matcher(const yaml::Node &root, const ConfigRequest &request, InstanceConfig &matcher);

} // namespace falco::host::config
