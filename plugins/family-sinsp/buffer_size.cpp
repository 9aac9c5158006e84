// SPDX-License-Identifier: Apache-2.0
#include "buffer_size.hpp"

#include <falco/plugin.hpp>

#include <unistd.h>

namespace falco::sinsp_family {

namespace {

constexpr unsigned long kMegabyte = 1024UL * 1024UL;
constexpr unsigned kDefaultPreset = 4; // 8 MB

unsigned long page_size()
{
	return static_cast<unsigned long>(sysconf(_SC_PAGESIZE));
}

} // namespace

unsigned long buffer_size(const nlohmann::json &config)
{
	const bool has_bytes = config.contains("buffer_bytes");
	if (has_bytes && config.contains("buf_size_preset")) {
		throw falco::ConfigError("buf_size_preset and buffer_bytes both say how large a buffer is: remove one");
	}
	if (!has_bytes) {
		const unsigned preset = config.value("buf_size_preset", kDefaultPreset);
		return kMegabyte << (preset - 1); // the schema lets 1 to 10 pass
	}
	const auto bytes = config.at("buffer_bytes").get<unsigned long>();
	if ((bytes & (bytes - 1)) != 0 || bytes % page_size() != 0) {
		throw falco::ConfigError("buffer_bytes must be a power of two and a multiple of the page size (" +
					 std::to_string(page_size()) + "), not " + std::to_string(bytes));
	}
	return bytes;
}

void check_buffers_fit(unsigned long bytes, unsigned long buffers)
{
	const auto memory = static_cast<unsigned long>(sysconf(_SC_PHYS_PAGES)) * page_size();
	if (memory / bytes < buffers) {
		throw falco::ConfigError(std::to_string(buffers) + " buffers of " + std::to_string(bytes) +
					 " bytes are more than this machine's memory, " +
					 std::to_string(memory / kMegabyte) +
					 " MB: choose a smaller buf_size_preset or buffer_bytes");
	}
}

} // namespace falco::sinsp_family
