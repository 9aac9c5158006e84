// SPDX-License-Identifier: Apache-2.0
//
// The fields that libsinsp compares with more than one value of an event: those of both ends of a connection, and of
// all ancestors of a process.
#pragma once

#include "field_value.hpp"

#include <libsinsp/sinsp.h>

#include <memory>
#include <string>
#include <vector>

namespace falco::matcher {

class SeveralValues {
public:
	virtual ~SeveralValues() = default;

	// Appends what the event has for the field. The values are valid until the next call and the next event. On the
	// capture thread.
	virtual void read(sinsp_evt *event, std::vector<FieldValue> &values) = 0;

protected:
	SeveralValues() = default;
	SeveralValues(const SeveralValues &) = delete;
	SeveralValues &operator=(const SeveralValues &) = delete;
};

// Null: the field is none of these.
std::unique_ptr<SeveralValues> several_values_of(const std::string &field);

} // namespace falco::matcher
