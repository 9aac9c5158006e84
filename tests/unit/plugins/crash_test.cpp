// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/crash.hpp"
#include "tests/unit/plugins/support.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>

namespace falco::host {
namespace {

void raise_after_install(int signal_number)
{
	install_crash_handler();
	const CallScope scope("output", "kafka", "write");
	std::raise(signal_number);
}

TEST(CrashDeathTest, every_fatal_signal_is_reported_and_takes_its_course)
{
	for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL})
		EXPECT_DEATH(raise_after_install(number),
			     "falco: crashed inside output/kafka write \\(signal [0-9]+\\)");
}

TEST(CrashDeathTest, outside_of_plugins_no_plugin_is_blamed)
{
	EXPECT_DEATH(
		{
			install_crash_handler();
			{
				const CallScope scope("output", "kafka", "write");
			}
			std::raise(SIGSEGV);
		},
		"falco: crashed \\(signal 11\\)");
}

TEST(CrashDeathTest, a_crashing_plugin_is_named)
{
	EXPECT_DEATH(
		{
			install_crash_handler();
			const FakeServices services;
			const Plugin plugin = test_plugin("output-fake");
			Output output(plugin, "mine", defaults_with(plugin, {{"crash_at", 1}}), services.services);
			output.write(LineAlert("x").get());
		},
		"falco: crashed inside output/mine write");
}

TEST(CrashDeathTest, an_exception_that_leaves_a_plugin_ends_the_program_in_its_name)
{
	EXPECT_DEATH(
		{
			install_crash_handler();
			const FakeServices services;
			Output output(test_plugin("habit-throw"), "mine", nlohmann::json::object(), services.services);
		},
		"falco: crashed inside output/mine create");
}

} // namespace
} // namespace falco::host
