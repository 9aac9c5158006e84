// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml_tree.hpp"

#include <falco/plugin.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
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
	// `text` is what stands in it; nullptr if it cannot be read.
	void add_file(const std::string &name, std::shared_ptr<const std::string> text)
	{
		files_[file_of(name)].text = std::move(text);
	}

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
	struct File {
		std::shared_ptr<const std::string> text;
		std::vector<size_t> lines; // where each begins; made when the first is asked for
	};

	void add(falco_level level, const char *code, const yaml::Place &place, const std::string &item,
		 const std::string &message);

	size_t file_of(const std::string &name);
	// Where the line begins in the file's text, and the line; nothing when the place has none.
	static std::optional<std::pair<size_t, std::string_view>> find_line(File &file, const yaml::Place &place);

	std::vector<Finding> found_;
	std::map<std::string, size_t> numbers_; // of files, by name
	std::vector<File> files_;
	std::set<std::string> said_; // a macro's mistake shows in every rule that uses it
	std::set<std::pair<std::string, std::string>> ignored_;
	size_t errors_ = 0;
	std::string first_;
};

} // namespace falco::matcher
