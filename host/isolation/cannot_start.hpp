// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/error.hpp"

#include <cerrno>
#include <cstring>
#include <string>

namespace falco::host::isolation {

// Why what a process of an output needs is not to be had, by errno.
inline Error cannot_start(const char *what)
{
	return Error(std::string("an isolated output cannot be started: ") + what + ": " + std::strerror(errno));
}

} // namespace falco::host::isolation
