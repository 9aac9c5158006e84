// SPDX-License-Identifier: Apache-2.0
//
// A field that rules look at, read at most once an event, however many checks ask for it.
#pragma once

#include "argument.hpp"
#include "field_value.hpp"
#include "several_values.hpp"
#include "text_memo.hpp"

#include <libsinsp/filter_check_list.h>
#include <libsinsp/sinsp.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace falco::matcher {

class Field {
public:
	// Whether libsinsp compares this field by comparing the one value that it extracts, and extracts the same value
	// however often it is asked: a field to which `Field` applies. `name` with its argument, as in rules.
	static bool is_plain(const std::string &name);
	// Whether a comparison of the field holds when it does for one of several values (but libsinsp may have another
	// opinion of some of them).
	static bool has_several(const std::string &name);

	// `check`: libsinsp's check for a field that is plain, for what transformers make of one, or for a field with
	// several values; with the name parsed and the transformers added. `name` with them.
	Field(const std::string &name, std::unique_ptr<sinsp_filter_check> check);

	const std::string &name() const { return name_; }
	bool is_text() const { return is_text_; }
	ppm_param_type type() const { return type_; }

	bool has_several() const { return several_ != nullptr; }

	// Of a field that has one value. `look` is another number for every event. On the capture thread.
	const FieldValue &value(sinsp_evt *event, uint64_t look)
	{
		if (look_ != look) {
			read(event);
			look_ = look;
		}
		return value_;
	}

	// Of a field that has several.
	const std::vector<FieldValue> &values(sinsp_evt *event, uint64_t look)
	{
		if (look_ != look) {
			values_.clear();
			several_->read(event, values_);
			look_ = look;
		}
		return values_;
	}

	// A number for one more check of the field's text.
	unsigned add_test() { return tests_++; }

	// Where the checks keep what they said about the text looked at; null: it is not worth it.
	TextMemo *memo()
	{
		return !memo_ && tests_ >= kEnoughTests && value_.size >= kEnoughText ? &memo_of_text() : memo_;
	}
	// The same, whether it is worth it or not. The field must have a text, and stays the event's until the next
	// one.
	TextMemo &memo_of_text()
	{
		if (!memo_) {
			expect_memo();
			memo_ = &memos_.of({value_.data, value_.size}, hash_);
		}
		return *memo_;
	}
	// Of one of several texts; valid until the next call.
	TextMemo &memo_of(std::string_view text) { return memos_.of(text, TextMemo::hash_of(text)); }
	// Has memo_of_text wait less. The field must have a text.
	void expect_memo()
	{
		if (!memo_ && !is_hashed_) {
			hash_ = TextMemo::hash_of({value_.data, value_.size});
			is_hashed_ = true;
			memos_.expect(hash_);
		}
	}

	// Whether it is read without libsinsp's check.
	bool is_quick() const { return quick_ || argument_; }

	// What a value is put into that libsinsp keeps nowhere.
	struct Scratch {
		int64_t number = 0;
		uint32_t id = 0;
		std::string text;
	};
	// Reads the value where libsinsp keeps it, without its check; nothing: the check must be asked.
	using QuickReader = std::optional<FieldValue> (*)(sinsp_evt *event, Scratch &scratch);

private:
	// Less is quicker than to look the text up.
	static constexpr unsigned kEnoughTests = 3;
	static constexpr uint32_t kEnoughText = 8;

	void read(sinsp_evt *event);
	FieldValue extract(sinsp_evt *event);
	FieldValue read_argument(sinsp_evt *event);

	std::string name_;
	std::unique_ptr<sinsp_filter_check> check_;
	std::unique_ptr<SeveralValues> several_; // null: it has one
	QuickReader quick_;
	std::optional<Argument> argument_; // of evt.arg.NAME
	ppm_param_type type_;
	bool is_text_;
	bool moves_; // the event overwrites the value when another field of it is read
	std::vector<extract_value_t> extracted_;
	Scratch scratch_;
	FieldValue value_;
	std::vector<FieldValue> values_;
	uint64_t look_ = 0;
	unsigned tests_ = 0;
	TextMemos memos_;
	TextMemo *memo_ = nullptr; // of the text looked at, once it was looked up
	bool is_hashed_ = false;
	size_t hash_ = 0; // of that text, once it was needed
};

} // namespace falco::matcher
