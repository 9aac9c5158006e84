// SPDX-License-Identifier: Apache-2.0
//
// A .scap file is a row of blocks: type, total length, content, total length again, at multiples of four bytes. An
// event in one is a header, the lengths of its parameters, their bytes.
#include "damaged_trace.hpp"

#include <libscap/scap.h>
#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace falco::matcher {

namespace {

// Block types of libscap's file format that hold an event.
constexpr uint32_t kEvent = 0x216, kEventLarge = 0x221;
constexpr uint32_t kEventWithFlags = 0x217, kEventWithFlagsLarge = 0x222;

std::string read_all(const std::string &path)
{
	const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
	if (!file) {
		throw std::runtime_error("cannot read " + path);
	}
	std::string data;
	char part[1 << 16];
	for (int got; (got = gzread(file.get(), part, sizeof part)) > 0;) {
		data.append(part, static_cast<size_t>(got));
	}
	return data;
}

uint32_t number_at(const std::string &data, size_t at)
{
	uint32_t number;
	std::memcpy(&number, data.data() + at, sizeof number);
	return number;
}

class Damage {
public:
	explicit Damage(unsigned seed) : random_(seed) {}

	// `block`: the content of an event's block; the event begins `at` bytes into it.
	std::string apply(const std::string &block, size_t at, bool large)
	{
		if (below(3) != 0) {
			return block;
		}
		ppm_evt_hdr header;
		std::memcpy(&header, block.data() + at, sizeof header);
		const auto category = scap_get_event_info_table()[header.type].category;
		if ((category & (EC_INTERNAL | EC_METAEVENT)) != 0) {
			return block; // libsinsp's own notes, without which it does not begin
		}
		auto params = params_of(block, at, header, large);
		if (below(50) == 0) {
			header.type = static_cast<uint16_t>(PPM_EVENT_MAX + below(100));
		}
		if (below(10) == 0 && !params.empty()) {
			params.resize(below(params.size())); // as an older recording has them
		}
		for (std::string &param : params) {
			if (below(3) == 0) {
				param = damaged(param);
			}
			param.resize(std::min<size_t>(param.size(), large ? 1 << 20 : UINT16_MAX));
		}
		return block.substr(0, at) + encode(header, params, large);
	}

private:
	size_t below(size_t limit) { return random_() % limit; }
	char any_byte() { return static_cast<char>(below(256)); }

	static std::vector<std::string> params_of(const std::string &block, size_t at, const ppm_evt_hdr &header,
						  bool large)
	{
		const size_t width = large ? sizeof(uint32_t) : sizeof(uint16_t);
		size_t length_at = at + sizeof header, value_at = length_at + width * header.nparams;
		std::vector<std::string> params;
		for (uint32_t i = 0; i < header.nparams; i++, length_at += width) {
			uint32_t length = 0;
			std::memcpy(&length, block.data() + length_at, width);
			params.push_back(block.substr(value_at, length));
			value_at += length;
		}
		return params;
	}

	static std::string encode(ppm_evt_hdr header, const std::vector<std::string> &params, bool large)
	{
		std::string lengths, values;
		for (const std::string &param : params) {
			const auto length = static_cast<uint32_t>(param.size());
			lengths.append(reinterpret_cast<const char *>(&length), large ? 4 : 2);
			values += param;
		}
		header.nparams = static_cast<uint32_t>(params.size());
		header.len = static_cast<uint32_t>(sizeof header + lengths.size() + values.size());
		return std::string(reinterpret_cast<const char *>(&header), sizeof header) + lengths + values;
	}

	std::string damaged(std::string param)
	{
		switch (below(8)) {
		case 0:
			return {};
		case 1:
			return param.substr(0, below(param.size() + 1));
		case 2: // no NUL byte at the end of a text
			return param.substr(0, param.empty() ? 0 : param.size() - 1);
		case 3:
			return param + param;
		case 4:
			param.insert(below(param.size() + 1), 1, '\0');
			return param;
		case 5:
			param.insert(below(param.size() + 1), 1, any_byte());
			return param;
		case 6:
			for (char &c : param) {
				c = below(4) == 0 ? any_byte() : c;
			}
			return param;
		default:
			return std::string(below(5000), static_cast<char>('a' + below(26))) + '\0';
		}
	}

	std::mt19937 random_;
};

} // namespace

void damage_trace(const std::string &from, const std::string &to, size_t events, unsigned seed)
{
	const std::string trace = read_all(from);
	std::ofstream out(to, std::ios::binary);
	Damage damage(seed);
	for (size_t at = 0; at + 8 <= trace.size() && events > 0;) {
		const uint32_t type = number_at(trace, at), length = number_at(trace, at + 4);
		const bool has_flags = type == kEventWithFlags || type == kEventWithFlagsLarge;
		const bool large = type == kEventLarge || type == kEventWithFlagsLarge;
		if (has_flags || large || type == kEvent) {
			// The processor's number, the flags, and then the event.
			const size_t begin = sizeof(uint16_t) + (has_flags ? sizeof(uint32_t) : 0);
			std::string content = damage.apply(trace.substr(at + 8, length - 12), begin, large);
			content.resize((content.size() + 3) / 4 * 4);
			const auto total = static_cast<uint32_t>(content.size() + 12);
			out.write(reinterpret_cast<const char *>(&type), sizeof type);
			out.write(reinterpret_cast<const char *>(&total), sizeof total);
			out << content;
			out.write(reinterpret_cast<const char *>(&total), sizeof total);
			events--;
		} else {
			out.write(trace.data() + at, length);
		}
		at += length;
	}
	if (!out.flush()) {
		throw std::runtime_error("cannot write " + to);
	}
}

} // namespace falco::matcher
