// SPDX-License-Identifier: Apache-2.0
//
// How much of the rules the test cases have tried: of each rule, macro, exception and check whether it ever held and
// ever failed.
#pragma once

#include "common/palette.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace falco::host {

// A part of a condition that can hold and fail.
struct Branch {
	std::string kind, text; // "check", "macro", "exception", "and", "or"; the whole of an item: "rule", "macro"
	std::string file;
	uint32_t line = 0, column = 0, end_line = 0, end_column = 0;
	uint64_t held = 0, failed = 0;
	bool is_leaf = false; // its text is the branch's alone

	unsigned outcomes() const { return (held > 0 ? 1u : 0u) + (failed > 0 ? 1u : 0u); }
};

struct CoveredItem {
	std::string kind, name, file; // "rule" or "macro"
	uint32_t line = 0;
	std::vector<Branch> branches; // the first is the whole condition

	size_t covered() const;
	size_t total() const { return 2 * branches.size(); }
};

// What rules files have beside what a matcher observed: rules that are switched off, and macros that no rule that is on
// uses. [{"kind", "name", "file", "line", "because"}]
nlohmann::json left_out(const nlohmann::json &described, const nlohmann::json &observed);

class Coverage {
public:
	// `observed`: what a matcher counted, with "left_out". What one of several sets of rules leaves out and another
	// one has counts.
	void add(const nlohmann::json &observed);

	// Of all outcomes, those that were seen; 100 when there are none.
	double percent() const;

	std::string text(const Palette &palette) const;
	nlohmann::json json() const;
	// A page with the rules files coloured.
	std::string html() const;

private:
	void add_item(const std::string &kind, const nlohmann::json &item);
	std::vector<const CoveredItem *> in_order() const;
	// Those that no set of rules has, as the function of this name gives them.
	std::vector<nlohmann::json> never_tried() const;
	size_t covered() const;
	size_t total() const;

	std::map<std::string, CoveredItem> items_;       // by where they are and what they are made of
	std::map<std::string, nlohmann::json> left_out_; // by where they are
};

} // namespace falco::host
