// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>

namespace falco::host {

// A text that stays as it is and that copies have in common: thousands of rules name the same few fields. Copied and
// read on any thread.
class SharedText {
public:
	SharedText() = default;
	SharedText(std::string text)
	    : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text)))
	{
	}
	SharedText(const char *text) : SharedText(std::string(text)) {}

	const std::string &str() const
	{
		static const std::string kEmpty;
		return text_ ? *text_ : kEmpty;
	}
	operator const std::string &() const { return str(); }

private:
	std::shared_ptr<const std::string> text_; // null: empty
};

inline bool operator==(const SharedText &a, const std::string &b)
{
	return a.str() == b;
}

} // namespace falco::host
