// SPDX-License-Identifier: Apache-2.0
#include "tests/support/run_falco.hpp"

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>
#include <stdexcept>
#include <system_error>

extern char **environ;

namespace falco::test {

namespace {

/// Both ends of a pipe, closed at the end.
struct Pipe {
	Pipe()
	{
		if (pipe2(ends.data(), O_CLOEXEC) != 0)
			throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
	}
	~Pipe()
	{
		close(ends[0]);
		close_writer();
	}
	Pipe(const Pipe &) = delete;
	Pipe &operator=(const Pipe &) = delete;
	void close_writer()
	{
		if (ends[1] >= 0) close(ends[1]);
		ends[1] = -1;
	}
	std::array<int, 2> ends{-1, -1};
};

std::vector<char *> pointers(std::vector<std::string> &strings)
{
	std::vector<char *> result;
	for (std::string &string : strings)
		result.push_back(string.data());
	result.push_back(nullptr);
	return result;
}

pid_t start(const std::string &path, const std::vector<std::string> &arguments, const RunOptions &options,
	    const Pipe &out, const Pipe &err)
{
	std::vector<std::string> argv{path};
	argv.insert(argv.end(), arguments.begin(), arguments.end());
	std::vector<std::string> env(options.environment);
	for (char **entry = environ; *entry != nullptr; ++entry)
		env.emplace_back(*entry);

	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, err.ends[1], STDERR_FILENO);
	if (!options.directory.empty()) posix_spawn_file_actions_addchdir_np(&actions, options.directory.c_str());
	pid_t child = -1;
	const int error =
		posix_spawn(&child, path.c_str(), &actions, nullptr, pointers(argv).data(), pointers(env).data());
	posix_spawn_file_actions_destroy(&actions);
	if (error != 0) throw std::system_error(error, std::generic_category(), "cannot run " + path);
	return child;
}

/// Reads what is there; false at the end of the stream.
bool take(int fd, std::string &text)
{
	std::array<char, 65536> buffer;
	const ssize_t count = read(fd, buffer.data(), buffer.size());
	if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
	return count > 0 || (count < 0 && errno == EINTR);
}

} // namespace

Finished run_program(const std::string &path, const std::vector<std::string> &arguments, const RunOptions &options)
{
	Pipe out;
	Pipe err;
	const pid_t child = start(path, arguments, options, out, err);
	out.close_writer();
	err.close_writer();

	Finished finished;
	const auto deadline = std::chrono::steady_clock::now() + options.time_out;
	std::array<pollfd, 2> streams{{{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}}};
	while (streams[0].fd >= 0 || streams[1].fd >= 0) {
		const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
			deadline - std::chrono::steady_clock::now());
		const int ready =
			poll(streams.data(), streams.size(), left.count() > 0 ? static_cast<int>(left.count()) : 0);
		if (ready < 0 && errno == EINTR) continue;
		if (ready <= 0) {
			finished.timed_out = true;
			kill(child, SIGKILL);
			break; // a grandchild may hold the pipes: what was read so far is what there is
		}
		if (streams[0].revents != 0 && !take(streams[0].fd, finished.out)) streams[0].fd = -1;
		if (streams[1].revents != 0 && !take(streams[1].fd, finished.err)) streams[1].fd = -1;
	}

	int status = 0;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	finished.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return finished;
}

Finished run_falco(const std::vector<std::string> &arguments, const RunOptions &options)
{
	return run_program(FALCO_BINARY_DIR "/falco", arguments, options);
}

std::vector<std::string> lines_of(const std::string &text)
{
	std::vector<std::string> lines;
	std::istringstream stream(text);
	for (std::string line; std::getline(stream, line);)
		lines.push_back(line);
	return lines;
}

} // namespace falco::test
