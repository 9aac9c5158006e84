// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/background.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace falco::test {

namespace {

constexpr long long kPatienceMs = 10000;

long long now_ms()
{
	using namespace std::chrono;
	return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

} // namespace

Background::Background(const std::vector<std::string> &arguments, int input, int output)
{
	int out[2], err[2];
	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
		throw std::runtime_error("pipe2");
	}
	std::vector<std::string> words = {FALCO_BINARY_DIR "/falco"};
	words.insert(words.end(), arguments.begin(), arguments.end());
	std::vector<char *> argv;
	for (auto &word : words) {
		argv.push_back(word.data());
	}
	argv.push_back(nullptr);
	pid_ = fork();
	if (pid_ == 0) {
		const int in = input >= 0 ? input : open("/dev/null", O_RDONLY | O_CLOEXEC);
		dup2(in, 0);
		dup2(output >= 0 ? output : out[1], 1);
		dup2(err[1], 2);
		execv(argv[0], argv.data());
		_exit(127);
	}
	close(out[1]);
	close(err[1]);
	out_fd_ = out[0];
	err_fd_ = err[0];
}

Background::~Background()
{
	if (!ended_) {
		kill(pid_, SIGKILL);
		waitpid(pid_, nullptr, 0);
	}
	if (out_fd_ >= 0) {
		close(out_fd_);
	}
	if (err_fd_ >= 0) {
		close(err_fd_);
	}
}

bool Background::wait_for_log(const std::string &text)
{
	return wait_for(err_, text);
}

bool Background::wait_for_output(const std::string &text)
{
	return wait_for(out_, text);
}

bool Background::wait_for(const std::string &in, const std::string &text)
{
	const long long deadline = now_ms() + kPatienceMs;
	while (in.find(text) == std::string::npos) {
		if (!read_some(deadline)) {
			return false;
		}
	}
	return true;
}

void Background::signal(int number) const
{
	kill(pid_, number);
}

int Background::wait()
{
	const long long deadline = now_ms() + kPatienceMs;
	while (read_some(deadline)) {
	}
	if (out_fd_ >= 0 || err_fd_ >= 0) {
		return -1;
	}
	int status = 0;
	waitpid(pid_, &status, 0);
	ended_ = true;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool Background::read_some(long long deadline_ms)
{
	pollfd waits[] = {{out_fd_, POLLIN, 0}, {err_fd_, POLLIN, 0}}; // a negative descriptor is passed over
	const long long left = deadline_ms - now_ms();
	if ((out_fd_ < 0 && err_fd_ < 0) || left <= 0 || poll(waits, 2, static_cast<int>(left)) <= 0) {
		return false;
	}
	int *const fds[] = {&out_fd_, &err_fd_};
	std::string *const texts[] = {&out_, &err_};
	for (int i = 0; i < 2; i++) {
		if (waits[i].revents == 0) {
			continue;
		}
		char buffer[4096];
		const ssize_t got = read(*fds[i], buffer, sizeof buffer);
		if (got > 0) {
			texts[i]->append(buffer, static_cast<size_t>(got));
		} else if (got == 0 || errno != EINTR) {
			close(*fds[i]);
			*fds[i] = -1;
		}
	}
	return true;
}

} // namespace falco::test
