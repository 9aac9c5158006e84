// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/app/options.hpp"

namespace falco::host {

// Watches events, or shows the rules, as the options say. Returns the exit status.
int run(const Options &options);

// Prints "Runtime error: MESSAGE. Exiting." on standard error.
void print_fatal(const std::string &message);
std::string fatal_text(std::string message);

} // namespace falco::host
