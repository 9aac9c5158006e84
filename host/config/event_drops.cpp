// SPDX-License-Identifier: Apache-2.0
#include "host/config/event_drops.hpp"

#include "host/config/keys.hpp"
#include "host/config/messages.hpp"
#include "host/config/readers.hpp"

namespace falco::host::config {
namespace {

using yaml::Node;

constexpr const char *kBlock = "syscall_event_drops";
constexpr double kMostActions = 1e6; // a second, or at once

void read_actions(const Node &node, EventDropsConfig &drops)
{
	const std::string key = std::string(kBlock) + ".actions";
	drops.log = drops.alert = drops.exit = false;
	bool ignore = false;
	const auto take = [&](const Node &action, const std::string &name) {
		bool *const actions[] = {&ignore, &drops.log, &drops.alert, &drops.exit};
		*actions[read_choice(action, name, {"ignore", "log", "alert", "exit"})] = true;
	};
	if (node.kind == yaml::Kind::sequence) {
		for (size_t i = 0; i < node.items.size(); ++i)
			take(node.items[i], key + '[' + std::to_string(i) + ']');
	} else {
		take(node, key);
	}
	if (ignore && (drops.log || drops.alert)) {
		throw yaml::Error(node.place, key + ": 'ignore' goes neither with 'log' nor with 'alert'");
	}
}

} // namespace

EventDropsConfig read_event_drops(const Node &root, std::vector<std::string> &warnings)
{
	EventDropsConfig drops;
	const Node *block = root.find(kBlock);
	if (!block) return drops;
	check_block(*block, kBlock, event_drops_keys(), warnings);
	const auto read = [&](const char *name, double largest, double &value) {
		const Node *node = block->find(name);
		if (node) value = read_number(*node, std::string(kBlock) + '.' + name, 0, largest);
	};
	read("threshold", 1, drops.threshold);
	read("rate", kMostActions, drops.rate);
	read("max_burst", kMostActions, drops.max_burst);
	if (const Node *node = block->find("actions")) read_actions(*node, drops);
	if (const Node *node = block->find("simulate_drops")) {
		drops.simulate = read_bool(*node, std::string(kBlock) + ".simulate_drops");
	}
	return drops;
}

} // namespace falco::host::config
