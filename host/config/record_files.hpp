// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"

namespace falco::host::config {

// A recorder renames the file that it finds at its path. Throws yaml::Error with the path's place when that is a trace
// that is replayed, or what an output or another recorder writes to.
void check_record_files(const Config &config);

} // namespace falco::host::config
