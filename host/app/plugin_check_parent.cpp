// SPDX-License-Identifier: Apache-2.0
#include "common/descriptor.hpp"
#include "host/app/plugin_checks.hpp"
#include "host/error.hpp"

#include <sys/mman.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <unistd.h>

extern char **environ;

namespace falco::host {

using Clock = std::chrono::steady_clock;

namespace {

const std::string kTrying = "falco: trying ";

Error cannot_run(const char *what)
{
	return Error(std::string("the check cannot run: ") + what + ": " + std::strerror(errno));
}

// The standard streams are put out of the plugin's way; the result has a road of its own.
pid_t spawn(const PluginCheckRequest &request, const char *id, int error_fd, int result_fd)
{
	std::vector<std::string> words{"falco", "plugin", "check", request.file, "--internal-check", id};
	if (!request.config.empty()) words.insert(words.end(), {"--config", request.config});
	if (!request.with.empty()) words.insert(words.end(), {"--with", request.with});
	if (!request.source.empty()) words.insert(words.end(), {"--source", request.source});
	words.insert(words.end(), {"--seed", std::to_string(request.seed)});
	words.insert(words.end(), {"--seconds", std::to_string(request.seconds)});
	std::vector<char *> arguments;
	for (std::string &word : words)
		arguments.push_back(word.data());
	arguments.push_back(nullptr);
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	// First the one that must not be overwritten by the others.
	posix_spawn_file_actions_adddup2(&actions, result_fd, kCheckResultFd);
	posix_spawn_file_actions_adddup2(&actions, error_fd, STDERR_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	pid_t child = -1;
	const int failure = posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
	posix_spawn_file_actions_destroy(&actions);
	if (failure != 0) throw Error(std::string("the check cannot run: /proc/self/exe: ") + std::strerror(failure));
	return child;
}

// Reads up to a newline, the end, or the deadline. False: the deadline.
bool read_line(int fd, Clock::time_point deadline, std::string &line)
{
	for (;;) {
		const auto left =
			std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
		pollfd waiting{fd, POLLIN, 0};
		const int ready = poll(&waiting, 1, left > 0 ? static_cast<int>(left) : 0);
		if (ready < 0 && errno == EINTR) continue;
		if (ready == 0) return false;
		char block[4096];
		const ssize_t size = read(fd, block, sizeof block);
		if (size <= 0) return true;
		line.append(block, static_cast<size_t>(size));
		if (line.back() == '\n') return true;
	}
}

// What follows the last line that begins so on the child's standard error.
std::string last_told(int error_fd, const std::string &begin)
{
	constexpr off_t kMost = 1 << 18; // a sanitizer's report may follow
	const off_t size = lseek(error_fd, 0, SEEK_END);
	std::string all(static_cast<size_t>(std::min(size, kMost)), '\0');
	const ssize_t got = pread(error_fd, all.data(), all.size(), size - static_cast<off_t>(all.size()));
	all.resize(got > 0 ? static_cast<size_t>(got) : 0);
	const size_t at = all.rfind(begin);
	if (at == std::string::npos) return {};
	return all.substr(at + begin.size(), all.find('\n', at) - at - begin.size());
}

// "inside output/kafka write (signal 11)": what the crash handler left.
std::string crash_place(int error_fd)
{
	return last_told(error_fd, "falco: crashed ");
}

std::string with_attempt(const std::string &detail, int error_fd)
{
	const std::string attempt = last_told(error_fd, kTrying);
	return attempt.empty() ? detail : detail + ", trying " + attempt;
}

int wait_for(pid_t child)
{
	int status = 0;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	return status;
}

CheckResult from_line(const std::string &line)
{
	const nlohmann::json told = nlohmann::json::parse(line, nullptr, false);
	if (told.is_object() && told.contains("result") && told.contains("detail"))
		for (const Verdict verdict :
		     {Verdict::pass, Verdict::fail, Verdict::warn, Verdict::skip, Verdict::unwound})
			if (told["result"] == verdict_name(verdict))
				return {verdict, told["detail"].get<std::string>()};
	return {Verdict::fail, "the check's process reported something that is no result: " + line.substr(0, 200)};
}

CheckResult end_hanging(pid_t child, int result_fd, int error_fd, std::chrono::milliseconds limit)
{
	kill(child, SIGABRT); // makes the crash handler say where it was
	std::string ignored;
	const bool ended = read_line(result_fd, Clock::now() + std::chrono::seconds(1), ignored);
	if (!ended) kill(child, SIGKILL);
	wait_for(child);
	const std::string place = crash_place(error_fd);
	const std::string detail = "did not return within " + std::to_string(limit.count()) + " ms" +
				   (place.empty() ? "" : ", " + place.substr(0, place.rfind(" (signal")));
	return {Verdict::hang, with_attempt(detail, error_fd)};
}

} // namespace

CheckResult run_check_in_child(const PluginCheckRequest &request, const char *id)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0) throw cannot_run("pipe");
	const Descriptor result(ends[0]);
	Descriptor result_writer(ends[1]);
	const Descriptor errors(memfd_create("falco-plugin-check", MFD_CLOEXEC));
	if (errors.get() < 0) throw cannot_run("memfd_create");
	const pid_t child = spawn(request, id, errors.get(), result_writer.get());
	result_writer.reset();
	std::string line;
	if (!read_line(result.get(), Clock::now() + request.time_limit, line))
		return end_hanging(child, result.get(), errors.get(), request.time_limit);
	const int status = wait_for(child);
	if (!line.empty()) return from_line(line);
	std::string place = crash_place(errors.get());
	if (place.empty())
		place = WIFSIGNALED(status)
				? "ended by signal " + std::to_string(WTERMSIG(status))
				: "ended the process with exit status " + std::to_string(WEXITSTATUS(status));
	return {Verdict::crash, with_attempt(place, errors.get())};
}

void trying(const std::string &what)
{
	std::string line = kTrying;
	for (const char c : what)
		line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
	line += '\n';
	// Without a standard error there is nobody to tell.
	[[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

} // namespace falco::host
