// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace falco::host {

// What a worker of a parallel replay does, in a process of its own: reads the files that nobody else has taken yet and
// writes to `output` what matches (MatchWriter). `next_file` is shared memory. Ends with its parent. Returns the exit
// status.
int run_replay_worker(ConfigRequest request, const std::vector<std::string> &files, std::atomic<uint32_t> &next_file,
		      int output, pid_t parent);

} // namespace falco::host
