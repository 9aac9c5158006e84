// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml_tree.hpp"

#include <falco/plugin.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace falco::matcher {

// What is wrong with rules files: each thing once, in the order in which it stands in the files.
class Findings {
public:
	// `code` is the stable name of the kind of finding, `item` what it concerns ("rule x"), possibly empty.
	void error(const char *code, const yaml::Place &place, const std::string &item, const std::string &message);
	void warn(const char *code, const yaml::Place &place, const std::string &item, const std::string &message);

	// Findings in files that are named here are passed on in this order.
	void reads(const std::string &file) { files_.emplace(file, files_.size()); }

	// From now on warnings of that code about that item are passed over.
	void ignore(const std::string &item, const std::string &code) { ignored_.emplace(item, code); }

	bool ignores(const std::string &item, const std::string &code) const
	{
		return ignored_.count({item, code}) > 0;
	}

	// The codes of all warnings, and whether there is one of that name.
	static const std::vector<std::string> &warnings();
	static bool is_warning(const std::string &code);

	size_t errors() const { return errors_; }
	// The first error, with its place: what the plugin's own error message says. Call `send` first.
	const std::string &first() const { return first_; }

	// Passes everything on, sorted: file by file as they were read, from top to bottom.
	void send(const falco_report &report);

private:
	struct Finding {
		falco_level level;
		const char *code;
		yaml::Place place;
		size_t file; // its number in files_
		std::string item, message;
	};

	void add(falco_level level, const char *code, const yaml::Place &place, const std::string &item,
		 const std::string &message);

	std::vector<Finding> found_;
	std::map<std::string, size_t> files_;
	std::set<std::string> said_; // a macro's mistake shows in every rule that uses it
	std::set<std::pair<std::string, std::string>> ignored_;
	size_t errors_ = 0;
	std::string first_;
};

} // namespace falco::matcher
