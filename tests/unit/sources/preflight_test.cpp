// SPDX-License-Identifier: Apache-2.0
#include "plugins/source-ebpf/preflight.hpp"

#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>

using namespace falco::ebpf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

constexpr uint64_t bit(unsigned capability)
{
	return uint64_t{1} << capability;
}

// Fit for the engine in every respect.
Machine fit()
{
	Machine machine;
	machine.capabilities = ~uint64_t{0};
	machine.has_btf = true;
	machine.kernel_major = 6;
	machine.kernel_minor = 1;
	machine.release = "6.1.0-test";
	return machine;
}

std::vector<std::string> obstacles_without(uint64_t capabilities, Machine machine = fit())
{
	machine.capabilities &= ~capabilities;
	return find_obstacles(machine);
}

} // namespace

TEST(Preflight, finds_nothing_wrong_with_a_machine_that_is_fit)
{
	EXPECT_THAT(find_obstacles(fit()), IsEmpty());
	EXPECT_THAT(find_shortcomings(fit()), IsEmpty());
}

TEST(Preflight, names_the_capabilities_that_are_missing)
{
	EXPECT_THAT(obstacles_without(bit(CAP_SYS_ADMIN)), IsEmpty());
	EXPECT_THAT(obstacles_without(bit(CAP_BPF)), IsEmpty()); // CAP_SYS_ADMIN stands for it
	EXPECT_THAT(obstacles_without(bit(CAP_SYS_ADMIN) | bit(CAP_BPF)),
		    ElementsAre(HasSubstr("falco lacks CAP_BPF (to load eBPF programs):")));
	EXPECT_THAT(obstacles_without(bit(CAP_SYS_ADMIN) | bit(CAP_PERFMON)),
		    ElementsAre(HasSubstr("falco lacks CAP_PERFMON (to attach them to the kernel):")));
	EXPECT_THAT(obstacles_without(~uint64_t{0}), ElementsAre(HasSubstr("CAP_BPF (to load eBPF programs), "
									   "CAP_PERFMON")));
}

TEST(Preflight, wants_the_capability_to_lock_memory_only_where_the_kernel_counts_it)
{
	EXPECT_THAT(obstacles_without(bit(CAP_SYS_RESOURCE)), IsEmpty());
	Machine old = fit();
	old.kernel_major = 5;
	old.kernel_minor = 10;
	EXPECT_THAT(obstacles_without(bit(CAP_SYS_RESOURCE), old),
		    ElementsAre(HasSubstr("falco lacks CAP_SYS_RESOURCE")));
	old.may_lock_memory = true;
	EXPECT_THAT(obstacles_without(bit(CAP_SYS_RESOURCE), old), IsEmpty());
}

TEST(Preflight, tells_what_the_kernel_lacks)
{
	Machine machine = fit();
	machine.has_btf = false;
	EXPECT_THAT(find_obstacles(machine), ElementsAre("kernel 6.1.0-test has no description of its types at "
							 "/sys/kernel/btf/vmlinux (BTF; CONFIG_DEBUG_INFO_BTF)"));
	machine = fit();
	machine.ring_buffer_error = EINVAL;
	EXPECT_THAT(find_obstacles(machine), ElementsAre(HasSubstr("has no BPF ring buffer: 5.8 or later")));
	machine.ring_buffer_error = ENOSYS;
	EXPECT_THAT(find_obstacles(machine), ElementsAre(HasSubstr("CONFIG_BPF_SYSCALL")));
}

TEST(Preflight, tells_a_container_that_forbids_from_a_lack_of_capabilities)
{
	Machine machine = fit();
	machine.ring_buffer_error = EPERM;
	EXPECT_THAT(find_obstacles(machine), ElementsAre(HasSubstr("seccomp")));
	EXPECT_THAT(obstacles_without(~uint64_t{0}, machine), ElementsAre(HasSubstr("falco lacks CAP_BPF")));
}

TEST(Preflight, warns_of_what_will_not_be_known)
{
	Machine machine = fit();
	machine.capabilities &= ~bit(CAP_SYS_PTRACE);
	EXPECT_THAT(find_obstacles(machine), IsEmpty());
	EXPECT_THAT(find_shortcomings(machine), ElementsAre(HasSubstr("falco lacks CAP_SYS_PTRACE")));
}
