// SPDX-License-Identifier: Apache-2.0
//
// What a plugin's function returned, made trustworthy.
#pragma once

#include "host/plugins/plugin.hpp"

namespace falco::host {

// An error buffer as a plugin may expect it: nothing in it.
inline void clear(falco_error &error) noexcept
{
	error.status = FALCO_OK;
	error.message[0] = '\0';
}

// Makes `error` describe the failure: the message ends, is not empty, and `error.status` is what is returned, one of
// the negative statuses. A status that `function` may not return counts as FALCO_ERR_FATAL.
falco_status settle_failure(falco_status status, const char *function, falco_error &error) noexcept;

// The same as a Status. `status` is FALCO_OK, or FALCO_END where the function may say so.
Status settle(falco_status status, const char *function, falco_error &error, bool may_end = false);

// Why a create that returned NULL failed. Never FALCO_OK.
Status settle_create(falco_error &error);

} // namespace falco::host
