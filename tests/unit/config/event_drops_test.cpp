// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/config/config_fixture.hpp"

namespace falco::host {
namespace {

class EventDropsBlock : public ConfigTest {
protected:
	EventDropsConfig drops(const std::string &block)
	{
		return load(kOutput + ("syscall_event_drops: " + block)).event_drops;
	}
	std::string refused(const std::string &block) { return failure("syscall_event_drops: " + block); }
};

TEST_F(EventDropsBlock, has_defaults)
{
	const EventDropsConfig drops = load(kOutput).event_drops;
	EXPECT_EQ(drops.threshold, 0.1);
	EXPECT_TRUE(drops.log && drops.alert);
	EXPECT_FALSE(drops.exit || drops.simulate);
	EXPECT_EQ(drops.rate, 0.03333);
	EXPECT_EQ(drops.max_burst, 1);
}

TEST_F(EventDropsBlock, is_read)
{
	const EventDropsConfig all =
		drops("{threshold: 0, actions: [exit, Log], rate: 1e-2, max_burst: 10, simulate_drops: true}");
	EXPECT_EQ(all.threshold, 0);
	EXPECT_TRUE(all.log && all.exit && all.simulate);
	EXPECT_FALSE(all.alert);
	EXPECT_EQ(all.rate, 0.01);
	EXPECT_EQ(all.max_burst, 10);
	const EventDropsConfig ignored = drops("{actions: ignore}");
	EXPECT_FALSE(ignored.log || ignored.alert || ignored.exit);
	const EventDropsConfig none = drops("{actions: []}");
	EXPECT_FALSE(none.log || none.alert || none.exit);
}

TEST_F(EventDropsBlock, refuses_what_it_cannot_do)
{
	EXPECT_EQ(refused("{threshold: 2}"),
		  "falco.yaml:1:34: syscall_event_drops.threshold: expected a number from 0 to 1, found '2'");
	EXPECT_EQ(refused("{threshold: nan}"),
		  "falco.yaml:1:34: syscall_event_drops.threshold: expected a number from 0 to 1, found 'nan'");
	EXPECT_EQ(refused("{rate: -1}"),
		  "falco.yaml:1:29: syscall_event_drops.rate: expected a number from 0 to 1e+06, found '-1'");
	EXPECT_EQ(refused("{max_burst: 5x}"),
		  "falco.yaml:1:34: syscall_event_drops.max_burst: expected a number from 0 to 1e+06, found '5x'");
	EXPECT_EQ(
		refused("{actions: [log, shout]}"),
		"falco.yaml:1:38: syscall_event_drops.actions[1]: expected ignore, log, alert or exit, found 'shout'");
	EXPECT_EQ(refused("{actions: [ignore, alert]}"),
		  "falco.yaml:1:32: syscall_event_drops.actions: 'ignore' goes neither with 'log' nor with 'alert'");
	EXPECT_EQ(refused("5"), "falco.yaml:1:22: syscall_event_drops: expected a map of keys and values, found '5'");
}

TEST_F(EventDropsBlock, knows_its_keys)
{
	EXPECT_NE(warning(std::string(kOutput) + "syscall_event_drops: {tresholt: 1}").find("threshold"),
		  std::string::npos);
}

} // namespace
} // namespace falco::host
