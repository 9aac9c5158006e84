// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/pipeline/alert.hpp"
#include "host/pipeline/alert_template.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace falco::host {

// An alert in the form in which one output gets it, with all that its `view` points to: an alert of this run, or a
// record of the spool, possibly of an earlier run. One thread.
struct Parcel {
	Alert::View view{};
	Clock::time_point accepted;

	AlertPtr alert;
	std::string line; // of a template

	std::string record; // from the spool, instead of an alert
	std::vector<const char *> tags;
	uint64_t number = 0; // in the spool
};

// Puts alerts into the form that one output asks for. One thread.
class Composer {
public:
	// `bare`: without time and priority; a template is its author's.
	Composer(const InstanceConfig &config, bool bare);
	// Fills in the view of the parcel's alert.
	void compose(Parcel &parcel);

private:
	const LineStyle style_;
	std::unique_ptr<AlertTemplate> template_;
};

} // namespace falco::host
