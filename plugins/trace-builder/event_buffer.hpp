// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libsinsp/sinsp.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace falco::trace {

// What a .scap file begins with: its header and the machine, interfaces, users, processes, their descriptors and
// containers as they are now. Throws std::runtime_error.
std::string trace_head(sinsp &inspector);

// Events as blocks of a .scap file, in memory: libscap makes the blocks, so they are its format.
class EventBuffer {
public:
	EventBuffer();
	EventBuffer(const EventBuffer &) = delete;
	EventBuffer &operator=(const EventBuffer &) = delete;

	// `flags`: SCAP_DF_*. Throws std::runtime_error.
	void add(sinsp_evt &event, scap_dump_flags flags);
	// There is enough for a write of its own.
	bool is_full() const { return used() >= kEnough; }
	std::string_view blocks() const { return {reinterpret_cast<const char *>(memory_.data()), used()}; }
	void clear() { dumper_.m_targetbufcurpos = memory_.data(); }
	size_t used() const { return static_cast<size_t>(dumper_.m_targetbufcurpos - memory_.data()); }

private:
	static constexpr size_t kEnough = size_t{256} * 1024;

	void reserve(size_t free);

	std::vector<uint8_t> memory_;
	scap_dumper_t dumper_ = {}; // writes to memory_
};

} // namespace falco::trace
