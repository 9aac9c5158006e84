// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"

#include <string>
#include <vector>

namespace falco::host {

// The files that falco opens or makes anew while it runs, as the configuration names them: those of file outputs,
// spools, recorders and the metrics.
std::vector<std::string> written_files(const Config &config);

} // namespace falco::host
