// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml_tree.hpp"

#include <falco/plugin.h>

#include <set>
#include <string>

namespace falco::matcher {

// Passes what is wrong with rules files on to the host's report, each thing once, and remembers whether loading failed.
class Findings {
public:
	explicit Findings(const falco_report &report) : report_(report) {}

	// `code` is the stable name of the kind of finding, `item` what it concerns ("rule x"), possibly empty.
	void error(const char *code, const yaml::Place &place, const std::string &item, const std::string &message);
	void warn(const char *code, const yaml::Place &place, const std::string &item, const std::string &message);

	size_t errors() const { return errors_; }
	// The first error, with its place: what the plugin's own error message says.
	const std::string &first() const { return first_; }

private:
	bool add(falco_level level, const char *code, const yaml::Place &place, const std::string &item,
		 const std::string &message);

	const falco_report &report_;
	std::set<std::string> said_; // a macro's mistake shows in every rule that uses it
	size_t errors_ = 0;
	std::string first_;
};

} // namespace falco::matcher
