// SPDX-License-Identifier: Apache-2.0
#include "argument.hpp"

#include <cstring>

namespace falco::matcher {

namespace {

constexpr size_t kMostTexts = 4096; // a program may try out all flags there are

using Value = Argument::Value;
using Form = Argument::Form;

// The bytes up to the NUL byte that ends them; nothing if none does.
std::optional<std::string_view> ended_text(const sinsp_evt_param &argument)
{
	const void *end = std::memchr(argument.m_val, 0, argument.m_len);
	return end ? std::make_optional<std::string_view>(
			     argument.m_val, static_cast<size_t>(static_cast<const char *>(end) - argument.m_val))
		   : std::nullopt;
}

Value text_of(const sinsp_evt_param &argument)
{
	const auto text = ended_text(argument);
	return text ? Value{Form::text, *text} : Value{Form::other, {}};
}

// libsinsp puts the folder before a relative path, and leaves out what cannot be printed.
Value path_of(const sinsp_evt_param &argument)
{
	const auto path = absolute_path(argument, false);
	return path ? Value{Form::text, *path} : Value{Form::other, {}};
}

Value flags_of(const sinsp_evt_param &argument, uint16_t code)
{
	uint32_t flags = 0;
	if (argument.m_len == 0 || argument.m_len > sizeof flags) {
		return {Form::other, {}};
	}
	std::memcpy(&flags, argument.m_val, argument.m_len);
	return {Form::flags, {}, Argument::Flags{code} << 48 | Argument::Flags{argument.m_len} << 32 | flags};
}

} // namespace

std::optional<std::string_view> absolute_path(const sinsp_evt_param &argument, bool is_normal)
{
	const auto path = ended_text(argument);
	if (!path || path->empty() || path->front() != '/') {
		return std::nullopt;
	}
	char before = 0;
	for (const char c : *path) {
		if (c < ' ' || c > '~' || (is_normal && before == '/' && (c == '/' || c == '.'))) {
			return std::nullopt;
		}
		before = c;
	}
	return is_normal && before == '/' ? std::nullopt : path;
}

Argument::Argument(std::string name) : name_(std::move(name))
{
	position_.fill(kNotLookedFor);
}

uint8_t Argument::find_position(sinsp_evt *event) const
{
	const uint32_t count = event->get_info()->nparams;
	for (uint32_t i = 0; i < count && i < kNone; i++) {
		if (name_ == event->get_info()->params[i].name) {
			return static_cast<uint8_t>(i);
		}
	}
	return kNone;
}

Argument::Value Argument::value(sinsp_evt *event)
{
	const uint16_t code = event->get_type();
	uint8_t &position = position_.at(code);
	if (position == kNotLookedFor) {
		position = find_position(event);
	}
	if (position == kNone || position >= event->get_num_params()) { // an older recording may have fewer
		return {Form::absent, {}};
	}
	const sinsp_evt_param &argument = *event->get_param(position);
	switch (event->get_info()->params[position].type) {
	case PT_CHARBUF:
		return text_of(argument);
	case PT_FSPATH:
	case PT_FSRELPATH:
		return path_of(argument);
	case PT_FLAGS8:
	case PT_FLAGS16:
	case PT_FLAGS32:
	case PT_ENUMFLAGS8:
	case PT_ENUMFLAGS16:
	case PT_ENUMFLAGS32:
		return flags_of(argument, code);
	default:
		return {Form::other, {}};
	}
}

TextMemo *Argument::find(Flags flags)
{
	const auto found = texts_.find(flags);
	return found == texts_.end() ? nullptr : &found->second;
}

TextMemo *Argument::keep(Flags flags, std::string text)
{
	if (texts_.size() >= kMostTexts) {
		texts_.clear();
	}
	return &texts_.insert_or_assign(flags, TextMemo{std::move(text)}).first->second;
}

} // namespace falco::matcher
