// SPDX-License-Identifier: Apache-2.0
#include "argument.hpp"

#include <algorithm>
#include <cstring>

namespace falco::matcher {

namespace {

constexpr size_t kMostTexts = 4096;   // a program may try out all flags there are
constexpr size_t kLongestPath = 1000; // libsinsp has a limit of its own above that

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

// Whether libsinsp would leave out nothing of a path or write it in another way: all can be printed, and there are no
// repeated slashes and parts that begin with a dot. `before`: what comes before it.
bool is_plain(std::string_view path, char before)
{
	for (const char c : path) {
		if (c < ' ' || c > '~' || (before == '/' && (c == '/' || c == '.'))) {
			return false;
		}
		before = c;
	}
	return true;
}

Value number_of(const sinsp_evt_param &argument, uint16_t code)
{
	uint32_t number = 0;
	if (argument.m_len == 0 || argument.m_len > sizeof number) {
		return {Form::other, {}};
	}
	std::memcpy(&number, argument.m_val, argument.m_len);
	return {Form::number, {}, Argument::Number{code} << 48 | Argument::Number{argument.m_len} << 32 | number};
}

} // namespace

std::optional<std::string_view> absolute_path(const sinsp_evt_param &argument, bool is_normal)
{
	const auto path = ended_text(argument);
	if (!path || path->empty() || path->front() != '/') {
		return std::nullopt;
	}
	if (is_normal) {
		return path->back() != '/' && is_plain(*path, 0) ? path : std::nullopt;
	}
	const bool printable = std::all_of(path->begin(), path->end(), [](char c) { return c >= ' ' && c <= '~'; });
	return printable ? path : std::nullopt;
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
		return path(event, position);
	case PT_MODE:
	case PT_UINT8:
	case PT_UINT16:
	case PT_UINT32:
	case PT_FLAGS8:
	case PT_FLAGS16:
	case PT_FLAGS32:
	case PT_ENUMFLAGS8:
	case PT_ENUMFLAGS16:
	case PT_ENUMFLAGS32:
		return number_of(argument, code);
	default:
		return {Form::other, {}};
	}
}

// libsinsp puts the folder before a relative path, and leaves out what cannot be printed.
Value Argument::path(sinsp_evt *event, uint8_t position)
{
	const sinsp_evt_param &argument = *event->get_param(position);
	if (const auto whole = absolute_path(argument, false)) {
		return {Form::text, *whole};
	}
	const auto part = ended_text(argument);
	sinsp_threadinfo *thread = event->get_thread_info();
	if (!part || part->empty() || part->back() == '/' || !is_plain(*part, '/') || *part == "<NA>" || !thread) {
		return {Form::other, {}};
	}
	const std::string folder = event->get_base_dir(position, thread);
	if (folder.empty() || folder.front() != '/' || folder.back() != '/' || !is_plain(folder, 0) ||
	    folder.size() + part->size() > kLongestPath) {
		return {Form::other, {}};
	}
	path_.assign(folder).append(*part);
	return {Form::text, path_};
}

TextMemo *Argument::find(Number number)
{
	const auto found = texts_.find(number);
	return found == texts_.end() ? nullptr : &found->second;
}

TextMemo *Argument::keep(Number number, std::string_view text)
{
	if (texts_.size() >= kMostTexts) {
		texts_.clear();
	}
	TextMemo &memo = texts_[number];
	memo.begin(text, TextMemo::hash_of(text));
	return &memo;
}

} // namespace falco::matcher
