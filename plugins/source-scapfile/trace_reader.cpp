// SPDX-License-Identifier: Apache-2.0
#include "trace_reader.hpp"

#include "event_block.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace falco::scapfile {

namespace {

constexpr size_t kRead = size_t{64} * 1024;     // stays in a processor's nearest caches
constexpr size_t kHandOver = size_t{64} * 1024; // at least so much at a time
constexpr int kSocketBuffer = 1024 * 1024;

struct CloseGzip {
	void operator()(gzFile_s *file) const { gzclose(file); }
};

} // namespace

TraceReader::TraceReader(int file, bool gzip, const NeedlessCalls &needless)
    : file_(file), gzip_(gzip), start_(lseek(file, 0, SEEK_CUR)), sieve_(needless)
{
	int ends[2];
	// Sockets, not a pipe: a writer that waits for a full one is woken when most of it is free again, not at each
	// read.
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		throw std::system_error(errno, std::generic_category(), "cannot make a pair of sockets");
	}
	output_end_ = ends[0];
	input_end_ = ends[1];
	if (input_end_ == STDIN_FILENO) { // was closed; and to libsinsp 0 means that there is no descriptor
		input_end_ = fcntl(ends[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		close(ends[1]);
	}
	setsockopt(output_end_, SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof kSocketBuffer); // as far as allowed
	shifts_.push_back({0, 0});
	thread_ = std::thread([this] { run(); });
}

TraceReader::~TraceReader()
{
	shutdown(output_end_, SHUT_RDWR); // no matter what is left of libsinsp's end
	thread_.join();
	close(output_end_);
	close(file_);
	if (input_end_ >= 0) {
		close(input_end_);
	}
}

int TraceReader::take_end()
{
	return std::exchange(input_end_, -1);
}

void TraceReader::use(const NeedlessCalls &needless)
{
	const std::lock_guard<std::mutex> lock(mutex_);
	new_needless_ = needless;
	needless_changed_ = true;
}

const Shift &TraceReader::at_event(uint64_t event)
{
	for (;;) {
		if (at_ + 1 == shifts_.size() && has_new_shifts_) {
			fetch_shifts();
		}
		if (at_ + 1 == shifts_.size() || shifts_[at_ + 1].event > event) {
			return shifts_[at_];
		}
		at_++;
	}
}

TraceReader::Place TraceReader::place(uint64_t bytes, uint64_t events)
{
	fetch_shifts();
	// What libsinsp was at when it stopped began before the place that it has come to.
	while (at_ + 1 < shifts_.size() && shifts_[at_ + 1].byte < bytes) {
		at_++;
	}
	const Shift &shift = shifts_[at_];
	return {static_cast<uint64_t>(static_cast<int64_t>(bytes) + shift.bytes),
		static_cast<uint64_t>(static_cast<int64_t>(events) + shift.events)};
}

// Those before the one that holds are of no more use.
void TraceReader::fetch_shifts()
{
	shifts_.erase(shifts_.begin(), shifts_.begin() + static_cast<std::ptrdiff_t>(at_));
	at_ = 0;
	const std::lock_guard<std::mutex> lock(mutex_);
	shifts_.insert(shifts_.end(), new_shifts_.begin(), new_shifts_.end());
	new_shifts_.clear();
	has_new_shifts_ = false;
}

std::optional<TraceReader::Failure> TraceReader::failure()
{
	const std::lock_guard<std::mutex> lock(mutex_);
	return failure_;
}

void TraceReader::run()
{
	try {
		read_all();
	} catch (const std::exception &e) {
		fail(std::string("error reading file: ") + e.what(), sieve_.bytes());
	}
	shutdown(output_end_, SHUT_WR); // libsinsp comes to the end, too
}

void TraceReader::read_all()
{
	const auto input = gzip_ ? open_gzip(file_) : open_plain(file_);
	std::vector<char> buffer(kRead);
	size_t filled = 0;
	for (;;) {
		if (filled == buffer.size()) {
			buffer.resize(buffer.size() * 2); // a block that is larger; the sieve knows a limit
		}
		size_t got = 0;
		try {
			got = input->read(buffer.data() + filled, buffer.size() - filled);
		} catch (const UnpackError &) {
			read_carefully();
			return;
		}
		if (got == 0) {
			break;
		}
		filled += got;
		if (needless_changed_) {
			const std::lock_guard<std::mutex> lock(mutex_);
			sieve_.use(*new_needless_);
			needless_changed_ = false;
		}
		const size_t used = sieve_.take(buffer.data(), filled);
		std::memmove(buffer.data(), buffer.data() + used, filled - used);
		filled -= used;
		if (sieve_.out.size() >= kHandOver && !hand_over()) {
			return;
		}
	}
	sieve_.finish(buffer.data(), filled);
	hand_over();
}

// The rest of a packed file that is damaged, or that isa-l does not understand: with zlib, and in the steps in which
// libscap would read it, so that it ends where and how it would end for libscap.
void TraceReader::read_carefully()
{
	lseek(file_, start_, SEEK_SET);
	const std::unique_ptr<gzFile_s, CloseGzip> file(gzdopen(fcntl(file_, F_DUPFD_CLOEXEC, 0), "rb"));
	const auto reached = static_cast<z_off_t>(sieve_.bytes());
	if (!file || gzseek(file.get(), reached, SEEK_SET) != reached) {
		throw std::runtime_error("cannot be unpacked again");
	}
	std::vector<char> block;
	for (;;) {
		block.resize(sizeof(block_header));
		const int got = gzread(file.get(), block.data(), sizeof(block_header));
		if (got < 0) {
			int number = 0;
			const std::string text = gzerror(file.get(), &number);
			fail("error reading file: " + text + ", ernum=" + std::to_string(number),
			     static_cast<uint64_t>(gztell(file.get())));
			break;
		}
		if (got < static_cast<int>(sizeof(block_header))) {
			sieve_.finish(block.data(), static_cast<size_t>(got));
			break;
		}
		block_header header;
		std::memcpy(&header, block.data(), sizeof header);
		const uint32_t length = std::min(std::max<uint32_t>(header.block_total_length, sizeof header),
						 EventSieve::kLargestBlock);
		block.resize(length);
		const uint32_t rest = length - static_cast<uint32_t>(sizeof header);
		const int got_rest = gzread(file.get(), block.data() + sizeof header, rest);
		if (got_rest < 0) {
			fail("expecting " + std::to_string(rest) + " bytes, read -1",
			     static_cast<uint64_t>(gztell(file.get())));
			break;
		}
		block.resize(sizeof header + static_cast<size_t>(got_rest));
		const size_t used = sieve_.take(block.data(), block.size());
		if (used < block.size()) {
			sieve_.finish(block.data() + used, block.size() - used);
			if (got_rest == static_cast<int>(rest)) {
				continue; // as it is from here on
			}
			break;
		}
		if (sieve_.out.size() >= kHandOver && !hand_over()) {
			return;
		}
	}
	hand_over();
}

// False: libsinsp does not want any more.
bool TraceReader::hand_over()
{
	if (!sieve_.shifts.empty()) { // before the bytes that they are about
		const std::lock_guard<std::mutex> lock(mutex_);
		new_shifts_.insert(new_shifts_.end(), sieve_.shifts.begin(), sieve_.shifts.end());
		has_new_shifts_ = true;
	}
	sieve_.shifts.clear();
	const char *from = sieve_.out.data();
	size_t left = sieve_.out.size();
	while (left > 0) {
		const ssize_t sent = send(output_end_, from, left, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR) {
			continue;
		}
		if (sent < 0) {
			return false;
		}
		from += sent;
		left -= static_cast<size_t>(sent);
	}
	sieve_.out.clear();
	return true;
}

void TraceReader::fail(std::string reason, uint64_t bytes)
{
	const std::lock_guard<std::mutex> lock(mutex_);
	failure_ = {std::move(reason), {bytes, sieve_.events()}};
}

} // namespace falco::scapfile
