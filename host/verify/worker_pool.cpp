// SPDX-License-Identifier: Apache-2.0
#include "host/verify/worker_pool.hpp"

#include "host/error.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace falco::host {

namespace {

// Asks a worker for its last words.
constexpr uint64_t kNoMoreJobs = UINT64_MAX;

bool read_all(int fd, void *into, size_t size)
{
	auto *at = static_cast<char *>(into);
	while (size > 0) {
		const ssize_t got = read(fd, at, size);
		if (got < 0 && errno == EINTR) continue;
		if (got <= 0) return false;
		at += got;
		size -= static_cast<size_t>(got);
	}
	return true;
}

bool write_all(int fd, const void *from, size_t size)
{
	const auto *at = static_cast<const char *>(from);
	while (size > 0) {
		const ssize_t put = send(fd, at, size, MSG_NOSIGNAL);
		if (put < 0 && errno == EINTR) continue;
		if (put <= 0) return false;
		at += put;
		size -= static_cast<size_t>(put);
	}
	return true;
}

bool write_text(int fd, const std::string &text)
{
	const uint64_t size = text.size();
	return write_all(fd, &size, sizeof size) && write_all(fd, text.data(), text.size());
}

std::optional<std::string> read_text(int fd)
{
	uint64_t size = 0;
	if (!read_all(fd, &size, sizeof size)) return std::nullopt;
	std::string text(size, '\0');
	if (!read_all(fd, text.data(), size)) return std::nullopt;
	return text;
}

// Jobs come in and results go out until the socket says that there are no more.
[[noreturn]] void serve(int fd, const WorkerPool::Work &work)
{
	uint64_t job = 0;
	while (read_all(fd, &job, sizeof job)) {
		const bool over = job == kNoMoreJobs;
		const std::string text = !over ? work.job(job) : work.last_words ? work.last_words() : "";
		if (!write_text(fd, text) || over) break;
	}
	std::fflush(stderr);
	_exit(0); // what this process was forked from is not its to tear down
}

struct Worker {
	pid_t pid = -1;
	int fd = -1; // -1: gone
	std::optional<size_t> job;
	bool leaving = false; // was asked for its last words
};

class Pool {
public:
	Pool(size_t count, const WorkerPool::Work &work) : count_(count), work_(work) {}
	~Pool()
	{
		for (Worker &worker : workers_) {
			if (worker.fd >= 0) {
				close(worker.fd);
				kill(worker.pid, SIGKILL);
				waitpid(worker.pid, nullptr, 0);
			}
		}
	}
	Pool(const Pool &) = delete;
	Pool &operator=(const Pool &) = delete;

	void run(size_t workers)
	{
		workers_.resize(std::max<size_t>(1, std::min(workers, count_)));
		for (Worker &worker : workers_) {
			start(worker);
		}
		while (std::any_of(workers_.begin(), workers_.end(), [](const Worker &one) { return one.fd >= 0; })) {
			std::vector<pollfd> waiting;
			for (const Worker &worker : workers_) {
				waiting.push_back({worker.fd, POLLIN, 0});
			}
			if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) {
				throw Error(std::string("poll: ") + std::strerror(errno));
			}
			for (size_t i = 0; i < waiting.size(); i++) {
				if (waiting[i].revents != 0) hear(workers_[i]);
			}
		}
	}

private:
	void start(Worker &worker)
	{
		int ends[2];
		std::fflush(stdout);
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
			throw Error(std::string("cannot make a socket for a worker: ") + std::strerror(errno));
		}
		const pid_t parent = getpid();
		worker.pid = fork();
		if (worker.pid < 0) {
			close(ends[0]);
			close(ends[1]);
			throw Error(std::string("cannot start a worker: ") + std::strerror(errno));
		}
		if (worker.pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() != parent) _exit(1);
			for (const Worker &other : workers_) {
				if (other.fd >= 0) close(other.fd);
			}
			close(ends[0]);
			serve(ends[1], work_);
		}
		close(ends[1]);
		worker.fd = ends[0];
		give_job(worker);
	}

	void give_job(Worker &worker)
	{
		worker.job.reset();
		worker.leaving = next_ >= count_;
		uint64_t message = kNoMoreJobs;
		if (!worker.leaving) {
			worker.job = next_++;
			message = *worker.job;
		}
		write_all(worker.fd, &message, sizeof message); // if it is dead, reading tells
	}

	void hear(Worker &worker)
	{
		auto text = read_text(worker.fd);
		if (text && worker.leaving) {
			if (work_.on_last_words) work_.on_last_words(std::move(*text));
			end(worker);
		} else if (text && worker.job) {
			work_.on_result(*worker.job, std::move(*text), "");
			give_job(worker);
		} else {
			const int status = end(worker);
			if (worker.job) {
				const std::string why = WIFSIGNALED(status)
								? strsignal(WTERMSIG(status))
								: "exit status " + std::to_string(WEXITSTATUS(status));
				work_.on_result(*worker.job, "", why);
				worker.job.reset();
				if (next_ < count_) start(worker);
			}
		}
	}

	static int end(Worker &worker)
	{
		int status = 0;
		close(worker.fd);
		worker.fd = -1;
		waitpid(worker.pid, &status, 0);
		return status;
	}

	size_t count_, next_ = 0;
	const WorkerPool::Work &work_;
	std::vector<Worker> workers_;
};

} // namespace

void WorkerPool::run(size_t count, size_t workers, const Work &work)
{
	if (count > 0) Pool(count, work).run(workers);
}

size_t default_workers()
{
	return std::max(1u, std::thread::hardware_concurrency());
}

} // namespace falco::host
