// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/metric_reader.hpp"

#include <algorithm>
#include <string_view>

namespace falco::host {

namespace {

bool may_be_named(std::string_view name)
{
	return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
	});
}

} // namespace

void MetricReader::keep(const char *name, uint64_t value, bool is_counter)
{
	if (name && may_be_named(name)) {
		metrics_.push_back({name, value, is_counter});
		return;
	}
	if (!problem_.empty()) return;
	constexpr size_t kShown = 80;
	const std::string shown = name ? "'" + std::string(name).substr(0, kShown) + "'" : "NULL";
	problem_ = "metrics gave the name " + shown + ": names consist of a-z, 0-9, _ and .";
}

} // namespace falco::host
