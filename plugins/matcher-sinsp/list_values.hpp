// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "findings.hpp"
#include "item.hpp"

#include <string>
#include <vector>

namespace falco::matcher {

// The values of lists, with the lists among their items in place. Where a list is defined does not matter.
class ListValues {
public:
	ListValues(const RulesFiles &files, Findings &findings);

	// The position of the list that a word names, or npos.
	size_t find(const Word &word) const { return find(word.text, word.quoted); }
	size_t find(const std::string &text, bool quoted) const;

	// The values of the list at `position`; nullptr when it has none because of a mistake that was reported.
	const std::vector<std::string> *values(size_t position);

	// How many values the list at `position` has, if that has been found out; else 0.
	size_t count(size_t position) const { return lists_[position].values.size(); }

	// Adds what a word stands for: a list's values or itself. False after an error.
	bool add(const Word &word, std::vector<std::string> &values);

	bool is_used(size_t position) const { return used_[position]; }

	static constexpr size_t npos = static_cast<size_t>(-1);

private:
	enum class State { open, running, done, failed };
	struct List {
		State state = State::open;
		std::vector<std::string> values;
	};

	bool expand(size_t position);

	const RulesFiles &files_;
	Findings &findings_;
	std::vector<List> lists_; // by position
	std::vector<bool> used_;  // by position
	std::vector<size_t> chain_;
	size_t total_ = 0; // values of all lists
};

} // namespace falco::matcher
