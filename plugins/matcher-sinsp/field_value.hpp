// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace falco::matcher {

// What an event has for a field, as libsinsp keeps it; valid until the next event. Texts are without what ends them.
struct FieldValue {
	const char *data = nullptr; // null: the event has no such field
	uint32_t size = 0;
	// A text that goes on after a NUL byte, which libsinsp's operators treat in different ways.
	bool odd = false;

	std::string_view bytes() const { return {data, size}; }
};

inline FieldValue text_value(std::string_view text)
{
	return {text.data(), static_cast<uint32_t>(text.size())};
}

// Of a number that is kept elsewhere.
template <typename Number>
FieldValue number_value(const Number &number)
{
	return {reinterpret_cast<const char *>(&number), sizeof number};
}

} // namespace falco::matcher
