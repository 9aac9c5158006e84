// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <falco/plugin.hpp>

#include <string>

// What all messages of one instance share.
struct Rfc5424 {
	int facility;                // as in <syslog.h>
	std::string app_name;        // 1 to 48 printable ASCII characters
	std::string structured_data; // the SD-ID of an element with the alert's id, rule, source and tags; empty: none

	// The syslog message of RFC 5424 for an alert. The time and the host are the alert's; PROCID is falco's, MSGID
	// the alert's source.
	std::string message(const falco::Alert &alert) const;
};

// "2016-06-06T23:47:44.080226Z": the format has no more than six decimals.
std::string rfc3339(uint64_t time_ns);
