// SPDX-License-Identifier: Apache-2.0
#include "event_sieve.hpp"

#include "event_block.hpp"

#include <algorithm>

namespace falco::scapfile {

namespace {

bool is_table(uint32_t type)
{
	switch (type) {
	case MI_BLOCK_TYPE:
	case MI_BLOCK_TYPE_INT:
	case PL_BLOCK_TYPE_V1:
	case PL_BLOCK_TYPE_V2:
	case PL_BLOCK_TYPE_V3:
	case PL_BLOCK_TYPE_V4:
	case PL_BLOCK_TYPE_V5:
	case PL_BLOCK_TYPE_V6:
	case PL_BLOCK_TYPE_V7:
	case PL_BLOCK_TYPE_V8:
	case PL_BLOCK_TYPE_V9:
	case PL_BLOCK_TYPE_V1_INT:
	case PL_BLOCK_TYPE_V2_INT:
	case PL_BLOCK_TYPE_V3_INT:
	case FDL_BLOCK_TYPE:
	case FDL_BLOCK_TYPE_INT:
	case FDL_BLOCK_TYPE_V2:
	case IL_BLOCK_TYPE:
	case IL_BLOCK_TYPE_INT:
	case IL_BLOCK_TYPE_V2:
	case UL_BLOCK_TYPE:
	case UL_BLOCK_TYPE_INT:
	case UL_BLOCK_TYPE_V2:
		return true;
	default:
		return false;
	}
}

// An event of libscap's or libsinsp's own.
bool is_meta(uint16_t type)
{
	return (static_cast<unsigned>(g_infotables.m_event_info[type].category) & EC_METAEVENT) != 0;
}

// How an event touches libsinsp's record of its thread (sinsp_parser::reset of libs 0.20).
enum class Touch : uint8_t {
	none,    // not at all
	looks,   // if there is a record; makes none
	creates, // makes one if there is none
	birth_or_end,
};

Touch touch_of(uint16_t type)
{
	switch (type) {
	case PPME_SYSCALL_CLONE_11_X:
	case PPME_SYSCALL_CLONE_16_X:
	case PPME_SYSCALL_CLONE_17_X:
	case PPME_SYSCALL_CLONE_20_X:
	case PPME_SYSCALL_CLONE3_X:
	case PPME_SYSCALL_FORK_X:
	case PPME_SYSCALL_FORK_17_X:
	case PPME_SYSCALL_FORK_20_X:
	case PPME_SYSCALL_VFORK_X:
	case PPME_SYSCALL_VFORK_17_X:
	case PPME_SYSCALL_VFORK_20_X:
	case PPME_SYSCALL_EXECVE_8_X:
	case PPME_SYSCALL_EXECVE_13_X:
	case PPME_SYSCALL_EXECVE_14_X:
	case PPME_SYSCALL_EXECVE_15_X:
	case PPME_SYSCALL_EXECVE_16_X:
	case PPME_SYSCALL_EXECVE_17_X:
	case PPME_SYSCALL_EXECVE_18_X:
	case PPME_SYSCALL_EXECVE_19_X:
	case PPME_SYSCALL_EXECVEAT_X:
	case PPME_PROCEXIT_E:
	case PPME_PROCEXIT_1_E:
		return Touch::birth_or_end;
	case PPME_SCHEDSWITCH_6_E:
	case PPME_CONTAINER_JSON_E:
	case PPME_CONTAINER_JSON_2_E:
	case PPME_USER_ADDED_E:
	case PPME_USER_DELETED_E:
	case PPME_GROUP_ADDED_E:
	case PPME_GROUP_DELETED_E:
	case PPME_PLUGINEVENT_E:
	case PPME_ASYNCEVENT_E:
		return Touch::none;
	default:
		break;
	}
	const ppm_event_info &info = g_infotables.m_event_info[type];
	if ((static_cast<unsigned>(info.flags) & EF_SKIPPARSERESET) != 0) {
		return Touch::none;
	}
	return (static_cast<unsigned>(info.category) & EC_SYSCALL) != 0 ? Touch::creates : Touch::looks;
}

// Looked up for every event that is given.
const std::array<Touch, PPM_EVENT_MAX> &touches()
{
	static const auto all = [] {
		std::array<Touch, PPM_EVENT_MAX> types = {};
		for (size_t type = 0; type < types.size(); type++) {
			types[type] = touch_of(static_cast<uint16_t>(type));
		}
		return types;
	}();
	return all;
}

} // namespace

const char *EventSieve::Thread::beginning() const
{
	return begin.data() + block_kind(number_at<block_header>(begin.data()).block_type).event_at;
}

size_t EventSieve::take(const char *data, size_t size)
{
	size_t used = 0;
	for (;;) {
		const char *const block = data + used;
		const size_t left = size - used;
		size_t taken = 0;
		if (as_is_) {
			taken = left;
			give(block, left, false);
		} else if (passing_ > 0) {
			taken = std::min(passing_, left);
			passing_ -= taken;
			give(block, taken, false);
		} else if (left >= sizeof(block_header)) {
			taken = in_tables_ ? take_table(block, left) : take_event(block, left);
			if (taken == 0 && (as_is_ || passing_ > 0)) {
				continue;
			}
		}
		if (taken == 0) {
			return used;
		}
		used += taken;
		bytes_ += taken;
	}
}

void EventSieve::finish(const char *rest, size_t size)
{
	give(rest, size, false);
	bytes_ += size;
}

size_t EventSieve::take_table(const char *data, size_t size)
{
	const auto header = number_at<block_header>(data);
	if (block_kind(header.block_type).event) {
		in_tables_ = false;
		return take_event(data, size);
	}
	if (header.block_total_length < sizeof header + sizeof(uint32_t)) {
		as_is_ = true;
		return 0;
	}
	if (is_table(header.block_type) || header.block_type == SHB_BLOCK_TYPE) {
		passing_ = header.block_total_length;
		return 0;
	}
	// libscap skips a block that it does not know by a seek, which is not to be had here: it skips none then.
	const uint32_t length = header.block_total_length;
	if (length > kLargestBlock) {
		as_is_ = true;
		return 0;
	}
	if (length > size) {
		return 0;
	}
	if (number_at<uint32_t>(data + length - sizeof(uint32_t)) != length) {
		as_is_ = true;
		return 0;
	}
	return length;
}

size_t EventSieve::take_event(const char *data, size_t size)
{
	const auto block = number_at<block_header>(data);
	if (block.block_type == SHB_BLOCK_TYPE) { // another trace behind the first: libsinsp begins anew
		in_tables_ = true;
		threads_.clear();
		threads_to_mend_ = 0;
		last_thread_ = nullptr;
		transfers_.forget();
		return take_table(data, size);
	}
	if (!pays()) {
		as_is_ = true;
		return 0;
	}
	const BlockKind kind = block_kind(block.block_type);
	const uint32_t length = block.block_total_length;
	const size_t least = kind.event_at + sizeof(ppm_evt_hdr) + sizeof(uint32_t);
	if (!kind.event || length < least || length > (kind.large ? kLargestBlock : UINT16_MAX)) {
		as_is_ = true;
		return 0;
	}
	if (length > size) {
		return 0;
	}
	const auto header = number_at<ppm_evt_hdr>(data + kind.event_at);
	if (header.type >= PPM_EVENT_MAX) { // libscap skips it and does not count it
		give(data, length, false);
		return length;
	}
	if (kind.counts_parameters && leave_out(header, data, length, kind.event_at)) {
		events_++;
		left_out_++;
		return length;
	}
	prepare(header);
	time_begun_ = time_begun_ || !is_meta(header.type);
	if (needless_.transfers()) {
		transfers_.note(header, data + kind.event_at, kind.counts_parameters ? length - kind.event_at : 0);
	}
	events_++;
	give(data, length, true);
	return length;
}

// False: it can stop, since libsinsp's records are as if it had seen all.
bool EventSieve::pays() const
{
	return events_ < kTrial || left_out_ >= events_ / kWorthwhile || threads_to_mend_ > 0;
}

// Decides about an event, and remembers what was decided with its thread.
bool EventSieve::leave_out(const ppm_evt_hdr &header, const char *block, uint32_t length, uint32_t event_at)
{
	const NeedlessCalls::Part part = needless_.part(header.type);
	if (part == NeedlessCalls::Part::needed || !is_sound(header, block + event_at, length - event_at)) {
		return false;
	}
	if (part == NeedlessCalls::Part::alone) {
		return time_begun_;
	}
	if (last_thread_ == nullptr || last_tid_ != header.tid) {
		last_thread_ = &threads_[header.tid];
		last_tid_ = header.tid;
	}
	Thread &thread = *last_thread_;
	if (thread.known != births_and_ends_) {
		return false;
	}
	if (part == NeedlessCalls::Part::end || part == NeedlessCalls::Part::transfer) {
		if (thread.open + 1 != header.type) {
			return false;
		}
		if (part == NeedlessCalls::Part::transfer && is_news(thread, header, block + event_at)) {
			left_out_--; // the beginning will be given
			return false;
		}
		thread.open = kNone;
		thread.closed = true;
		return true;
	}
	if (length > kCopied) {
		return false;
	}
	std::memcpy(thread.begin.data(), block, length);
	thread.size = static_cast<uint16_t>(length);
	thread.open = header.type;
	threads_to_mend_ += thread.left_out ? 0 : 1;
	thread.left_out = true;
	thread.closed = false;
	return true;
}

// Of the end of a transfer whose beginning was left out.
bool EventSieve::is_news(const Thread &thread, const ppm_evt_hdr &end, const char *event)
{
	if (first_number(end, event) < 0) {
		return false; // failed
	}
	const char *const begin = thread.beginning();
	return transfers_.is_news(end.tid, first_number(number_at<ppm_evt_hdr>(begin), begin));
}

// Before an event is given: sees to it that libsinsp's record of the thread is as if it had seen all.
void EventSieve::prepare(const ppm_evt_hdr &header)
{
	const Touch touch = touches()[header.type];
	if (touch == Touch::none) {
		return;
	}
	if (touch == Touch::birth_or_end) {
		births_and_ends_++;
	}
	if (last_thread_ == nullptr || last_tid_ != header.tid) {
		last_thread_ = &threads_[header.tid];
		last_tid_ = header.tid;
	}
	Thread &thread = *last_thread_;
	const bool begins = PPME_IS_ENTER(header.type);
	if (thread.left_out && (!begins || (thread.given_begin && thread.closed))) {
		give(thread.begin.data(), thread.size, true, true);
		// An end like that of the beginning is taken for another one of the same call, with its descriptor.
		if (thread.closed && number_at<ppm_evt_hdr>(thread.beginning()).type + 1 != header.type) {
			give_end_of_call(thread);
		}
	}
	threads_to_mend_ -= thread.left_out ? 1 : 0;
	thread.left_out = false;
	thread.open = kNone;
	thread.given_begin = begins;
	if (touch == Touch::creates) {
		thread.known = births_and_ends_;
	}
	if (header.type == PPME_PROCEXIT_E || header.type == PPME_PROCEXIT_1_E) {
		threads_.erase(header.tid);
		last_thread_ = nullptr;
	}
}

// A smallest end of a call: it has libsinsp forget what it keeps of a beginning.
void EventSieve::give_end_of_call(const Thread &thread)
{
	auto header = number_at<ppm_evt_hdr>(thread.beginning());
	const uint16_t call = 0, call_size = sizeof call;
	header.type = PPME_GENERIC_X;
	header.nparams = 1;
	header.len = sizeof header + sizeof call_size + sizeof call;
	const uint32_t length = static_cast<uint32_t>(sizeof(block_header)) + 2 + header.len + 4;
	const block_header outer = {EV_BLOCK_TYPE_V2, length};
	std::string block;
	const auto add = [&block](const auto &value) {
		block.append(reinterpret_cast<const char *>(&value), sizeof value);
	};
	add(outer);
	block.append(thread.begin.data() + sizeof(block_header), 2); // the processor's number
	add(header);
	add(call_size);
	add(call);
	add(length);
	give(block.data(), block.size(), true, true);
}

// `event`: one that libscap counts; it is in events_ already unless it is made up.
void EventSieve::give(const char *data, size_t size, bool event, bool made_up)
{
	if (size == 0) {
		return;
	}
	Shift now;
	now.event = given_ + 1;
	now.byte = given_bytes_;
	now.events = static_cast<int64_t>(events_ - (event && !made_up ? 1 : 0)) - static_cast<int64_t>(given_);
	now.bytes = static_cast<int64_t>(bytes_) - static_cast<int64_t>(given_bytes_);
	now.made_up = made_up;
	if (now.events != last_.events || now.bytes != last_.bytes || now.made_up != last_.made_up) {
		shifts.push_back(now);
		last_ = now;
	}
	out.append(data, size);
	given_bytes_ += size;
	given_ += event ? 1 : 0;
}

} // namespace falco::scapfile
