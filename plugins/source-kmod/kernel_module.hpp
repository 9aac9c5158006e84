// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <falco/plugin.hpp>

#include <cstdint>
#include <string>

namespace falco::kmod {

// Sees to it that the kernel module's first device can be opened and speaks the language that libsinsp was built for,
// and loads the module if it is not there. Throws std::runtime_error with what is wrong and what to do about it.
void require_device(const falco::Host &host);

// What keeps a module that offers one version of `what` (API, schema; 0: it does not tell) from serving a falco that
// needs another: empty when nothing does. As libscap compares them: the same major number, and no older than needed.
std::string version_trouble(const std::string &what, uint64_t offered, uint64_t needed);

} // namespace falco::kmod
