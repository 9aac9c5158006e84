// SPDX-License-Identifier: Apache-2.0
//
// The texts of an argument that is a set of flags, as `evt.arg.NAME` gives them. libsinsp makes the text anew for every
// event; it depends on the event's type and the value alone, and few values are in use.
#pragma once

#include "text_memo.hpp"

#include <libsinsp/sinsp.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace falco::matcher {

class FlagTexts {
public:
	// Of the argument NAME.
	explicit FlagTexts(std::string name);

	// What stands for the event's value of this argument; nothing when the argument is no set of flags.
	using Key = uint64_t;
	std::optional<Key> key_of(sinsp_evt *event);

	// The text kept for it, and what checks said about it; or null.
	TextMemo *find(Key key);

	// Keeps a text, and returns where it is until the next call.
	TextMemo *keep(Key key, std::string text);

private:
	static constexpr uint8_t kNotLookedFor = 0xff, kNone = 0xfe;
	uint8_t find_position(sinsp_evt *event) const;

	std::string name_;
	std::array<uint8_t, PPM_EVENT_MAX> position_; // among the event's arguments
	std::unordered_map<Key, TextMemo> texts_;
};

} // namespace falco::matcher
