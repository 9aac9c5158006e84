// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <falco/plugin.h>

#include <cstdint>
#include <string>

namespace falco::host {

struct AbiVersion {
	uint32_t major, minor;
};

// Why a host of one version does not take a plugin of another, or an empty string.
std::string version_problem(const AbiVersion &plugin, const AbiVersion &host);

// Why this host does not take the table, or an empty string. Reads data only: nothing of the plugin is called.
std::string table_problem(const falco_plugin &table);

// The table, in which table_problem found nothing, as this host knows it: members that an older plugin's is too short
// to have are NULL. Valid until the process ends.
const falco_plugin *complete_table(const falco_plugin &checked);

} // namespace falco::host
