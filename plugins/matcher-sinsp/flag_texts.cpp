// SPDX-License-Identifier: Apache-2.0
#include "flag_texts.hpp"

#include <cstring>

namespace falco::matcher {

namespace {

constexpr size_t kMostTexts = 4096; // a program may try out all flags there are

bool is_flags(ppm_param_type type)
{
	switch (type) {
	case PT_FLAGS8:
	case PT_FLAGS16:
	case PT_FLAGS32:
	case PT_ENUMFLAGS8:
	case PT_ENUMFLAGS16:
	case PT_ENUMFLAGS32:
		return true;
	default:
		return false;
	}
}

} // namespace

FlagTexts::FlagTexts(std::string name) : name_(std::move(name))
{
	position_.fill(kNotLookedFor);
}

uint8_t FlagTexts::find_position(sinsp_evt *event) const
{
	const uint32_t count = event->get_info()->nparams;
	for (uint32_t i = 0; i < count && i < kNone; i++) {
		const auto &info = event->get_info()->params[i];
		if (name_ == info.name) {
			return is_flags(info.type) ? static_cast<uint8_t>(i) : kNone;
		}
	}
	return kNone;
}

std::optional<FlagTexts::Key> FlagTexts::key_of(sinsp_evt *event)
{
	const uint16_t code = event->get_type();
	uint8_t &position = position_.at(code);
	if (position == kNotLookedFor) {
		position = find_position(event);
	}
	if (position == kNone || position >= event->get_num_params()) { // an older recording may have fewer
		return std::nullopt;
	}
	const sinsp_evt_param *value = event->get_param(position);
	uint32_t flags = 0;
	if (value->m_len == 0 || value->m_len > sizeof flags) {
		return std::nullopt;
	}
	std::memcpy(&flags, value->m_val, value->m_len);
	return Key{code} << 48 | Key{value->m_len} << 32 | flags;
}

TextMemo *FlagTexts::find(Key key)
{
	const auto found = texts_.find(key);
	return found == texts_.end() ? nullptr : &found->second;
}

TextMemo *FlagTexts::keep(Key key, std::string text)
{
	if (texts_.size() >= kMostTexts) {
		texts_.clear();
	}
	return &texts_.insert_or_assign(key, TextMemo{std::move(text)}).first->second;
}

} // namespace falco::matcher
