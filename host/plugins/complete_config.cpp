// SPDX-License-Identifier: Apache-2.0
#include "common/nearest.hpp"
#include "host/plugins/plugin.hpp"
#include "host/plugins/schema.hpp"

namespace falco::host {

using nlohmann::json;

namespace {

std::string join(const std::vector<std::string> &words)
{
	std::string text;
	for (const std::string &word : words)
		text += (text.empty() ? "" : ", ") + word;
	return text;
}

// "brokers[0].port"; a number is an index where the value is a list.
std::string path_text(const json &config, const std::vector<std::string> &path)
{
	std::string text;
	const json *value = &config;
	for (const std::string &step : path) {
		if (value->is_array()) {
			text += "[" + step + "]";
			value = &value->at(std::stoul(step));
		} else {
			text += (text.empty() ? "" : ".") + step;
			value = &value->at(step);
		}
	}
	return text;
}

// Where the path stands in the file, or as much of it as was written there.
yaml::Place place_of(const InstanceConfig &instance, const std::vector<std::string> &path)
{
	const yaml::Node *node = &instance.config;
	if (node->kind == yaml::Kind::null) return instance.place;
	for (const std::string &step : path) {
		const yaml::Node *below = nullptr;
		if (node->kind == yaml::Kind::map)
			below = node->find(step);
		else if (node->kind == yaml::Kind::sequence && std::stoul(step) < node->items.size())
			below = &node->items[std::stoul(step)];
		if (!below) break;
		node = below;
	}
	return node->place;
}

// The validator would only say that one of the keys is too many; here it is named with its place and what was meant.
void refuse_unknown_keys(const std::string &who, const Schema &schema, const json &unresolved, const yaml::Node &node)
{
	const json &part = schema.resolve(unresolved);
	if (node.kind == yaml::Kind::sequence) {
		for (size_t i = 0; i < node.items.size(); ++i)
			if (const json *below = schema.find_below(part, std::to_string(i)))
				refuse_unknown_keys(who, schema, *below, node.items[i]);
		return;
	}
	if (node.kind != yaml::Kind::map || !part.is_object()) return;
	const bool closed = part.contains("additionalProperties") && part["additionalProperties"] == false &&
			    !part.contains("patternProperties");
	std::vector<std::string> known;
	const json properties = part.value("properties", json::object());
	for (const auto &property : properties.items())
		known.push_back(property.key());
	for (const yaml::Entry &entry : node.entries) {
		if (const json *below = schema.find_below(part, entry.key))
			refuse_unknown_keys(who, schema, *below, entry.value);
		else if (closed)
			throw yaml::Error(entry.place, who + ": unknown key '" + entry.key + "'" +
							       did_you_mean(entry.key, known) +
							       (known.empty() ? "" : "; known are: " + join(known)));
	}
}

} // namespace

json complete_config(const Plugin &plugin, const InstanceConfig &instance, const json &defaults)
{
	const std::string who = kind_name(plugin.table->kind) + " '" + instance.name + "'";
	const yaml::Node &node = instance.config;
	if (node.kind != yaml::Kind::null && node.kind != yaml::Kind::map)
		throw yaml::Error(node.place,
				  who + ": its configuration must be a map, not " + yaml::describe_kind(node));
	if (!plugin.table->config_schema) {
		if (!node.entries.empty())
			throw yaml::Error(node.entries[0].place, who + ": unknown key '" + node.entries[0].key +
									 "': this plugin takes no configuration");
		return json::object();
	}
	const Schema schema(plugin.table->config_schema);
	refuse_unknown_keys(who, schema, schema.tree(), node);
	json config = node.kind == yaml::Kind::map ? yaml::to_json(node) : json::object();
	for (const auto &[key, value] : defaults.items())
		if (!config.contains(key) && schema.find_property(key)) config[key] = value;
	schema.fill_defaults(config);
	if (const auto fault = schema.check(config)) {
		const std::string path = path_text(config, fault->path);
		throw yaml::Error(place_of(instance, fault->path),
				  who + ": " + (path.empty() ? "" : path + ": ") + fault->message);
	}
	return config;
}

} // namespace falco::host
