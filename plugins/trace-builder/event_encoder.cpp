// SPDX-License-Identifier: Apache-2.0
#include "plugins/trace-builder/event_encoder.hpp"

#include "plugins/family-sinsp/param_types.hpp"

#include <cstring>
#include <stdexcept>

namespace falco::trace {

using sinsp_family::is_text;
using sinsp_family::number_width;

namespace {

void append(EncodedEvent &event, const void *data, std::size_t size)
{
	const auto *bytes = static_cast<const char *>(data);
	event.insert(event.end(), bytes, bytes + size);
}

} // namespace

std::string encode_param(const Param &param, ppm_param_type type)
{
	if (const auto *number = std::get_if<std::uint64_t>(&param.value_)) {
		const std::size_t width = number_width(type);
		if (width == 0) throw std::logic_error("a number for a parameter that is not one");
		std::string bytes(width, '\0');
		std::memcpy(bytes.data(), number, width); // the format is little-endian, as every machine of ours is
		return bytes;
	}
	if (const auto *text = std::get_if<std::string>(&param.value_)) {
		if (!is_text(type)) throw std::logic_error("a string for a parameter that is not one");
		return *text + '\0';
	}
	if (number_width(type) != 0 || is_text(type)) throw std::logic_error("bytes for a parameter with a plain type");
	return std::get<Param::Bytes>(param.value_).data;
}

EncodedEvent encode_event(std::uint64_t time, std::uint64_t thread, ppm_event_code type, const Params &params)
{
	const ppm_event_info &info = scap_get_event_info_table()[type];
	if (params.size() != info.nparams) {
		throw std::logic_error(std::string(info.name) + " has " + std::to_string(info.nparams) +
				       " parameters, not " + std::to_string(params.size()));
	}

	std::vector<std::string> values;
	for (std::size_t index = 0; index < params.size(); ++index)
		values.push_back(encode_param(params[index], info.params[index].type));

	return encode_values(time, thread, type, values);
}

EncodedEvent encode_values(std::uint64_t time, std::uint64_t thread, ppm_event_code type,
			   const std::vector<std::string> &values)
{
	const ppm_event_info &info = scap_get_event_info_table()[type];
	EncodedEvent event(sizeof(ppm_evt_hdr));
	const bool large = (info.flags & EF_LARGE_PAYLOAD) != 0;
	for (const std::string &value : values) {
		const auto length = static_cast<std::uint32_t>(value.size());
		if (!large && length > UINT16_MAX)
			throw std::invalid_argument("a parameter of " + std::string(info.name) +
						    " has more than 65535 bytes");
		append(event, &length, large ? sizeof(std::uint32_t) : sizeof(std::uint16_t));
	}
	for (const std::string &value : values)
		append(event, value.data(), value.size());

	ppm_evt_hdr header{};
	header.ts = time;
	header.tid = thread;
	header.len = static_cast<std::uint32_t>(event.size());
	header.type = static_cast<std::uint16_t>(type);
	header.nparams = static_cast<std::uint32_t>(values.size());
	std::memcpy(event.data(), &header, sizeof header);
	return event;
}

std::vector<std::string> values_of(const ppm_evt_hdr &event)
{
	const bool large = (scap_get_event_info_table()[event.type].flags & EF_LARGE_PAYLOAD) != 0;
	const std::size_t width = large ? sizeof(std::uint32_t) : sizeof(std::uint16_t);
	const char *const lengths = reinterpret_cast<const char *>(&event) + sizeof event;
	const char *value = lengths + width * event.nparams;
	std::vector<std::string> values;
	for (std::uint32_t i = 0; i < event.nparams; ++i) {
		std::uint32_t length = 0;
		std::memcpy(&length, lengths + width * i, width);
		values.emplace_back(value, length);
		value += length;
	}
	return values;
}

Param::Bytes string_list(const std::vector<std::string> &strings)
{
	Param::Bytes list;
	for (const std::string &string : strings)
		list.data += string + '\0';
	return list;
}

} // namespace falco::trace
