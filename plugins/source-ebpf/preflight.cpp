// SPDX-License-Identifier: Apache-2.0
#include "preflight.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace falco::ebpf {

namespace {

// Not in the headers of older kernels.
constexpr unsigned kPerfmon = 38;
constexpr unsigned kBpf = 39;

uint64_t effective_capabilities()
{
	__user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	__user_cap_data_struct data[2] = {};
	if (syscall(SYS_capget, &header, data) != 0) {
		return 0;
	}
	return data[0].effective | (uint64_t{data[1].effective} << 32);
}

// Where libbpf looks for the types of the running kernel.
bool find_btf(const std::string &release)
{
	const std::string places[] = {"/sys/kernel/btf/vmlinux",
				      "/boot/vmlinux-" + release,
				      "/lib/modules/" + release + "/vmlinux-" + release,
				      "/lib/modules/" + release + "/build/vmlinux",
				      "/usr/lib/modules/" + release + "/kernel/vmlinux",
				      "/usr/lib/debug/boot/vmlinux-" + release,
				      "/usr/lib/debug/boot/vmlinux-" + release + ".debug",
				      "/usr/lib/debug/lib/modules/" + release + "/vmlinux"};
	for (const auto &place : places) {
		if (access(place.c_str(), R_OK) == 0) {
			return true;
		}
	}
	return false;
}

int try_ring_buffer()
{
	bpf_attr attributes;
	std::memset(&attributes, 0, sizeof attributes);
	attributes.map_type = BPF_MAP_TYPE_RINGBUF;
	attributes.max_entries = static_cast<uint32_t>(sysconf(_SC_PAGESIZE));
	const long fd = syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes);
	if (fd < 0) {
		return errno;
	}
	close(static_cast<int>(fd));
	return 0;
}

bool has(const Machine &machine, unsigned capability)
{
	return (machine.capabilities >> capability & 1) != 0;
}

bool is_before(const Machine &machine, unsigned major, unsigned minor)
{
	return machine.kernel_major < major || (machine.kernel_major == major && machine.kernel_minor < minor);
}

// "CAP_BPF (to load eBPF programs)" of those that are missing.
std::string missing_capabilities(const Machine &machine)
{
	std::string missing;
	const auto need = [&](bool met, const char *text) {
		if (!met) {
			missing += (missing.empty() ? "" : ", ") + std::string(text);
		}
	};
	if (is_before(machine, 5, 8)) {
		need(has(machine, CAP_SYS_ADMIN), "CAP_SYS_ADMIN (to load eBPF programs)");
	} else {
		need(has(machine, CAP_SYS_ADMIN) || has(machine, kBpf), "CAP_BPF (to load eBPF programs)");
		need(has(machine, CAP_SYS_ADMIN) || has(machine, kPerfmon),
		     "CAP_PERFMON (to attach them to the kernel)");
	}
	// Since 5.11 the memory of eBPF counts for the cgroup instead.
	need(!is_before(machine, 5, 11) || machine.may_lock_memory || has(machine, CAP_SYS_RESOURCE),
	     "CAP_SYS_RESOURCE (to lock the buffers in memory)");
	return missing;
}

} // namespace

Machine look()
{
	Machine machine;
	utsname names = {};
	if (uname(&names) == 0) {
		machine.release = names.release;
		std::sscanf(names.release, "%u.%u", &machine.kernel_major, &machine.kernel_minor);
	}
	machine.capabilities = effective_capabilities();
	rlimit limit = {};
	machine.may_lock_memory = getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_max == RLIM_INFINITY;
	machine.has_btf = find_btf(machine.release);
	machine.ring_buffer_error = try_ring_buffer();
	return machine;
}

std::vector<std::string> find_obstacles(const Machine &machine)
{
	std::vector<std::string> obstacles;
	if (const auto missing = missing_capabilities(machine); !missing.empty()) {
		obstacles.push_back("falco lacks " + missing +
				    ": run it as root, in a container with --privileged or --cap-add");
	}
	switch (machine.ring_buffer_error) {
	case 0:
		break;
	case EPERM:
	case EACCES:
		if (obstacles.empty()) { // else that is why
			obstacles.emplace_back("the kernel refuses the bpf system call though falco has the "
					       "capabilities: a seccomp filter (of a container that is not privileged) "
					       "or kernel lockdown forbids it");
		}
		break;
	case EINVAL:
		obstacles.push_back("kernel " + machine.release + " has no BPF ring buffer: 5.8 or later is needed");
		break;
	case ENOSYS:
		obstacles.push_back("kernel " + machine.release +
				    " was built without the bpf system call (CONFIG_BPF_SYSCALL)");
		break;
	default:
		obstacles.push_back(std::string("a BPF ring buffer cannot be made: ") +
				    std::strerror(machine.ring_buffer_error));
	}
	if (!machine.has_btf) {
		obstacles.push_back("kernel " + machine.release +
				    " has no description of its types at /sys/kernel/btf/vmlinux (BTF; "
				    "CONFIG_DEBUG_INFO_BTF)");
	}
	return obstacles;
}

std::vector<std::string> find_shortcomings(const Machine &machine)
{
	std::vector<std::string> shortcomings;
	if (!has(machine, CAP_SYS_PTRACE)) {
		shortcomings.emplace_back("falco lacks CAP_SYS_PTRACE: of processes that run already it will not know "
					  "files, programs and environment");
	}
	return shortcomings;
}

} // namespace falco::ebpf
