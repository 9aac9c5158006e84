// SPDX-License-Identifier: Apache-2.0
#include "request_body.hpp"

#include <nlohmann/json.hpp>
#include <zlib.h>

#include <algorithm>
#include <stdexcept>

bool is_json(std::string_view line)
{
	return !line.empty() && line.front() == '{' && nlohmann::json::accept(line);
}

std::string request_body(BodyForm form, const std::vector<std::string_view> &lines)
{
	std::string body;
	for (const std::string_view line : lines) {
		if (form == BodyForm::array) {
			body += body.empty() ? '[' : ',';
			if (is_json(line)) {
				body += line;
			} else {
				body += nlohmann::json(line).dump(-1, ' ', false,
								  nlohmann::json::error_handler_t::replace);
			}
		} else {
			body += line;
			if (form == BodyForm::lines) body += '\n';
		}
	}
	if (form == BodyForm::array) body += ']';
	return body;
}

const char *content_type(BodyForm form, const std::vector<std::string_view> &lines)
{
	if (form == BodyForm::array) return "application/json";
	if (!std::all_of(lines.begin(), lines.end(), is_json)) return "text/plain; charset=utf-8";
	return form == BodyForm::lines ? "application/x-ndjson" : "application/json";
}

std::string gzip(const std::string &text)
{
	constexpr int kGzip = 16 + MAX_WBITS, kMemory = 8;
	z_stream stream{};
	if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
		throw std::runtime_error("zlib cannot be set up");
	std::string packed(deflateBound(&stream, text.size()), '\0');
	stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(text.data()));
	stream.avail_in = static_cast<uInt>(text.size());
	stream.next_out = reinterpret_cast<Bytef *>(packed.data());
	stream.avail_out = static_cast<uInt>(packed.size());
	const int result = deflate(&stream, Z_FINISH);
	packed.resize(stream.total_out);
	deflateEnd(&stream);
	if (result != Z_STREAM_END) throw std::runtime_error("zlib failed");
	return packed;
}
