// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/call_status.hpp"

#include <cstdio>

namespace falco::host {

falco_status settle_failure(falco_status status, const char *function, falco_error &error) noexcept
{
	error.message[sizeof error.message - 1] = '\0';
	if (status > FALCO_ERR_CONFIG || status < FALCO_ERR_UNSUPPORTED) {
		std::snprintf(error.message, sizeof error.message,
			      "%s returned the status %d, which it may not: the plugin is faulty", function, status);
		status = FALCO_ERR_FATAL;
	} else if (error.message[0] == '\0') {
		std::snprintf(error.message, sizeof error.message, "%s failed and gave no reason", function);
	}
	error.status = status;
	return status;
}

Status settle(falco_status status, const char *function, falco_error &error, bool may_end)
{
	if (status == FALCO_OK) return {};
	if (may_end && status == FALCO_END) return {FALCO_END, ""};
	return {settle_failure(status, function, error), error.message};
}

Status settle_create(falco_error &error)
{
	const falco_status status = error.status;
	// A plugin that fills in the message but forgets the status has still failed.
	if (status == FALCO_OK) return {settle_failure(FALCO_ERR_FATAL, "create", error), error.message};
	return {settle_failure(status, "create", error), error.message};
}

} // namespace falco::host
