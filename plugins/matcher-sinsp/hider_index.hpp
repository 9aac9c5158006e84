// SPDX-License-Identifier: Apache-2.0
//
// Which conditions another one may be seen to imply, without comparing it with all of them: every part of an implied
// condition is implied by some check of the other, which for most parts must be of the same field with a value that is
// the same, or begins, ends or has in it what the part asks for. So each condition is kept under such a value of its
// rarest part, and looked for under all values of the checks of the other.
#pragma once

#include "plain_check.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace falco::matcher {

class HiderIndex {
public:
	HiderIndex();

	// All conditions that will be added, each once, before the first is: so it is known what is rare.
	void count(const ast::expr *condition);

	// Numbers rise.
	void add(uint32_t number, const ast::expr *condition);

	// The numbers of the conditions that Prover may find to hold whenever `condition` does: all of these, and some
	// more. Rising, each once.
	std::vector<uint32_t> find(const ast::expr *condition) const;

private:
	// A hash of what is looked for. Two that are equal by chance only cost a comparison.
	using Key = uint64_t;

	// The keys of a part: a check that implies it has one of them. `commonness` says how many conditions have them.
	struct Keys {
		std::vector<Key> keys;
		size_t commonness = 0;
	};

	// What conditions that are kept ask about texts of a field: which lengths of a beginning or an end.
	struct Asked {
		std::vector<size_t> beginnings, ends;
		bool substrings = false;
	};

	void count_key(Key key);
	std::optional<Keys> keys_of(const ast::expr *part) const; // nothing: anything may imply it
	Keys keys_of_check(const ast::expr *check) const;
	Keys keys_of_substring(const PlainCheck &check) const;
	void note_asked(const ast::expr *part);

	using Visit = std::function<void(Key)>;
	void visit_keys(const ast::expr *check, const Visit &visit) const;
	void visit_parts_of(const PlainCheck &check, const Visit &visit) const;

	std::vector<uint32_t> counts_;                 // by a part of the key
	std::unordered_multimap<Key, uint32_t> kept_;  // numbers
	std::vector<uint32_t> unkeyed_, all_;          // numbers
	std::unordered_map<std::string, Asked> asked_; // by field
};

} // namespace falco::matcher
