// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/plugins/plugin.hpp"

namespace falco::bench {

/// Output plugins in the benchmark's own program, to measure the host's part of an alert's way. Their configuration is
/// {"path": FILE} for `file` and {} for the others.
enum class Kind {
	nothing, // takes every alert and forgets it
	file,    // appends each line to a file that stays open, through stdio's buffer
	dead,    // fails for now, always
	slow     // takes a millisecond for each alert
};

host::Plugin bench_plugin(Kind kind);

} // namespace falco::bench
