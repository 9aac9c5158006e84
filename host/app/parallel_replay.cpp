// SPDX-License-Identifier: Apache-2.0
#include "host/app/parallel_replay.hpp"

#include "common/trace_paths.hpp"
#include "host/app/replay_worker.hpp"
#include "host/error.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace falco::host {

namespace {

constexpr int kLookAgainMs = 200; // whether to stop: a signal may come just before a wait

Error failed(const char *what)
{
	return Error(std::string("-j: cannot ") + what + ": " + std::strerror(errno));
}

// For more of what a worker says, or its end, or a moment.
void wait_for(MatchReader &reader)
{
	pollfd waiting = {reader.fd(), POLLIN, 0};
	if (poll(&waiting, 1, kLookAgainMs) > 0) {
		reader.fill();
	}
}

} // namespace

ParallelReplay::ParallelReplay(const ConfigRequest &request, std::vector<std::string> files, unsigned jobs)
    : files_(std::move(files))
{
	void *shared = mmap(nullptr, sizeof *next_file_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		throw failed("share memory with the workers");
	}
	next_file_ = new (shared) std::atomic<uint32_t>(0);
	const pid_t parent = getpid();
	const size_t count = std::min<size_t>(jobs, files_.size());
	for (size_t i = 0; i < count; i++) {
		int ends[2];
		if (pipe2(ends, O_CLOEXEC) != 0) {
			throw failed("make a pipe");
		}
		const pid_t pid = fork();
		if (pid < 0) {
			throw failed("start a worker");
		}
		if (pid == 0) {
			close(ends[0]);
			_exit(run_replay_worker(request, files_, *next_file_, ends[1], parent));
		}
		close(ends[1]);
		workers_.push_back({pid, std::make_unique<MatchReader>(ends[0]), -1});
	}
}

ParallelReplay::~ParallelReplay()
{
	for (const Worker &worker : workers_) {
		kill(worker.pid, SIGKILL); // there is nothing that it could lose
	}
	for (const Worker &worker : workers_) {
		while (waitpid(worker.pid, nullptr, 0) < 0 && errno == EINTR) {
		}
	}
	munmap(next_file_, sizeof *next_file_);
}

std::vector<std::string> ParallelReplay::run(const std::function<void(const falco_match &)> &deliver,
					     const std::atomic<bool> &stop)
{
	std::vector<std::string> failures;
	for (uint32_t file = 0; file < files_.size() && !stop; file++) {
		if (Worker *worker = find_worker(file, stop)) {
			read_file(*worker, deliver, stop, failures);
		} else if (!stop) {
			failures.push_back(files_[file] + ": was not replayed, since the workers of -j have ended");
		}
	}
	for (const Worker &worker : workers_) { // the matcher may have something to write at the end, such as a profile
		while (!stop && !worker.reader->ended()) {
			wait_for(*worker.reader);
		}
	}
	return failures;
}

// The worker that has that file; nullptr: none will, or falco is to stop.
ParallelReplay::Worker *ParallelReplay::find_worker(uint32_t file, const std::atomic<bool> &stop)
{
	while (!stop) {
		std::vector<pollfd> waiting;
		std::vector<Worker *> whose;
		for (Worker &worker : workers_) {
			MatchReader::Message message;
			if (worker.file < 0 && worker.reader->next(message)) {
				worker.file = message.file; // what comes between two files is a beginning
			}
			if (worker.file == file) {
				return &worker;
			}
			if (worker.file < 0 && !worker.reader->ended()) {
				waiting.push_back({worker.reader->fd(), POLLIN, 0});
				whose.push_back(&worker);
			}
		}
		if (waiting.empty()) {
			return nullptr;
		}
		if (poll(waiting.data(), waiting.size(), kLookAgainMs) > 0) {
			for (size_t i = 0; i < waiting.size(); i++) {
				if (waiting[i].revents != 0) {
					whose[i]->reader->fill();
				}
			}
		}
	}
	return nullptr;
}

void ParallelReplay::read_file(Worker &worker, const std::function<void(const falco_match &)> &deliver,
			       const std::atomic<bool> &stop, std::vector<std::string> &failures)
{
	MatchReader::Message message;
	while (!stop) {
		if (!worker.reader->next(message)) {
			if (worker.reader->ended()) {
				failures.push_back(files_[static_cast<size_t>(worker.file)] +
						   ": the process that replayed it ended unexpectedly");
				worker.file = -1;
				return;
			}
			wait_for(*worker.reader);
			continue;
		}
		switch (message.kind) {
		case MatchReader::Kind::match:
			deliver(message.match);
			break;
		case MatchReader::Kind::failure:
			failures.push_back(message.text);
			break;
		default:
			worker.file = -1;
			return;
		}
	}
}

std::unique_ptr<ParallelReplay> start_parallel_replay(const Options &options, const ConfigRequest &request,
						      const Config &config)
{
	if (options.jobs == 1 || options.command != Options::Command::run || options.dry_run) {
		return nullptr;
	}
	if (!config.taps.empty()) {
		throw Error(config.taps.front().place.str() + ": a replay with -j has no taps and records nothing");
	}
	std::vector<std::string> paths;
	for (const yaml::Node &path : config.sources.front().config.find("paths")->items) {
		paths.push_back(path.text);
	}
	std::vector<std::string> files = expand_trace_paths(paths);
	return files.size() == 1 ? nullptr : std::make_unique<ParallelReplay>(request, std::move(files), options.jobs);
}

} // namespace falco::host
