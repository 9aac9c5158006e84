// SPDX-License-Identifier: Apache-2.0
#include "plugins/matcher-sinsp/system_calls.hpp"

#include <falco/plugin.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace falco::matcher;
using falco::sinsp_family::SystemCalls;
using nlohmann::json;

namespace {

SystemCalls calls(std::initializer_list<ppm_sc_code> listed)
{
	SystemCalls calls;
	for (const auto call : listed) {
		calls.set(call);
	}
	return calls;
}

SystemCalls choose(const SystemCalls &asked, const json &block = json::object())
{
	return choose_system_calls(asked, parse_base_syscalls(block));
}

} // namespace

TEST(SystemCalls, are_those_of_the_rules_and_of_the_state)
{
	const SystemCalls chosen = choose(calls({PPM_SC_PTRACE, PPM_SC_READ}));
	EXPECT_TRUE(chosen[PPM_SC_PTRACE]);
	EXPECT_TRUE(chosen[PPM_SC_READ]);
	for (const auto call : libsinsp::events::sinsp_state_sc_set()) {
		EXPECT_TRUE(chosen[call]) << call;
	}
	EXPECT_FALSE(chosen[PPM_SC_WRITE]); // nobody needs it
	EXPECT_FALSE(chosen[PPM_SC_FUTEX]);
}

TEST(SystemCalls, are_the_users_instead_of_those_of_the_state)
{
	const SystemCalls chosen = choose(calls({PPM_SC_PTRACE}), {{"custom_set", {"clone", "execve"}}});
	EXPECT_TRUE(chosen[PPM_SC_PTRACE]);
	EXPECT_TRUE(chosen[PPM_SC_CLONE]);
	EXPECT_TRUE(chosen[PPM_SC_EXECVE]);
	EXPECT_FALSE(chosen[PPM_SC_SETUID]);
}

TEST(SystemCalls, leave_out_what_the_user_rules_out_even_if_a_rule_asks_for_it)
{
	const SystemCalls chosen =
		choose(calls({PPM_SC_PTRACE, PPM_SC_OPENAT}), {{"custom_set", {"!ptrace", "!chdir"}}});
	EXPECT_FALSE(chosen[PPM_SC_PTRACE]);
	EXPECT_FALSE(chosen[PPM_SC_CHDIR]);
	EXPECT_TRUE(chosen[PPM_SC_OPENAT]);
	EXPECT_TRUE(chosen[PPM_SC_CLONE]); // the state's others stay
}

TEST(SystemCalls, can_be_as_few_as_the_rules_state_needs)
{
	const SystemCalls repaired = choose(calls({PPM_SC_PTRACE}), {{"repair", true}});
	EXPECT_TRUE(repaired[PPM_SC_PTRACE]);
	EXPECT_TRUE(repaired[PPM_SC_EXECVE]);
	EXPECT_LT(repaired.count(), choose(calls({PPM_SC_PTRACE})).count());
	EXPECT_FALSE(repaired[PPM_SC_BIND]); // no rule looks at the network
	EXPECT_TRUE(choose(calls({PPM_SC_ACCEPT}), {{"repair", true}})[PPM_SC_BIND]);
}

TEST(SystemCalls, that_the_state_needs_are_repaired_even_if_the_user_rules_them_out)
{
	const json block = {{"custom_set", {"!execve", "!ptrace"}}, {"repair", true}};
	const SystemCalls repaired = choose(calls({PPM_SC_PTRACE, PPM_SC_OPENAT}), block);
	EXPECT_TRUE(repaired[PPM_SC_EXECVE]);
	EXPECT_FALSE(repaired[PPM_SC_PTRACE]);
	EXPECT_TRUE(repaired[PPM_SC_OPENAT]);
}

TEST(SystemCalls, always_tell_of_the_end_of_processes)
{
	EXPECT_TRUE(choose(calls({}), {{"custom_set", {"open", "!procexit"}}})[PPM_SC_SCHED_PROCESS_EXIT]);
}

TEST(SystemCalls, have_names_that_are_checked)
{
	try {
		parse_base_syscalls({{"custom_set", {"open", "!exeve"}}});
		FAIL();
	} catch (const falco::ConfigError &error) {
		EXPECT_STREQ(error.what(),
			     "base_syscalls.custom_set: 'exeve' is not the name of a system call or event "
			     "(did you mean 'execve'?)");
	}
}
