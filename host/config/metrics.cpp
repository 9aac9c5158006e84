// SPDX-License-Identifier: Apache-2.0
#include "host/config/metrics.hpp"

#include "host/config/keys.hpp"
#include "host/config/messages.hpp"
#include "host/config/paths.hpp"
#include "host/config/readers.hpp"

namespace falco::host::config {

MetricsConfig read_metrics(const yaml::Node &root, const std::string &folder, std::vector<std::string> &warnings)
{
	MetricsConfig metrics;
	const yaml::Node *block = root.find("metrics");
	if (!block) return metrics;
	check_block(*block, "metrics", metrics_keys(), warnings);
	if (const yaml::Node *node = block->find("enabled")) metrics.enabled = read_bool(*node, "metrics.enabled");
	if (const yaml::Node *node = block->find("interval")) {
		metrics.interval = read_duration(*node, "metrics.interval");
		if (metrics.interval < std::chrono::seconds(1))
			throw wrong_value(*node, "metrics.interval", "a second or more");
	}
	if (const yaml::Node *node = block->find("output_file"))
		metrics.output_file = absolute_path(read_text(*node, "metrics.output_file", "a file"), folder);
	if (metrics.enabled && metrics.output_file.empty())
		throw yaml::Error(block->place, "metrics.enabled needs metrics.output_file: the file to write them to");
	return metrics;
}

} // namespace falco::host::config
