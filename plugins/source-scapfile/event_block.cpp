// SPDX-License-Identifier: Apache-2.0
#include "event_block.hpp"

#include "plugins/family-sinsp/param_types.hpp"

#include <array>
#include <vector>

namespace falco::scapfile {

namespace {

constexpr uint8_t kAnyLength = 0xff, kText = 0xfe;

// How long a parameter of this type is.
uint8_t length_of(ppm_param_type type)
{
	if (const size_t width = sinsp_family::number_width(type)) {
		return static_cast<uint8_t>(width);
	}
	return sinsp_family::is_text(type) ? kText : kAnyLength;
}

using Lengths = std::array<uint8_t, PPM_MAX_EVENT_PARAMS>;

const std::vector<Lengths> &lengths()
{
	static const std::vector<Lengths> all = [] {
		std::vector<Lengths> types(PPM_EVENT_MAX);
		for (size_t type = 0; type < types.size(); type++) {
			const auto &info = g_infotables.m_event_info[type];
			for (uint32_t i = 0; i < info.nparams; i++) {
				types[type][i] = length_of(info.params[i].type);
			}
		}
		return types;
	}();
	return all;
}

} // namespace

bool is_sound(const ppm_evt_hdr &header, const char *event, size_t size)
{
	const ppm_event_info &info = g_infotables.m_event_info[header.type];
	const size_t table = header.nparams * sizeof(uint16_t);
	if (header.len > size || header.nparams != info.nparams || header.len < sizeof header + table ||
	    (static_cast<unsigned>(info.flags) & EF_LARGE_PAYLOAD) != 0) {
		return false;
	}
	const Lengths &expected = lengths()[header.type];
	const char *length_at = event + sizeof header;
	const char *value = length_at + table;
	const char *const end = event + header.len;
	for (uint32_t i = 0; i < header.nparams; i++, length_at += sizeof(uint16_t)) {
		const auto length = number_at<uint16_t>(length_at);
		if (length > end - value) {
			return false;
		}
		if (expected[i] == kText) {
			if (length > 0 && value[length - 1] != '\0') {
				return false;
			}
		} else if (expected[i] != kAnyLength && length != expected[i]) {
			return false;
		}
		value += length;
	}
	return true;
}

} // namespace falco::scapfile
