// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace falco::sinsp_family {

// fd.cip.name, fd.sip.name, fd.lip.name or fd.rip.name: libsinsp compares an event's address with those that the
// network gives for a name, and asks when the first event is checked, which waits.
constexpr bool is_host_name_field(std::string_view name)
{
	return name == "fd.cip.name" || name == "fd.sip.name" || name == "fd.lip.name" || name == "fd.rip.name";
}

} // namespace falco::sinsp_family
