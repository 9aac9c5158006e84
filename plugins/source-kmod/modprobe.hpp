// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::kmod {

// Runs modprobe, from a folder that only root writes to, and waits for it. Returns what came of it, as a clause:
// "/sbin/modprobe scap loaded it", "modprobe scap failed: MESSAGE".
std::string load_module(const std::string &module);

} // namespace falco::kmod
