// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"
#include "host/plugins/plugin.hpp"

#include <memory>
#include <string>

namespace falco::host {

// An output whose plugin runs in a process of its own (`isolation: process`): for its worker an output like any other.
//
// When that process ends, hangs or sends nonsense, the call returns FALCO_ERR_RETRY, and the worker's next try starts
// another one: so the pauses between starts are those of the retry settings. Alerts that the lost process had taken and
// not flushed are written again by the next one, before any other, unless the worker has given them up; a receiver may
// see an alert twice, but none is lost that the queue held.
//
// Throws Error, and yaml::Error for a configuration that does not fit the plugin.
std::unique_ptr<Output> make_isolated_output(const InstanceConfig &instance, const std::string &plugin_dir,
					     const HostServices &services);

} // namespace falco::host
