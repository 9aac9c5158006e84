// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"
#include "host/plugins/plugin.hpp"

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>

namespace falco::bench {

// A host without a log.
const host::HostServices &services();

// Delivers a million alerts through one output, made anew each time, and waits for the last. The seconds of that are
// what counts.
void deliver_all(benchmark::State &state, host::Format format,
		 const std::function<std::unique_ptr<host::Output>()> &make_output);
// The same with all settings of an output.
void deliver_all(benchmark::State &state, const host::InstanceConfig &instance,
		 const std::function<std::unique_ptr<host::Output>()> &make_output);

// How many alerts that is.
constexpr int64_t kAlerts = 1000000;

} // namespace falco::bench
