// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <falco/plugin.h>

#include <string>

namespace falco::host {

// Why this host does not take the table, or an empty string. Reads data only: nothing of the plugin is called.
std::string table_problem(const falco_plugin &table);

} // namespace falco::host
