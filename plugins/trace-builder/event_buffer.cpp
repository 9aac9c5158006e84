// SPDX-License-Identifier: Apache-2.0
#include "plugins/trace-builder/event_buffer.hpp"

#include <libsinsp/dumper.h>

#include <memory>
#include <stdexcept>

namespace falco::trace {

namespace {

constexpr size_t kSmallestHead = size_t{1} << 20;
constexpr size_t kLargestHead = size_t{1} << 30; // a process takes about a kilobyte
constexpr size_t kBlockOverhead = 64;            // of a block's header, padding and trailer, and some more

} // namespace

std::string trace_head(sinsp &inspector)
{
	// The dumper fails when its memory is too small, and cannot tell how much it needs.
	for (size_t size = kSmallestHead;; size *= 4) {
		const std::unique_ptr<uint8_t[]> memory(new uint8_t[size]);
		sinsp_dumper dumper(memory.get(), size);
		try {
			dumper.open(&inspector, "", false);
		} catch (const sinsp_exception &e) {
			if (size < kLargestHead) {
				continue;
			}
			throw std::runtime_error(std::string("the table of processes cannot be written: ") + e.what());
		}
		const auto used = static_cast<size_t>(dumper.get_memory_dump_cur_buf() - memory.get());
		return {reinterpret_cast<const char *>(memory.get()), used};
	}
}

EventBuffer::EventBuffer()
{
	dumper_.m_type = DT_MEM;
	reserve(kEnough * 2);
}

void EventBuffer::add(sinsp_evt &event, scap_dump_flags flags)
{
	scap_evt *const raw = event.get_scap_evt();
	reserve(raw->len + kBlockOverhead);
	uint8_t *const begin = dumper_.m_targetbufcurpos;
	if (scap_dump(&dumper_, raw, static_cast<uint16_t>(event.get_cpuid()), flags) != SCAP_SUCCESS) {
		dumper_.m_targetbufcurpos = begin;
		throw std::runtime_error("event " + std::to_string(event.get_num()) + " cannot be stored");
	}
}

void EventBuffer::reserve(size_t free)
{
	const size_t used = dumper_.m_targetbuf ? this->used() : 0;
	if (memory_.size() - used <= free) {
		memory_.resize(used + free + kEnough);
	}
	dumper_.m_targetbuf = memory_.data();
	dumper_.m_targetbufcurpos = memory_.data() + used;
	dumper_.m_targetbufend = memory_.data() + memory_.size();
}

} // namespace falco::trace
