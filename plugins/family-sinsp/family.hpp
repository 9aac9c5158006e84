// SPDX-License-Identifier: Apache-2.0
//
// The event family of every plugin that uses libsinsp: an event's object is a sinsp_evt, a source's context a sinsp.
#pragma once

#include <falco/plugin.h>

#include <libsinsp/utils.h>

namespace falco::sinsp_family {

// The full version, since no two releases promise each other anything; and an object of libsinsp's own as the anchor,
// so that a source and a matcher that were linked to two copies of the library are told apart.
inline constexpr falco_family family = {"sinsp/" FALCO_SINSP_VERSION, &g_infotables};

} // namespace falco::sinsp_family
