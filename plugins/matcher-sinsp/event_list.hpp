// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

namespace falco::matcher {

// [{"name", "category", "params": [{"name", "type"}], "enter", "exit", "ignored"}] of every event that evt.type can
// name, by name. `enter` and `exit` say in which directions it comes; the parameters are those of all of them.
nlohmann::json describe_events();

} // namespace falco::matcher
