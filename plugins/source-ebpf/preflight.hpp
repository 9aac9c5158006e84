// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace falco::ebpf {

// What this process may do and the kernel can, as far as the eBPF engine needs it. Gathered by `look`, or by a test.
struct Machine {
	uint64_t capabilities = 0;    // effective, as bits
	bool may_lock_memory = false; // as much as it wants: its hard limit is infinite
	bool has_btf = false;         // /sys/kernel/btf/vmlinux can be read, or a copy that libbpf finds
	int ring_buffer_error = 0;    // errno of making a ring buffer; 0: it was made
	unsigned kernel_major = 0;
	unsigned kernel_minor = 0;
	std::string release; // of the kernel, as uname tells it
};

Machine look();

// What keeps the engine from being opened, one sentence each; empty: nothing is known to.
std::vector<std::string> find_obstacles(const Machine &machine);

// What will not work though the engine can be opened.
std::vector<std::string> find_shortcomings(const Machine &machine);

} // namespace falco::ebpf
