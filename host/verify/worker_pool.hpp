// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace falco::host {

// Runs jobs in a few processes that are forked once: all cores are used, and a job that crashes takes nothing with it
// but itself. Used from one thread, while there is no other.
class WorkerPool {
public:
	struct Work {
		// In a worker: does a job and returns its result. Must not throw.
		std::function<std::string(size_t job)> job;
		// In a worker, after its last job: what it knows besides. May be empty.
		std::function<std::string()> last_words;
		// Here: a job is done. `crash`: its worker died of it ("Segmentation fault"); empty: it did not.
		std::function<void(size_t job, std::string result, const std::string &crash)> on_result;
		// Here, once for each worker that lived to its end. May be empty.
		std::function<void(std::string words)> on_last_words;
	};

	// Does jobs 0 ... count - 1, each once, in any order. Throws Error when no process can be made.
	static void run(size_t count, size_t workers, const Work &work);
};

// How many workers are used when nobody says: one for each core.
size_t default_workers();

} // namespace falco::host
