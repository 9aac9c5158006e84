// SPDX-License-Identifier: Apache-2.0
//
// The argument of an event that `evt.arg.NAME` shows, without the text that libsinsp makes anew for every event: a text
// or an absolute path stands in the event as it is, a relative one comes behind its folder, and the text for a small
// number, such as a set of flags or a file's mode, depends on the event's type and the value alone, of which few are in
// use.
#pragma once

#include "text_memo.hpp"

#include <libsinsp/sinsp.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace falco::matcher {

// The path in an argument if libsinsp would show it unchanged: absolute, printable, and with `is_normal` also without
// repeated or closing slashes and parts that begin with a dot. It has a NUL byte behind it.
std::optional<std::string_view> absolute_path(const sinsp_evt_param &argument, bool is_normal);

class Argument {
public:
	explicit Argument(std::string name);

	enum class Form {
		absent, // the event has no such argument
		text,   // `text` is what libsinsp would show
		number, // `number` stands for what libsinsp would show
		other   // libsinsp must be asked
	};
	using Number = uint64_t; // with the event's type
	struct Value {
		Form form;
		std::string_view text; // with a NUL byte behind it; until the next call
		Number number = 0;
	};
	Value value(sinsp_evt *event);

	// The text kept for a number, and what checks said about it; or null.
	TextMemo *find(Number number);

	// Keeps a text, and returns where it is until the next call.
	TextMemo *keep(Number number, std::string_view text);

private:
	static constexpr uint8_t kNotLookedFor = 0xff, kNone = 0xfe;
	uint8_t find_position(sinsp_evt *event) const;
	Value path(sinsp_evt *event, uint8_t position);

	std::string name_;
	std::array<uint8_t, PPM_EVENT_MAX> position_; // among the event's arguments
	std::unordered_map<Number, TextMemo> texts_;
	std::string path_; // a relative one behind its folder
};

} // namespace falco::matcher
