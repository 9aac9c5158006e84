// SPDX-License-Identifier: Apache-2.0
#include "modprobe.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace falco::kmod {

namespace {

std::string find_program()
{
	for (const char *path : {"/sbin/modprobe", "/usr/sbin/modprobe"}) {
		if (access(path, X_OK) == 0) {
			return path;
		}
	}
	return {};
}

// The first line of what comes out of a pipe, which is read to its end.
std::string read_line(int fd)
{
	std::string text;
	std::array<char, 512> part;
	for (;;) {
		const ssize_t got = read(fd, part.data(), part.size());
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			break;
		}
		if (text.size() < part.size()) {
			text.append(part.data(), static_cast<size_t>(got));
		}
	}
	return text.substr(0, text.find('\n'));
}

} // namespace

std::string load_module(const std::string &module)
{
	const std::string program = find_program();
	const std::string command = "modprobe " + module;
	if (program.empty()) {
		return command + " is not possible: there is no /sbin/modprobe";
	}
	std::array<int, 2> said = {-1, -1};
	if (pipe2(said.data(), O_CLOEXEC) != 0) {
		return command + " failed: " + std::strerror(errno);
	}
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, said[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, said[1], STDERR_FILENO);
	std::array<char *, 3> arguments = {const_cast<char *>(program.c_str()), const_cast<char *>(module.c_str()),
					   nullptr};
	char path[] = "PATH=/sbin:/usr/sbin:/bin:/usr/bin";
	std::array<char *, 2> environment = {path, nullptr};
	pid_t child = -1;
	const int error = posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environment.data());
	posix_spawn_file_actions_destroy(&actions);
	close(said[1]);
	if (error != 0) {
		close(said[0]);
		return command + " failed: " + std::strerror(error);
	}
	const std::string message = read_line(said[0]);
	close(said[0]);
	int status = -1;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	if (status == 0) {
		return program + " " + module + " loaded it";
	}
	return command + " failed" + (message.empty() ? "" : ": " + message);
}

} // namespace falco::kmod
