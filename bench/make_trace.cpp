// SPDX-License-Identifier: Apache-2.0
//
// Makes a long trace of a short one: everything in it, then its events again and again, each time later, so that time
// goes on. The result is plain, not packed. Prints the number of events.
//
// A .scap file is a row of blocks: type, total length, content, total length again. The tables of processes,
// descriptors and users come first, then the events.
#include <zlib.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

// Block types of libscap's file format that hold an event, and where the event's time is in such a block.
constexpr uint32_t kEvent = 0x216, kEventLarge = 0x221;
constexpr uint32_t kEventWithFlags = 0x217, kEventWithFlagsLarge = 0x222;
constexpr size_t kHeader = 8;                 // type, total length
constexpr size_t kTime = kHeader + 2;         // the processor's number
constexpr size_t kTimeAfterFlags = kTime + 4; // and the flags
constexpr uint64_t kPause = 1000000;          // ns between two repetitions

// 0: the block is no event.
size_t time_offset(uint32_t type)
{
	switch (type) {
	case kEvent:
	case kEventLarge:
		return kTime;
	case kEventWithFlags:
	case kEventWithFlagsLarge:
		return kTimeAfterFlags;
	default:
		return 0;
	}
}

template <typename Number>
Number number_at(const std::vector<char> &data, size_t offset)
{
	Number number;
	std::memcpy(&number, data.data() + offset, sizeof number);
	return number;
}

// Plain or gzip'd.
std::vector<char> read_all(const char *path)
{
	const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path, "rb"), gzclose);
	if (!file) throw std::runtime_error("cannot be read");
	std::vector<char> data;
	for (;;) {
		constexpr unsigned kStep = 1u << 20;
		const size_t size = data.size();
		data.resize(size + kStep);
		const int got = gzread(file.get(), data.data() + size, kStep);
		if (got < 0) throw std::runtime_error("is damaged");
		data.resize(size + static_cast<size_t>(got));
		if (got == 0) return data;
	}
}

// The events of a trace: where each one's time stands, and how far a repetition is from the one before it.
struct Events {
	size_t begin = 0; // of the first block that is one; all that follow are, too
	std::vector<size_t> times;
	uint64_t period = 0;
};

Events find_events(const std::vector<char> &trace)
{
	Events found;
	uint64_t first = UINT64_MAX, last = 0;
	for (size_t at = 0; at < trace.size();) {
		if (trace.size() - at < kHeader) throw std::runtime_error("ends inside a block");
		const auto length = number_at<uint32_t>(trace, at + 4);
		const size_t offset = time_offset(number_at<uint32_t>(trace, at));
		const size_t least = offset != 0 ? offset + sizeof(uint64_t) : kHeader + sizeof length;
		if (length < least || length > trace.size() - at)
			throw std::runtime_error("has a block of a wrong length");
		if (offset == 0 && !found.times.empty())
			throw std::runtime_error("has other blocks between its events, which cannot be repeated");
		if (offset != 0) {
			if (found.times.empty()) found.begin = at;
			found.times.push_back(at + offset);
			const auto time = number_at<uint64_t>(trace, at + offset);
			first = std::min(first, time);
			last = std::max(last, time);
		}
		at += length;
	}
	if (found.times.empty()) throw std::runtime_error("holds no events");
	found.period = last - first + kPause;
	return found;
}

void make_later(std::vector<char> &trace, const Events &events)
{
	for (const size_t at : events.times) {
		const uint64_t time = number_at<uint64_t>(trace, at) + events.period;
		std::memcpy(trace.data() + at, &time, sizeof time);
	}
}

} // namespace

int main(int argc, char **argv)
{
	const unsigned long rounds = argc == 4 ? std::strtoul(argv[3], nullptr, 10) : 0;
	if (rounds == 0) {
		std::fputs("usage: bench-make-trace FROM TO ROUNDS\n", stderr);
		return 2;
	}
	try {
		std::vector<char> trace = read_all(argv[1]);
		const Events events = find_events(trace);
		const std::unique_ptr<std::FILE, int (*)(std::FILE *)> out(std::fopen(argv[2], "wbe"), std::fclose);
		if (!out) throw std::runtime_error(std::string("cannot make ") + argv[2]);
		for (unsigned long round = 0; round < rounds; ++round) {
			const size_t begin = round == 0 ? 0 : events.begin;
			const size_t size = trace.size() - begin;
			if (std::fwrite(trace.data() + begin, 1, size, out.get()) != size)
				throw std::runtime_error(std::string("no room for ") + argv[2]);
			make_later(trace, events);
		}
		if (std::fflush(out.get()) != 0) throw std::runtime_error(std::string("no room for ") + argv[2]);
		std::printf("%zu\n", events.times.size() * rounds);
		return 0;
	} catch (const std::exception &e) {
		std::fprintf(stderr, "bench-make-trace: %s: %s\n", argv[1], e.what());
		return 1;
	}
}
