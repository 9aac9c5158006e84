// SPDX-License-Identifier: Apache-2.0
#include "plugins/source-scapfile/event_block.hpp"
#include "plugins/source-scapfile/event_sieve.hpp"
#include "tests/support/unpacked.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace falco::scapfile;
using falco::sinsp_family::Interests;

namespace {

std::string recording(const std::string &name)
{
	return falco::test::unpacked(FALCO_SOURCE_DIR "/tests/traces/" + name);
}

Interests opened_files()
{
	Interests interests;
	interests.events.set(PPME_SYSCALL_OPENAT_2_E);
	interests.events.set(PPME_SYSCALL_OPENAT_2_X);
	return interests;
}

EventSieve sieve_in_parts(const std::string &data, const Interests &interests, size_t part)
{
	EventSieve sieve{NeedlessCalls(interests)};
	std::string waiting;
	for (size_t at = 0; at < data.size(); at += part) {
		waiting += data.substr(at, part);
		waiting.erase(0, sieve.take(waiting.data(), waiting.size()));
	}
	sieve.finish(waiting.data(), waiting.size());
	return sieve;
}

} // namespace

TEST(EventSieve, leaves_out_most_of_a_recording)
{
	const std::string data = recording("heavy.scap");
	const EventSieve sieve = sieve_in_parts(data, opened_files(), 100000);
	EXPECT_EQ(sieve.bytes(), data.size());
	EXPECT_EQ(sieve.events(), 616717U);
	EXPECT_LT(sieve.events_given(), sieve.events() * 3 / 10);
}

TEST(EventSieve, gives_everything_when_the_whole_state_is_asked_for)
{
	const std::string data = recording("acts.scap");
	Interests interests = opened_files();
	interests.whole_state = true;
	const EventSieve sieve = sieve_in_parts(data, interests, 1000);
	EXPECT_EQ(sieve.out, data);
	EXPECT_TRUE(sieve.shifts.empty());
}

TEST(EventSieve, steps_aside_where_little_can_be_left_out)
{
	Interests interests = Interests::everything();
	interests.whole_state = false;
	for (const auto type : {PPME_SCHEDSWITCH_6_E, PPME_PROCINFO_E, PPME_SYSCALL_LSEEK_E, PPME_SYSCALL_LSEEK_X}) {
		interests.events.reset(type); // of the last one and a half in a hundred are called
	}
	const std::string data = recording("heavy.scap");
	const EventSieve sieve = sieve_in_parts(data, interests, 100000);
	EXPECT_EQ(sieve.bytes(), data.size());
	EXPECT_LT(sieve.events(), 20000U); // it does not look at the others
	ASSERT_FALSE(sieve.out.empty());
	const size_t rest = data.size() / 2;
	EXPECT_EQ(sieve.out.substr(sieve.out.size() - rest), data.substr(data.size() - rest));
	// Of what it gives then the place stays known.
	ASSERT_FALSE(sieve.shifts.empty());
	EXPECT_EQ(static_cast<int64_t>(sieve.out.size()) + sieve.shifts.back().bytes,
		  static_cast<int64_t>(data.size()));
}

TEST(EventSieve, does_the_same_in_whatever_parts_the_file_comes)
{
	const std::string data = recording("acts.scap");
	const EventSieve small = sieve_in_parts(data, opened_files(), 7);
	const EventSieve large = sieve_in_parts(data, opened_files(), data.size());
	EXPECT_LT(large.out.size(), data.size());
	EXPECT_EQ(small.out, large.out);
	EXPECT_EQ(small.shifts.size(), large.shifts.size());
}

TEST(EventSieve, knows_the_place_in_the_file_of_what_it_gives)
{
	const std::string data = recording("acts.scap");
	const EventSieve sieve = sieve_in_parts(data, opened_files(), 5000);
	ASSERT_GT(sieve.shifts.size(), 10U);
	for (const Shift &shift : sieve.shifts) {
		const auto place = static_cast<size_t>(static_cast<int64_t>(shift.byte) + shift.bytes);
		if (!shift.made_up) {
			EXPECT_EQ(sieve.out.compare(shift.byte, 40, data, place, 40), 0) << "event " << shift.event;
		}
	}
}

TEST(EventSieve, gives_what_it_does_not_understand_as_it_is)
{
	const std::string data = recording("acts.scap") + "no block at all, and nothing behind it is one";
	const EventSieve sieve = sieve_in_parts(data, opened_files(), 999);
	EXPECT_EQ(sieve.bytes(), data.size());
	EXPECT_EQ(sieve.out.substr(sieve.out.size() - 45), data.substr(data.size() - 45));
}
