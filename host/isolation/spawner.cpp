// SPDX-License-Identifier: Apache-2.0
#include "host/isolation/spawner.hpp"

#include "host/error.hpp"
#include "host/isolation/spawner_wire.hpp"
#include "host/isolation/wire.hpp"

#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

extern char **environ;

namespace falco::host::isolation {

Spawner::~Spawner()
{
	const std::lock_guard<std::mutex> lock(mutex_);
	close_locked();
}

void Spawner::close_locked()
{
	if (socket_ < 0) return;
	close(socket_); // tells it to end
	socket_ = -1;
	int status = 0;
	while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
	}
}

void Spawner::start()
{
	const std::lock_guard<std::mutex> lock(mutex_);
	if (socket_ < 0) start_locked();
}

void Spawner::start_locked()
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		throw Error(std::string("isolated outputs cannot be started: socketpair: ") + std::strerror(errno));
	// dup2 onto itself would leave the descriptor to be closed.
	const int other = fcntl(ends[1], F_DUPFD_CLOEXEC, kControlFd + 1);
	close(ends[1]);
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, other, kControlFd);
	// A terminal's interrupt is for falco, which then still has alerts to deliver.
	posix_spawnattr_t attributes;
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	std::string words[] = {"falco", "plugin", "host"};
	char *const arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
	const int failure = posix_spawn(&pid_, program_.c_str(), &actions, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(other);
	if (failure != 0) {
		close(ends[0]);
		throw Error("isolated outputs cannot be started: " + program_ + ": " + std::strerror(failure));
	}
	socket_ = ends[0];
}

std::string Spawner::ask(const std::string &request, const StartDescriptors *descriptors)
{
	const std::lock_guard<std::mutex> lock(mutex_);
	if (socket_ < 0) start_locked();
	if (send_with_descriptors(socket_, request, descriptors)) {
		std::string answer(kLongestControlMessage, '\0');
		ssize_t size = 0;
		while ((size = recv(socket_, answer.data(), answer.size(), 0)) < 0 && errno == EINTR) {
		}
		if (size > 0) {
			answer.resize(static_cast<size_t>(size));
			return answer;
		}
	}
	close_locked(); // the next one starts it again
	throw Error("the process that starts isolated outputs has ended; it is started again");
}

pid_t Spawner::start_output(const StartRequest &request, const StartDescriptors &descriptors)
{
	const std::string answer = ask(encode_start(request), &descriptors);
	Reader reader(answer);
	const auto pid = static_cast<pid_t>(static_cast<int64_t>(reader.number()));
	if (pid < 0)
		throw Error("the process of output '" + request.name + "' cannot be started: " + std::strerror(-pid));
	return pid;
}

std::string Spawner::end_output(pid_t pid, End how)
{
	try {
		const std::string answer = ask(encode_end(pid, how), nullptr);
		Reader reader(answer);
		const auto status = static_cast<int>(reader.number());
		if (WIFSIGNALED(status))
			return "signal " + std::to_string(WTERMSIG(status)) + " (" + strsignal(WTERMSIG(status)) + ")";
		return "exit status " + std::to_string(WEXITSTATUS(status));
	} catch (const std::exception &e) {
		return e.what();
	}
}

} // namespace falco::host::isolation
