// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace falco::host {

// What becomes of one output's alerts. Read from other threads.
struct OutputCounters {
	std::atomic<uint64_t> accepted{0}; // put into the queue; with a spool: durable
	std::atomic<uint64_t> delivered{0};
	std::atomic<uint64_t> retried{0}; // calls that were made again
	std::atomic<uint64_t> filtered{0};
	std::atomic<uint64_t> deduplicated{0};  // held back, and told of in a later alert's count
	std::atomic<uint64_t> dropped{0};       // the queue was full
	std::atomic<uint64_t> dropped_spool{0}; // the spool was full or could not be written
	std::atomic<uint64_t> dropped_old{0};   // waited in the spool for too long
	std::atomic<uint64_t> dropped_crash{0}; // process after process of an isolated output ended at it
	std::atomic<uint64_t> lost{0};          // given up after retries, refused by the plugin, or left at shutdown
};

} // namespace falco::host
