// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/plugins/plugin.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace falco::host {

// Something that falco itself has to tell whoever reads its alerts; no rule raised it. Outputs see an alert like any
// other: of source "internal", without tags, with `rule` as the name of its rule.
struct InternalAlert {
	struct Field {
		std::string name;
		std::string text;
		std::string json; // the same as a JSON value; empty: `text` as a JSON string
	};

	std::string rule; // "Falco internal: syscall event drop"
	int priority = 7; // 0 emergency ... 7 debug
	std::string message;
	std::vector<Field> fields;
	uint64_t time_ns = 0; // since the Unix epoch; 0: now

	void add_number(std::string name, uint64_t value);
};

// A rule that stands for one internal alert: its output is the message, its fields are the alert's.
Rule rule_of(const InternalAlert &alert);

} // namespace falco::host
