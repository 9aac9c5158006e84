// SPDX-License-Identifier: Apache-2.0
#include "param_value.hpp"

#include "address.hpp"
#include "common/nearest.hpp"
#include "plugins/family-sinsp/param_types.hpp"

#include <libsinsp/events/sinsp_events.h>

#include <csignal>
#include <cstring>
#include <optional>
#include <vector>

namespace falco::trace_tool {

using sinsp_family::is_signed;
using sinsp_family::is_text;
using sinsp_family::number_width;
using yaml::Kind;
using yaml::Node;

namespace {

constexpr int kLastSignal = 64;

const ppm_name_value *flag_names(const ppm_param_info &param)
{
	switch (param.type) {
	case PT_FLAGS8:
	case PT_FLAGS16:
	case PT_FLAGS32:
	case PT_ENUMFLAGS8:
	case PT_ENUMFLAGS16:
	case PT_ENUMFLAGS32:
	case PT_MODE:
		return static_cast<const ppm_name_value *>(param.info);
	default:
		return nullptr;
	}
}

std::string number_bytes(std::uint64_t number, std::size_t width)
{
	std::string bytes(width, '\0');
	std::memcpy(bytes.data(), &number, width); // the format is little-endian, as every machine of ours is
	return bytes;
}

std::uint64_t number_of(const std::string &bytes)
{
	std::uint64_t number = 0;
	std::memcpy(&number, bytes.data(), std::min(bytes.size(), sizeof number));
	return number;
}

std::string hex_bytes(const Node &node, const std::string &what)
{
	const std::string &text = read_text(node, what + ".hex");
	std::string bytes;
	if (text.size() % 2 != 0 || text.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
		throw yaml::Error(node.place, what + ".hex must be two hexadecimal digits a byte");
	for (std::size_t i = 0; i < text.size(); i += 2)
		bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
	return bytes;
}

// The code of a system call, if this is the name of one and no other.
std::optional<std::int64_t> system_call(const std::string &name)
{
	const auto codes = libsinsp::events::event_names_to_sc_set({name});
	if (codes.size() != 1) return std::nullopt;
	return static_cast<std::int64_t>(*codes.begin());
}

// The parameter's number by its name, as far as its type has names.
std::optional<std::int64_t> named_number(const std::string &text, const ppm_param_info &param)
{
	if (param.type == PT_FD && text == "AT_FDCWD") return PPM_AT_FDCWD;
	if (param.type == PT_SIGTYPE)
		for (int signal = 1; signal <= kLastSignal; ++signal)
			if (const char *name = sigabbrev_np(signal); name && text == "SIG" + std::string(name))
				return signal;
	if (param.type == PT_SYSCALLID) return system_call(text);
	if (param.type == PT_BOOL && (text == "true" || text == "false")) return text == "true";
	return std::nullopt;
}

std::string encode_number(const Node &node, const ppm_param_info &param)
{
	const std::string what = std::string("parameter '") + param.name + "'";
	const std::size_t width = number_width(param.type);
	if (flag_names(param)) {
		const std::uint64_t flags = read_flags(node, what, flag_names(param));
		if (width < 8 && flags >> (8 * width) != 0)
			throw yaml::Error(node.place, what + " takes " + std::to_string(8 * width) + " bits");
		return number_bytes(flags, width);
	}
	if (node.kind == Kind::scalar)
		if (const auto number = named_number(node.text, param))
			return number_bytes(static_cast<std::uint64_t>(*number), width);
	if (param.type == PT_ERRNO || param.type == PT_FD)
		return number_bytes(static_cast<std::uint64_t>(read_result(node, what)), width);
	if (width == 8) return number_bytes(static_cast<std::uint64_t>(read_number(node, what)), width);
	const std::int64_t bound = std::int64_t{1} << (8 * width - (is_signed(param.type) ? 1 : 0));
	return number_bytes(
		static_cast<std::uint64_t>(read_number(node, what, is_signed(param.type) ? -bound : 0, bound - 1)),
		width);
}

std::string encode_descriptors(const Node &node, const std::string &what)
{
	std::string bytes = number_bytes(node.items.size(), 2);
	for (const Node &item : node.items) {
		const Node *fd = item.find("fd"), *events = item.find("events");
		if (!fd || !events || item.entries.size() != 2)
			throw yaml::Error(item.place, what + " is a list of {fd: NUMBER, events: NUMBER}");
		bytes += number_bytes(static_cast<std::uint64_t>(read_number(*fd, "fd")), 8) +
			 number_bytes(static_cast<std::uint64_t>(read_number(*events, "events", 0, UINT16_MAX)), 2);
	}
	return bytes;
}

std::string encode_dynamic(const Node &node, const ppm_param_info &param)
{
	const auto *variants = static_cast<const ppm_param_info *>(param.info);
	const std::string what = std::string("parameter '") + param.name + "'";
	std::vector<std::string> known;
	for (unsigned i = 0; variants && i < param.ninfo; ++i) {
		known.emplace_back(variants[i].name);
		if (node.entries.size() == 1 && node.entries[0].key == variants[i].name)
			return static_cast<char>(i) + encode_param(node.entries[0].value, variants[i]);
	}
	std::string list;
	for (const std::string &name : known)
		list += (list.empty() ? "" : ", ") + name;
	throw yaml::Error(node.place, what + " is a map with one of the keys hex, " + list);
}

std::string encode_list(const Node &node, const std::string &what)
{
	std::string bytes;
	for (const Node &item : node.items)
		bytes += read_text(item, what) + '\0';
	return bytes;
}

std::string describe_flags(std::uint64_t flags, const ppm_name_value *names, bool is_enum)
{
	std::string text;
	std::uint64_t left = flags;
	for (const ppm_name_value *name = names; name && name->name; ++name) {
		const bool fits =
			is_enum || name->value == 0 ? name->value == flags : (left & name->value) == name->value;
		if (!fits) continue;
		text += (text.empty() ? "" : "|") + std::string(name->name);
		left &= ~std::uint64_t{name->value};
		if (left == 0) break;
	}
	if (left == 0 && !text.empty()) return text;
	return text + (text.empty() ? "" : "|") + std::to_string(left);
}

std::string describe_number(const std::string &bytes, const ppm_param_info &param)
{
	std::uint64_t number = number_of(bytes);
	const bool is_enum =
		param.type == PT_ENUMFLAGS8 || param.type == PT_ENUMFLAGS16 || param.type == PT_ENUMFLAGS32;
	char text[32];
	if (param.type == PT_MODE || param.fmt == PF_OCT) {
		std::snprintf(text, sizeof text, "%#llo", static_cast<unsigned long long>(number));
		return text;
	}
	if (flag_names(param)) return describe_flags(number, flag_names(param), is_enum);
	if (param.type == PT_SIGTYPE && number > 0 && number < kLastSignal)
		if (const char *name = sigabbrev_np(static_cast<int>(number))) return "SIG" + std::string(name);
	if (param.type == PT_SYSCALLID && number < PPM_SC_MAX)
		for (const std::string &name :
		     libsinsp::events::sc_set_to_event_names({static_cast<ppm_sc_code>(number)}))
			if (system_call(name) == static_cast<std::int64_t>(number)) return name;
	if (!is_signed(param.type)) return std::to_string(number);
	const unsigned unused = static_cast<unsigned>(64 - 8 * bytes.size());
	const std::int64_t value = static_cast<std::int64_t>(number << unused) >> unused;
	if (param.type == PT_FD && value == PPM_AT_FDCWD) return "AT_FDCWD";
	if ((param.type == PT_ERRNO || param.type == PT_FD) && value < -1 && value > -200)
		if (const char *name = strerrorname_np(static_cast<int>(-value))) return name;
	return std::to_string(value);
}

std::string describe_strings(const std::string &bytes)
{
	std::string text;
	for (std::size_t begin = 0; begin < bytes.size();) {
		const std::size_t end = bytes.find('\0', begin);
		text += (text.empty() ? "" : ", ") + yaml_text(bytes.substr(begin, end - begin));
		begin = end + 1;
	}
	return "[" + text + "]";
}

std::string describe_descriptors(const std::string &bytes)
{
	std::string text;
	for (std::size_t at = 2; at + 10 <= bytes.size(); at += 10)
		text += (text.empty() ? "{fd: " : ", {fd: ") +
			std::to_string(static_cast<std::int64_t>(number_of(bytes.substr(at, 8)))) +
			", events: " + std::to_string(number_of(bytes.substr(at + 8, 2))) + "}";
	return "[" + text + "]";
}

// The most readable form; whether it is right for these bytes is found out by the caller.
std::string readable(const std::string &bytes, const ppm_param_info &param)
{
	if (number_width(param.type) > 0) return describe_number(bytes, param);
	switch (param.type) {
	case PT_SOCKADDR:
	case PT_SOCKTUPLE:
		return describe_address(bytes, param.type);
	case PT_FDLIST:
		return describe_descriptors(bytes);
	case PT_DYN: {
		const auto index = static_cast<unsigned char>(bytes[0]);
		if (index >= param.ninfo) return {};
		const auto &variant = static_cast<const ppm_param_info *>(param.info)[index];
		return "{" + std::string(variant.name) + ": " + describe_param(bytes.substr(1), variant) + "}";
	}
	default:
		break;
	}
	if (!is_utf8(bytes)) return {};
	if (is_text(param.type)) return yaml_text(bytes.substr(0, bytes.size() - 1));
	return bytes.back() == '\0' ? describe_strings(bytes) : yaml_text(bytes);
}

} // namespace

std::string encode_param(const Node &node, const ppm_param_info &param)
{
	const std::string what = std::string("parameter '") + param.name + "'";
	if (node.kind == Kind::null) return {};
	if (node.kind == Kind::map && node.entries.size() == 1 && node.entries[0].key == "hex")
		return hex_bytes(node.entries[0].value, what);
	if (number_width(param.type) > 0) return encode_number(node, param);
	switch (param.type) {
	case PT_SOCKADDR:
	case PT_SOCKTUPLE:
		return encode_address(node, param.type, what);
	case PT_FDLIST:
		return encode_descriptors(node, what);
	case PT_DYN:
		return encode_dynamic(node, param);
	default:
		break;
	}
	if (is_text(param.type)) return read_text(node, what) + '\0';
	return node.kind == Kind::sequence ? encode_list(node, what) : read_text(node, what);
}

std::string default_value(const ppm_param_info &param)
{
	return std::string(is_text(param.type) ? 1 : number_width(param.type), '\0');
}

std::string describe_param(const std::string &bytes, const ppm_param_info &param)
{
	if (bytes.empty()) return "null";
	const std::string text = readable(bytes, param);
	try {
		if (!text.empty() &&
		    encode_param(yaml::parse("x: " + text, "").root.entries.at(0).value, param) == bytes)
			return text;
	} catch (const std::exception &) {
		return yaml_hex(bytes); // a value that its type does not provide for
	}
	return yaml_hex(bytes);
}

} // namespace falco::trace_tool
