// SPDX-License-Identifier: Apache-2.0
//
// How many alerts a call of write_batch is given, and how long it waits for more of them.
#include "tests/unit/pipeline/rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace falco::host::test {

using std::chrono::milliseconds;
using testing::ElementsAre;

namespace {

constexpr FakeOutput::Shape kBatch{false, true, true};

InstanceConfig batched(size_t max_alerts, milliseconds max_wait)
{
	InstanceConfig config = Rig::instance();
	config.batch = BatchConfig{max_alerts, max_wait};
	return config;
}

} // namespace

TEST(OutputsBatch, is_no_larger_than_configured)
{
	FakeOutput fake(kBatch);
	Rig rig;
	rig.add(fake, batched(3, milliseconds(0)));
	rig.make();
	for (int i = 0; i < 10; ++i)
		rig.deliver("x");
	rig.outputs->start();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.batches(), ElementsAre(3, 3, 3, 1));
}

TEST(OutputsBatch, waits_until_it_is_full)
{
	FakeOutput fake(kBatch);
	Rig rig;
	rig.add(fake, batched(4, std::chrono::hours(1)));
	rig.start();
	for (int i = 0; i < 8; ++i)
		rig.deliver("x");
	fake.wait_for_lines(8);
	EXPECT_THAT(fake.batches(), ElementsAre(4, 4));
}

TEST(OutputsBatch, does_not_wait_for_ever)
{
	FakeOutput fake(kBatch);
	Rig rig;
	rig.add(fake, batched(1000, milliseconds(1)));
	rig.start();
	rig.deliver("x");
	fake.wait_for_lines(1);
	rig.deliver("y");
	fake.wait_for_lines(2);
	EXPECT_THAT(fake.batches(), ElementsAre(1, 1));
}

TEST(OutputsBatch, does_not_wait_at_the_end)
{
	FakeOutput fake(kBatch);
	Rig rig;
	rig.add(fake, batched(1000, std::chrono::hours(1)));
	rig.start();
	rig.deliver("x");
	EXPECT_TRUE(rig.outputs->drain(Drain::finish));
	EXPECT_EQ(fake.lines().size(), 1u);
}

} // namespace falco::host::test
