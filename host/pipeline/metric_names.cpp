// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/metric_names.hpp"

namespace falco::host {

namespace {

std::string fitting(const std::string &output)
{
	std::string name;
	for (const char c : output) {
		const bool is_upper = c >= 'A' && c <= 'Z';
		const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
		name += is_upper ? static_cast<char>(c - 'A' + 'a') : fits ? c : '_';
	}
	return name;
}

} // namespace

std::string MetricNames::of(const std::string &output)
{
	const std::lock_guard<std::mutex> lock(mutex_);
	std::string &name = names_[output];
	if (!name.empty()) return name;
	const std::string wanted = fitting(output);
	name = wanted;
	for (int number = 2; !taken_.insert(name).second; ++number)
		name = wanted + '_' + std::to_string(number);
	return name;
}

} // namespace falco::host
