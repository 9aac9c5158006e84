// SPDX-License-Identifier: Apache-2.0
//
// Runs single checks of written conditions by libsinsp's own filters, and shows what they saw.
#pragma once

#include "written_condition.hpp"

#include <libsinsp/sinsp.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace falco::matcher {

// For events of one inspector, on the capture thread. What it needs is made when it is first asked for.
class CheckRunner {
public:
	explicit CheckRunner(sinsp *inspector);

	// `check`: a written check that libsinsp compiles.
	bool holds(const Written &check, sinsp_evt *event);

	// The value of the check's field at the event, as alerts show it; nothing when it has none. A field that is
	// for conditions only, as fd.ip, stands for those it looks at.
	std::optional<std::string> seen(const Written &check, sinsp_evt *event);

	// The values of an output's fields, with <NA> for those that have none.
	std::string shown(const std::string &output, sinsp_evt *event);

private:
	// The fields of an output text; nothing when they cannot be shown.
	FieldExtractor *extractor(const std::string &output, OutputFormat *&format);

	struct Shown {
		OutputFormat format;
		std::unique_ptr<FieldExtractor> extractor;
	};
	sinsp *inspector_;
	sinsp_filter_check_list checks_;
	std::shared_ptr<sinsp_filter_factory> factory_; // refers to checks_
	std::unordered_map<const ast::expr *, std::unique_ptr<sinsp_filter>> filters_;
	std::map<std::string, Shown> shown_; // by text
};

} // namespace falco::matcher
