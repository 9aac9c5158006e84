// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace falco::host {

// Adds the commands that try rules on recordings: explain, test, compare, profile. What was asked for is put into
// `action`, which returns the exit status.
void add_verify_commands(CLI::App &app, std::function<int()> &action);

} // namespace falco::host
