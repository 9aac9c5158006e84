// SPDX-License-Identifier: Apache-2.0
#include "host/isolation/process.hpp"

#include "host/isolation/cannot_start.hpp"

#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace falco::host::isolation {

namespace {

constexpr size_t kLongestLine = 4096; // of what a process prints; the rest is another line

void make_pipe(Descriptor &read_end, Descriptor &write_end)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0) throw cannot_start("pipe");
	read_end.reset(ends[0]);
	write_end.reset(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

// False at the end. Takes what there is.
bool read_some(int fd, std::string &into)
{
	char block[8192];
	for (;;) {
		const ssize_t got = read(fd, block, sizeof block);
		if (got > 0)
			into.append(block, static_cast<size_t>(got));
		else if (got < 0 && errno == EAGAIN)
			return true;
		else if (got == 0 || errno != EINTR)
			return false;
	}
}

} // namespace

ProcessLog::ProcessLog(const HostServices &services, std::string instance)
    : services_(services), instance_(std::move(instance))
{
	make_pipe(log_read_, log_write_);
	make_pipe(text_read_, text_write_);
	stop_.reset(eventfd(0, EFD_CLOEXEC));
	if (stop_.get() < 0) throw cannot_start("eventfd");
}

ProcessLog::~ProcessLog()
{
	if (!thread_.joinable()) return;
	const uint64_t one = 1;
	[[maybe_unused]] const ssize_t written = write(stop_.get(), &one, sizeof one); // cannot fail
	thread_.join();
}

void ProcessLog::start()
{
	log_write_.reset();
	text_write_.reset();
	thread_ = std::thread([this] { run(); });
}

void ProcessLog::run()
{
	pollfd all[] = {{log_read_.get(), POLLIN, 0}, {text_read_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
	// A program that the plugin started may hold the pipes open for longer than its process lives.
	while (all[2].revents == 0) {
		if (poll(all, 3, -1) < 0 && errno != EINTR) return;
		try {
			if (!take_log()) all[0].fd = -1;
			if (!take_text()) all[1].fd = -1;
		} catch (const std::exception &) {
			return; // a process that cannot even log is found out by its next call
		}
	}
}

bool ProcessLog::take_log()
{
	const bool more = read_some(log_read_.get(), log_bytes_);
	size_t used = 0;
	while (log_bytes_.size() - used >= 2 * sizeof(uint64_t)) {
		uint64_t size = 0;
		std::memcpy(&size, log_bytes_.data() + used + sizeof size, sizeof size);
		if (size > 2 * kLongestLogLine) throw BadMessage("no line of the log");
		const size_t whole = 2 * sizeof size + size + 1;
		if (log_bytes_.size() - used < whole) break;
		Reader reader(std::string_view(log_bytes_).substr(used, whole));
		const auto level = static_cast<falco_level>(static_cast<int64_t>(reader.number()));
		say(level, std::string(reader.text()));
		used += whole;
	}
	log_bytes_.erase(0, used);
	return more;
}

bool ProcessLog::take_text()
{
	const bool more = read_some(text_read_.get(), text_bytes_);
	for (;;) {
		const size_t end = text_bytes_.find('\n');
		const bool is_long = end == std::string::npos && text_bytes_.size() >= kLongestLine;
		const bool is_last = end == std::string::npos && !more && !text_bytes_.empty();
		if (end == std::string::npos && !is_long && !is_last) return more;
		const size_t size = end == std::string::npos ? std::min(text_bytes_.size(), kLongestLine) : end;
		say(FALCO_LOG_WARN, "its process printed: " + text_bytes_.substr(0, size));
		text_bytes_.erase(0, end == std::string::npos ? size : size + 1);
	}
}

void ProcessLog::say(falco_level level, const std::string &text) const
{
	if (level >= services_.log_level && services_.log)
		services_.log(instance_, std::min<falco_level>(level, FALCO_LOG_CRITICAL), text);
}

Process::Process(Spawner &spawner, const StartRequest &request, const HostServices &services)
    : spawner_(spawner), log_(services, request.name)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw cannot_start("socketpair");
	socket_.reset(ends[0]);
	const Descriptor other(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	pid_ = spawner_.start_output(request, {ends[1], log_.log_end(), log_.text_end(), memory_.fd()});
	log_.start();
}

Process::~Process()
{
	if (pid_ >= 0) end(End::now);
}

Received Process::receive(Clock::time_point deadline)
{
	return receive_frame(socket_.get(), kLongestAnswer, deadline);
}

std::string Process::hello(Clock::duration limit)
{
	Received first = receive(Clock::now() + limit);
	if (first.type == Frame::refused) throw Error(std::string(Reader(first.bytes).text()));
	if (first.type != Frame::hello) throw BadMessage("it sent what is no greeting");
	return std::move(first.bytes);
}

std::string Process::call(Frame type, std::string_view bytes, Clock::duration limit)
{
	const Clock::time_point deadline = Clock::now() + limit;
	send_frame(socket_.get(), type, bytes, deadline);
	Received answer = receive(deadline);
	if (answer.type != Frame::result) throw BadMessage("it sent what is no answer");
	return std::move(answer.bytes);
}

std::string Process::end(End how)
{
	socket_.reset();
	return spawner_.end_output(std::exchange(pid_, -1), how);
}

} // namespace falco::host::isolation
