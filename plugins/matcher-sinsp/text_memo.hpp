// SPDX-License-Identifier: Apache-2.0
//
// What the checks of one field said about a text: the same names come again and again, and a text that is known is not
// compared a second time.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace falco::matcher {

// What was said about one text. What most events need is in its first 64 bytes: with thousands of texts in use, what an
// event costs is how often it waits for memory.
class alignas(64) TextMemo {
public:
	static constexpr unsigned kMostTests = 64; // beyond, a check is not remembered

	static size_t hash_of(std::string_view text) { return std::hash<std::string_view>()(text); }

	// Begins anew, about this text.
	void begin(std::string_view text, size_t hash)
	{
		hash_ = hash;
		asked_ = held_ = 0;
		was_looked_up_ = finds_ = false;
		size_ = static_cast<uint32_t>(text.size());
		if (size_ < sizeof short_) {
			std::memcpy(short_, text.data(), size_);
			short_[size_] = 0;
		} else {
			long_ = text;
		}
		is_used_ = true;
	}
	bool is_used() const { return is_used_; }
	bool is_of(std::string_view text, size_t hash) const { return hash_ == hash && this->text() == text; }
	size_t hash() const { return hash_; }
	// With a NUL byte behind it.
	std::string_view text() const { return {size_ < sizeof short_ ? short_ : long_.data(), size_}; }

	// What check number `test` says; `ask` finds out.
	template <typename Ask>
	bool remember(unsigned test, Ask ask)
	{
		const uint64_t bit = uint64_t{1} << test;
		if ((asked_ & bit) == 0) {
			asked_ |= bit;
			held_ |= ask() ? bit : 0;
		}
		return (held_ & bit) != 0;
	}

	// What the field's index finds for the text, once it was looked up; see FieldIndex.
	bool was_looked_up() const { return was_looked_up_; }
	const std::vector<uint32_t> &found() const
	{
		static const std::vector<uint32_t> none;
		return finds_ ? found_ : none;
	}
	template <typename From>
	void look_up(From from)
	{
		found_.clear();
		from(found_);
		finds_ = !found_.empty();
		was_looked_up_ = true;
	}

private:
	size_t hash_ = 0;
	uint64_t asked_ = 0, held_ = 0; // a bit for each check
	uint32_t size_ = 0;
	bool is_used_ = false, was_looked_up_ = false, finds_ = false;
	char short_[33] = {};
	std::string long_;
	std::vector<uint32_t> found_;
};

// As many as have a place: a text takes the place of another with the same hash. The places become more while they are
// too few for the texts that come, up to a limit.
class TextMemos {
public:
	// Says that the text will be asked for, so that its memo is on the way from memory by then.
	void expect(size_t hash) const
	{
		if (!memos_.empty()) {
			__builtin_prefetch(&memos_[hash % memos_.size()]);
		}
	}

	// Valid until the next call.
	TextMemo &of(std::string_view text, size_t hash)
	{
		if (memos_.empty()) {
			memos_.resize(kFewest);
		}
		TextMemo &memo = memos_[hash % memos_.size()];
		if (memo.is_of(text, hash) && memo.is_used()) {
			return memo;
		}
		if (memo.is_used() && ++driven_out_ >= memos_.size() && memos_.size() < kMost) {
			grow();
			return of(text, hash);
		}
		memo.begin(text, hash);
		return memo;
	}

private:
	static constexpr size_t kFewest = 256, kMost = 16384;

	void grow()
	{
		std::vector<TextMemo> more(memos_.size() * 4);
		for (TextMemo &memo : memos_) {
			if (memo.is_used()) {
				more[memo.hash() % more.size()] = std::move(memo);
			}
		}
		memos_ = std::move(more);
		driven_out_ = 0;
	}

	std::vector<TextMemo> memos_;
	size_t driven_out_ = 0; // texts, since there are that many places
};

} // namespace falco::matcher
