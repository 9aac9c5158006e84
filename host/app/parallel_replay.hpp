// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/app/match_stream.hpp"
#include "host/app/options.hpp"
#include "host/config/config.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

namespace falco::host {

// Replays trace files in several processes at once (-j). Each worker has the rules and takes one file after the other;
// what matches comes here and is delivered by this process alone, in the order of the files, so that outputs, numbers
// and statistics are those of one process.
class ParallelReplay {
public:
	// Starts the workers: before this process has any thread. `request`: what the configuration was read from.
	// Throws Error.
	ParallelReplay(const ConfigRequest &request, std::vector<std::string> files, unsigned jobs);
	// Ends them, done or not.
	~ParallelReplay();
	ParallelReplay(const ParallelReplay &) = delete;
	ParallelReplay &operator=(const ParallelReplay &) = delete;

	// Until all files are done and the workers have ended, or `stop` is set, which a signal to this thread or a
	// moment's wait makes it see. Returns what went wrong, in the order of the files.
	std::vector<std::string> run(const std::function<void(const falco_match &)> &deliver,
				     const std::atomic<bool> &stop);

private:
	struct Worker {
		pid_t pid = -1;
		std::unique_ptr<MatchReader> reader;
		int64_t file = -1; // the one it has begun and not ended; -1: not known yet
	};
	Worker *find_worker(uint32_t file, const std::atomic<bool> &stop);
	void read_file(Worker &worker, const std::function<void(const falco_match &)> &deliver,
		       const std::atomic<bool> &stop, std::vector<std::string> &failures);

	const std::vector<std::string> files_;
	std::atomic<uint32_t> *next_file_; // shared with the workers
	std::vector<Worker> workers_;
};

// The workers that the options ask for; nothing when this process is to read by itself.
std::unique_ptr<ParallelReplay> start_parallel_replay(const Options &options, const ConfigRequest &request,
						      const Config &config);

} // namespace falco::host
