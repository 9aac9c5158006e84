// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/app/options.hpp"
#include "host/config/config.hpp"
#include "host/log/log.hpp"
#include "host/plugins/plugin.hpp"

namespace falco::host {

// The commands that need rules, or what the matcher knows about them, and nothing else: -L, -l, -V, --list and the
// like. They print and open nothing. Returns the exit status; throws Error.
int run_printing_command(const Options &options, const ConfigRequest &request, const Config &config, Matcher &matcher,
			 Log &log);

} // namespace falco::host
