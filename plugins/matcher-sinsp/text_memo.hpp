// SPDX-License-Identifier: Apache-2.0
//
// What the checks of one field said about a text: the same names come again and again, and a text that is known is not
// compared a second time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace falco::matcher {

struct TextMemo {
	static constexpr unsigned kMostTests = 64; // beyond, a check is not remembered

	std::string text;
	uint64_t asked = 0, held = 0; // a bit for each check

	// What the field's index finds for the text, once it was looked up; see FieldIndex.
	bool was_looked_up = false;
	std::vector<uint32_t> found = {};

	// What check number `test` says; `ask` finds out.
	template <typename Ask>
	bool remember(unsigned test, Ask ask)
	{
		const uint64_t bit = uint64_t{1} << test;
		if ((asked & bit) == 0) {
			asked |= bit;
			held |= ask() ? bit : 0;
		}
		return (held & bit) != 0;
	}
};

// As many as have a place: a text takes the place of another with the same hash.
class TextMemos {
public:
	TextMemo &of(std::string_view text)
	{
		if (memos_.empty()) {
			memos_.resize(kPlaces);
		}
		TextMemo &memo = memos_[std::hash<std::string_view>()(text) % kPlaces];
		if (memo.text != text) {
			memo.text = text;
			memo.asked = memo.held = 0;
			memo.was_looked_up = false;
			memo.found.clear();
		}
		return memo;
	}

private:
	static constexpr size_t kPlaces = 4096;
	std::vector<TextMemo> memos_;
};

} // namespace falco::matcher
