// SPDX-License-Identifier: Apache-2.0
#include "child_process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace {

constexpr auto kPatience = std::chrono::milliseconds(500); // with a program that was asked to end

[[noreturn]] void fail(int error, const std::string &what)
{
	throw std::system_error(error, std::generic_category(), what);
}

// Waits for an event of a descriptor. False: none until the deadline.
bool wait_for(int fd, short events, ChildProcess::Clock::time_point deadline)
{
	for (;;) {
		const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
			deadline - std::min(deadline, ChildProcess::Clock::now()));
		pollfd one{fd, events, 0};
		const int ready = ::poll(&one, 1, static_cast<int>(std::min<int64_t>(left.count(), 60000)));
		if (ready > 0) return true;
		if (ready == 0 && left.count() <= 60000) return false;
		if (ready < 0 && errno != EINTR) return false;
	}
}

// What a program is started with; freed at the end.
struct SpawnSettings {
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;

	explicit SpawnSettings(int input)
	{
		posix_spawn_file_actions_init(&files);
		posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
		posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
		posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
		posix_spawnattr_init(&attributes);
		// falco blocks and ignores signals; a program that inherited that would not die of SIGPIPE or SIGTERM.
		sigset_t none, all;
		sigemptyset(&none);
		sigfillset(&all);
		posix_spawnattr_setsigmask(&attributes, &none);
		posix_spawnattr_setsigdefault(&attributes, &all);
		posix_spawnattr_setpgroup(&attributes, 0);
		posix_spawnattr_setflags(&attributes,
					 POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	}
	~SpawnSettings()
	{
		posix_spawn_file_actions_destroy(&files);
		posix_spawnattr_destroy(&attributes);
	}
	SpawnSettings(const SpawnSettings &) = delete;
	SpawnSettings &operator=(const SpawnSettings &) = delete;
};

std::string describe(const siginfo_t &end)
{
	if (end.si_code != CLD_EXITED) return "killed by signal " + std::to_string(end.si_status);
	return end.si_status == 0 ? "" : "exit status " + std::to_string(end.si_status);
}

} // namespace

ChildProcess::~ChildProcess()
{
	if (!is_running()) return;
	close_input();
	if (!wait(Clock::now() + kPatience)) kill();
}

void ChildProcess::start(const std::vector<std::string> &words)
{
	std::vector<char *> arguments;
	for (const std::string &word : words)
		arguments.push_back(const_cast<char *>(word.c_str()));
	arguments.push_back(nullptr);

	int ends[2] = {-1, -1};
	if (::pipe2(ends, O_CLOEXEC) != 0) fail(errno, "pipe");
	int error = 0;
	{
		const SpawnSettings settings(ends[0]);
		error = ::posix_spawn(&pid_, arguments[0], &settings.files, &settings.attributes, arguments.data(),
				      environ);
	}
	::close(ends[0]);
	if (error != 0) {
		::close(ends[1]);
		pid_ = -1;
		fail(error, words[0]);
	}
	input_ = ends[1];
	::fcntl(input_, F_SETFL, O_NONBLOCK);
	pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)); // is closed on exec
	if (pidfd_ < 0) {
		error = errno;
		kill();
		fail(error, "pidfd_open (Linux 5.3 or later)");
	}
}

ssize_t ChildProcess::write(std::string_view bytes, Clock::time_point deadline)
{
	size_t written = 0;
	while (written < bytes.size()) {
		const ssize_t size = ::write(input_, bytes.data() + written, bytes.size() - written);
		if (size >= 0) {
			written += static_cast<size_t>(size);
		} else if (errno == EAGAIN) {
			if (!wait_for(input_, POLLOUT, deadline)) break;
		} else if (errno != EINTR) {
			return -1;
		}
	}
	return static_cast<ssize_t>(written);
}

size_t ChildProcess::unread() const
{
	int size = 0;
	return input_ >= 0 && ::ioctl(input_, FIONREAD, &size) == 0 ? static_cast<size_t>(size) : 0;
}

void ChildProcess::close_input()
{
	if (input_ >= 0) ::close(input_);
	input_ = -1;
}

bool ChildProcess::wait(Clock::time_point deadline)
{
	if (!is_running()) return true;
	if (pidfd_ >= 0 && !wait_for(pidfd_, POLLIN, deadline)) return false;
	siginfo_t end{};
	int result;
	do {
		result = ::waitid(P_PID, static_cast<id_t>(pid_), &end, WEXITED);
	} while (result != 0 && errno == EINTR);
	how_it_ended_ = result == 0 ? describe(end) : "";
	if (pidfd_ >= 0) ::close(pidfd_);
	pid_ = pidfd_ = -1;
	close_input();
	return true;
}

void ChildProcess::kill()
{
	if (!is_running()) return;
	::kill(-pid_, SIGTERM);
	if (pidfd_ >= 0) wait_for(pidfd_, POLLIN, Clock::now() + kPatience);
	::kill(-pid_, SIGKILL); // also when it has ended: what it started may go on
	wait(Clock::time_point::max());
}
