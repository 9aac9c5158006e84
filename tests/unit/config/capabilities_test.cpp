// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/config/config_fixture.hpp"

#include <gmock/gmock.h>
#include <linux/capability.h>

namespace falco::host {
namespace {

class CapabilitiesBlock : public ConfigTest {
protected:
	CapabilitiesConfig read(const std::string &block)
	{
		return load(kOutput + ("capabilities: " + block)).capabilities;
	}
};

TEST_F(CapabilitiesBlock, has_defaults)
{
	const CapabilitiesConfig config = load(kOutput).capabilities;
	EXPECT_TRUE(config.drop);
	EXPECT_TRUE(config.keep_capture);
	EXPECT_TRUE(config.keep.empty());
}

TEST_F(CapabilitiesBlock, is_read)
{
	const CapabilitiesConfig config = read("{drop: false, keep_capture: no, keep: [CAP_CHOWN, sys_ptrace]}");
	EXPECT_FALSE(config.drop);
	EXPECT_FALSE(config.keep_capture);
	EXPECT_THAT(config.keep, testing::ElementsAre(CAP_CHOWN, CAP_SYS_PTRACE));
	EXPECT_THAT(read("{keep: CAP_KILL}").keep, testing::ElementsAre(CAP_KILL));
}

TEST_F(CapabilitiesBlock, refuses_names_that_are_none)
{
	EXPECT_EQ(
		failure("capabilities: {keep: [CAP_CHOWN, CAP_FLY]}"),
		"falco.yaml:1:34: capabilities.keep[1]: expected a capability such as CAP_SYS_PTRACE, found 'CAP_FLY'");
	EXPECT_EQ(failure("capabilities: {keep: {}}"),
		  "falco.yaml:1:22: capabilities.keep: expected a capability such as CAP_SYS_PTRACE, found a map");
	EXPECT_NE(warning(std::string(kOutput) + "capabilities: {dropp: true}").find("drop"), std::string::npos);
}

} // namespace
} // namespace falco::host
