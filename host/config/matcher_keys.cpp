// SPDX-License-Identifier: Apache-2.0
#include "host/config/matcher_keys.hpp"

#include "host/config/instance.hpp"
#include "host/config/messages.hpp"
#include "host/config/paths.hpp"
#include "host/config/readers.hpp"

namespace falco::host::config {
namespace {

using yaml::Kind;
using yaml::Node;
using yaml::Place;

Place option_place(const char *option)
{
	return {std::make_shared<const std::string>(std::string("option ") + option), 0, 0};
}

// {KEY: VALUE}
Node make_map(const std::string &key, Node value)
{
	Node map;
	map.kind = Kind::map;
	map.place = value.place;
	map.entries.push_back({key, map.place, std::move(value)});
	return map;
}

// {enable: {rule: NAME}} and the like: an entry of the list `rules`.
Node make_selection(const char *option, const char *what, const char *key, const std::string &name)
{
	Node value = make_scalar(name, option_place(option));
	value.quoted = true;
	return make_map(what, make_map(key, std::move(value)));
}

std::vector<Node> selections_of(const ConfigRequest &request)
{
	std::vector<Node> selections;
	for (const auto &rule : request.disabled_rules)
		selections.push_back(make_selection("-D", "disable", "rule", rule));
	for (const auto &tag : request.disabled_tags)
		selections.push_back(make_selection("-T", "disable", "tag", tag));
	if (!request.enabled_tags.empty()) selections.push_back(make_selection("-t", "disable", "rule", "*"));
	for (const auto &tag : request.enabled_tags)
		selections.push_back(make_selection("-t", "enable", "tag", tag));
	return selections;
}

// The command line's selections come last, and the last one counts.
void hand_over_selections(const Node &root, const ConfigRequest &request, InstanceConfig &matcher)
{
	const Node *written = root.find("rules");
	if (written && written->kind != Kind::null) set_config(matcher, "rules", *written);
	const std::vector<Node> selections = selections_of(request);
	if (selections.empty()) return;
	Node all;
	if (const Node *configured = matcher.config.find("rules")) all = *configured;
	if (all.kind == Kind::null) {
		all.kind = Kind::sequence;
		all.place = selections.front().place;
	}
	all.items.insert(all.items.end(), selections.begin(), selections.end());
	set_config(matcher, "rules", all, true);
}

// The block `matcher` says what the config of the matcher's entry in `plugins` can say.
void merge_block(const Node &root, InstanceConfig &matcher)
{
	const Node *block = root.find("matcher");
	if (!block || block->kind != Kind::map) return;
	for (const yaml::Entry &entry : block->entries) {
		const Node *own = matcher.config.find(entry.key);
		if (own && yaml::to_json(*own) != yaml::to_json(entry.value))
			throw said_otherwise(entry.value.place, "matcher." + entry.key, own->place);
		if (own) continue;
		set_config(matcher, entry.key, entry.value);
		matcher.config.entries.back().place = entry.place; // of the key, for one that the matcher does not know
	}
}

} // namespace

void hand_to_matcher(const Node &root, const ConfigRequest &request, InstanceConfig &matcher)
{
	merge_block(root, matcher);
	const auto hand_choice = [&](const char *key, const std::vector<std::string> &choices) {
		const Node *node = root.find(key);
		if (node) set_config(matcher, key, make_scalar(choices[read_choice(*node, key, choices)], node->place));
	};
	hand_choice("rule_matching", {"first", "all"});
	hand_choice("ignored_events", {"warn", "strict"});
	if (const Node *node = root.find("priority")) {
		read_priority(*node, "priority");
		set_config(matcher, "priority", *node);
	}
	const Node *additions = root.find("append_output");
	if (additions && additions->kind != Kind::null) set_config(matcher, "append_output", *additions);
	const Node *explain = root.find("explain");
	if (explain && explain->kind != Kind::null) set_config(matcher, "explain", *explain);
	const Node *profile = root.find("profile");
	if (profile && profile->kind != Kind::null) {
		Node handed = *profile;
		if (Node *file = handed.find("file")) {
			file->text =
				absolute_path(read_text(*file, "profile.file", "a path"), request.working_directory);
		}
		set_config(matcher, "profile", handed);
	}
	hand_over_selections(root, request, matcher);
	if (request.match_all_events) {
		set_config(matcher, "match_all_events", make_scalar("true", option_place("-A")), true);
	}
}

} // namespace falco::host::config
