// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/priority.hpp"

#include <algorithm>

namespace falco::host {

int clamp_priority(int priority)
{
	return std::clamp(priority, 0, kPriorities - 1);
}

const char *priority_name(int priority)
{
	static constexpr const char *names[kPriorities] = {"Emergency", "Alert",  "Critical",      "Error",
							   "Warning",   "Notice", "Informational", "Debug"};
	return names[clamp_priority(priority)];
}

} // namespace falco::host
