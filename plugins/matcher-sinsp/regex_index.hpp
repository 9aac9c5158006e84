// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <re2/re2.h>
#include <re2/set.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace falco::matcher {

// Finds the regular expressions that match a whole text, all in one pass: RE2's set of expressions.
class RegexIndex {
public:
	RegexIndex();

	// False: RE2 does not take it, and nothing matches it.
	bool add(const std::string &expression, uint32_t id);

	// Once, when all are added.
	void build();

	// Appends the ids; all of them when RE2 would need too much memory to tell them apart.
	void find(std::string_view text, std::vector<uint32_t> &found);

private:
	std::unique_ptr<re2::RE2::Set> set_; // none: there are too many for one
	std::vector<uint32_t> ids_;          // by RE2's number
	std::vector<int> matches_;
};

} // namespace falco::matcher
