// SPDX-License-Identifier: Apache-2.0
#include "host/config/instances.hpp"

#include "host/config/keys.hpp"
#include "host/config/messages.hpp"

#include <map>

namespace falco::host::config {

std::vector<ListedInstance> read_plugins(const yaml::Node &root, const InstanceContext &context)
{
	std::vector<ListedInstance> listed;
	const yaml::Node *plugins = root.find("plugins");
	if (!plugins || plugins->kind == yaml::Kind::null) return listed;
	if (plugins->kind != yaml::Kind::sequence) throw wrong_value(*plugins, "plugins", "a list of plugin instances");
	for (const yaml::Node &entry : plugins->items) {
		listed.push_back(read_entry(entry, "plugins[" + std::to_string(listed.size()) + ']', context));
	}
	return listed;
}

std::vector<InstanceConfig> read_output_blocks(const yaml::Node &root, const InstanceContext &context)
{
	std::vector<InstanceConfig> outputs;
	for (const yaml::Entry &entry : root.entries) {
		if (!is_output_block(entry.key)) continue;
		if (auto output = read_output_block(entry, context)) outputs.push_back(std::move(*output));
	}
	return outputs;
}

void check_names(const std::vector<const InstanceConfig *> &instances)
{
	std::map<std::string, yaml::Place> seen;
	for (const InstanceConfig *instance : instances) {
		const auto [first, added] = seen.emplace(instance->name, instance->place);
		if (!added) throw name_twice(instance->place, instance->name, first->second);
	}
}

} // namespace falco::host::config
