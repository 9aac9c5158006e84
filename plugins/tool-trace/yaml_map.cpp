// SPDX-License-Identifier: Apache-2.0
#include "yaml_map.hpp"

#include "common/nearest.hpp"
#include "param_value.hpp"

#include <algorithm>
#include <utility>

namespace falco::trace_tool {

using yaml::Kind;
using yaml::Node;

YamlMap::YamlMap(const Node &node, std::string what, const std::vector<std::string> &keys)
    : node_(node), what_(std::move(what))
{
	if (node.kind != Kind::map)
		throw yaml::Error(node.place, what_ + " must be a map, found " + yaml::describe_kind(node));
	for (const yaml::Entry &entry : node.entries) {
		if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
		std::string list;
		for (const std::string &key : keys)
			list += (list.empty() ? "" : ", ") + key;
		const std::string near = did_you_mean(entry.key, keys);
		throw yaml::Error(entry.place, what_ + " has no key '" + entry.key + "'" +
						       (near.empty() ? "; it may have " + list : near));
	}
}

const Node *YamlMap::find(const char *key) const
{
	const Node *const found = node_.find(key);
	return found && found->kind != Kind::null ? found : nullptr;
}

const Node &YamlMap::get(const char *key) const
{
	if (const Node *found = find(key)) return *found;
	throw yaml::Error(node_.place, what_ + " lacks the key '" + key + "'");
}

std::string YamlMap::text(const char *key) const
{
	return read_text(get(key), named(key));
}

std::string YamlMap::text(const char *key, const std::string &otherwise) const
{
	const Node *const found = find(key);
	return found ? read_text(*found, named(key)) : otherwise;
}

std::vector<std::string> YamlMap::texts(const char *key, const std::vector<std::string> &otherwise) const
{
	if (!find(key)) return otherwise;
	std::vector<std::string> texts;
	for (const Node &item : list(key))
		texts.push_back(read_text(item, named(key)));
	return texts;
}

std::int64_t YamlMap::number(const char *key, std::int64_t otherwise, std::int64_t minimum, std::int64_t maximum) const
{
	const Node *const found = find(key);
	return found ? read_number(*found, named(key), minimum, maximum) : otherwise;
}

bool YamlMap::flag(const char *key, bool otherwise) const
{
	const Node *const found = find(key);
	return found ? read_bool(*found, named(key)) : otherwise;
}

const std::vector<Node> &YamlMap::list(const char *key) const
{
	static const std::vector<Node> none;
	const Node *const found = find(key);
	if (!found) return none;
	if (found->kind != Kind::sequence)
		throw yaml::Error(found->place, named(key) + " must be a list, found " + yaml::describe_kind(*found));
	return found->items;
}

bool read_bool(const Node &node, const std::string &what)
{
	if (node.kind == Kind::scalar && !node.quoted && (node.text == "true" || node.text == "false"))
		return node.text == "true";
	throw yaml::Error(node.place, what + " must be true or false");
}

} // namespace falco::trace_tool
