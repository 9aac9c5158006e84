// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <falco/plugin.hpp>

namespace falco::kmod {

// Sees to it that the kernel module's first device can be opened and speaks the language that libsinsp was built for,
// and loads the module if it is not there. Throws std::runtime_error with what is wrong and what to do about it.
void require_device(const falco::Host &host);

} // namespace falco::kmod
