// SPDX-License-Identifier: Apache-2.0
//
// The spawner's own process. One thread, which forks; so what it forks may do what it likes before it loads a plugin.
#include "host/isolation/spawner_wire.hpp"
#include "host/isolation/wire.hpp"

#include <cap-ng.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <set>
#include <stdexcept>
#include <unistd.h>
#include <vector>

namespace falco::host::isolation {

namespace {

constexpr int kPatienceMs = 1000; // with a crash handler

[[noreturn]] void fail(const std::string &what)
{
	throw std::runtime_error(what + ": " + std::strerror(errno));
}

// Keeps what another user's process needs to be made and ended, as far as falco has it.
void keep_few_capabilities()
{
	std::vector<unsigned> kept;
	if (capng_get_caps_process() == 0)
		for (const unsigned one : {unsigned{CAP_SETUID}, unsigned{CAP_SETGID}, unsigned{CAP_KILL},
					   unsigned{CAP_SETPCAP}, unsigned{CAP_SYS_RESOURCE}})
			if (capng_have_capability(CAPNG_PERMITTED, one) != 0) kept.push_back(one);
	capng_clear(CAPNG_SELECT_BOTH);
	for (const unsigned one : kept)
		capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED), one);
	// The bounding set is not everybody's to change.
	if (capng_apply(CAPNG_SELECT_BOTH) != 0) capng_apply(CAPNG_SELECT_CAPS);
}

void place_descriptors(const std::vector<int> &given)
{
	if (given.size() != kDescriptors) throw std::runtime_error("descriptors are missing");
	int moved[kDescriptors];
	for (size_t i = 0; i < kDescriptors; ++i) // out of the way of those that they become
		if ((moved[i] = fcntl(given[i], F_DUPFD, kMemoryFd + 1)) < 0) fail("fcntl");
	const int places[kDescriptors] = {kCallFd, kLogFd, STDERR_FILENO, kMemoryFd};
	for (size_t i = 0; i < kDescriptors; ++i)
		if (dup2(moved[i], places[i]) < 0) fail("dup2");
	if (dup2(moved[2], STDOUT_FILENO) < 0) fail("dup2");
	for (const int fd : {kCallFd, kLogFd, kMemoryFd})
		fcntl(fd, F_SETFD, FD_CLOEXEC); // programs that the plugin starts have no use for them
	if (close_range(kMemoryFd + 1, ~0U, 0) != 0) fail("close_range");
}

void limit(decltype(RLIMIT_AS) what, const char *name, uint64_t value)
{
	if (value == 0) return;
	const rlimit both{value, value};
	if (setrlimit(what, &both) != 0) fail(std::string("limits.") + name + " cannot be set to that");
}

void set_limits(const IsolationConfig &limits)
{
	constexpr uint64_t kMegabyte = 1 << 20;
	limit(RLIMIT_NOFILE, "open_files", limits.open_files);
	limit(RLIMIT_NPROC, "processes", limits.processes);
	limit(RLIMIT_FSIZE, "file_size_mb", limits.file_size_mb * kMegabyte);
	limit(RLIMIT_AS, "memory_mb", limits.memory_mb * kMegabyte);
}

void become(const std::string &user)
{
	if (user.empty()) return;
	errno = 0;
	const passwd *const entry = getpwnam(user.c_str());
	if (!entry) throw std::runtime_error("there is no user '" + user + "'");
	const uid_t uid = entry->pw_uid;
	const gid_t gid = entry->pw_gid;
	if (uid == geteuid() && uid == getuid()) return;
	if (initgroups(user.c_str(), gid) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
		fail("cannot become user '" + user +
		     "', for which falco needs CAP_SETUID and CAP_SETGID when it starts");
}

void give_up_privileges()
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("prctl");
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_apply(CAPNG_SELECT_BOTH) != 0 && capng_apply(CAPNG_SELECT_CAPS) != 0)
		throw std::runtime_error("capabilities cannot be given up");
}

[[noreturn]] void be_output(const StartRequest &request, const std::vector<int> &descriptors, pid_t spawner)
{
	try {
		place_descriptors(descriptors);
	} catch (const std::exception &) {
		_exit(1); // there is no road to tell it on: falco sees the end of the socket
	}
	try {
		set_limits(request.isolation);
		become(request.isolation.user);
		give_up_privileges();
		// After the user has changed, which would undo it.
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		if (getppid() != spawner) _exit(1);
		prctl(PR_SET_NAME, ("falco " + request.name).c_str(), 0, 0, 0);
	} catch (const std::exception &e) {
		refuse_to_run(e.what());
	}
	run_isolated_output(request);
}

std::string start(std::string_view message, const std::vector<int> &descriptors, std::set<pid_t> &running)
{
	Writer answer;
	const pid_t self = getpid();
	const StartRequest request = decode_start(message);
	const pid_t pid = fork();
	if (pid == 0) be_output(request, descriptors, self);
	if (pid > 0) running.insert(pid);
	answer.number(static_cast<uint64_t>(static_cast<int64_t>(pid > 0 ? pid : -errno)));
	return answer.get();
}

// The wait status. A process that does not end, since the kernel holds it, counts as killed.
int end(pid_t pid, bool is_stuck)
{
	int status = SIGKILL;
	if (is_stuck) {
		kill(pid, SIGABRT);
		for (int waited = 0; waited < kPatienceMs; waited += 10) {
			if (waitpid(pid, &status, WNOHANG) == pid) return status;
			poll(nullptr, 0, 10);
		}
	}
	kill(pid, SIGKILL);
	for (int waited = 0; waited < kPatienceMs; waited += 1) {
		if (waitpid(pid, &status, WNOHANG) == pid) return status;
		poll(nullptr, 0, 1);
	}
	return SIGKILL;
}

std::string end(std::string_view message, std::set<pid_t> &running)
{
	Reader reader(message);
	reader.number(); // Ask::end
	const auto pid = static_cast<pid_t>(reader.number());
	const bool is_stuck = reader.number() != 0;
	Writer answer;
	const bool is_known = running.erase(pid) > 0; // no other process may be ended
	answer.number(static_cast<uint64_t>(is_known ? end(pid, is_stuck) : 0));
	return answer.get();
}

} // namespace

int run_spawner()
{
	if (fcntl(kControlFd, F_SETFD, FD_CLOEXEC) != 0) {
		std::fprintf(stderr, "falco: `falco plugin host` is what falco itself starts for isolated outputs\n");
		return 1;
	}
	prctl(PR_SET_NAME, "falco spawner", 0, 0, 0);
	keep_few_capabilities();
	std::set<pid_t> running;
	std::string message;
	std::vector<int> descriptors;
	while (receive_with_descriptors(kControlFd, message, descriptors)) {
		std::string answer;
		try {
			const auto ask = static_cast<Ask>(Reader(message).number());
			answer = ask == Ask::start ? start(message, descriptors, running) : end(message, running);
		} catch (const BadMessage &) {
			return 1; // nobody but falco has the socket
		}
		for (const int fd : descriptors)
			close(fd);
		if (!send_with_descriptors(kControlFd, answer, nullptr)) break;
	}
	for (const pid_t pid : running)
		kill(pid, SIGKILL);
	return 0;
}

} // namespace falco::host::isolation
