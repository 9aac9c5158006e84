// SPDX-License-Identifier: Apache-2.0
#include "requirements.hpp"

#include "rules_file.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

namespace falco::matcher {

namespace {

using Version = std::array<uint32_t, 3>;

std::optional<Version> parse_version(const std::string &text)
{
	Version version = {};
	const char *at = text.data();
	const char *end = at + text.size();
	for (size_t part = 0; part < version.size(); part++) {
		const auto [behind, fault] = std::from_chars(at, end, version[part]);
		const bool last = part + 1 == version.size();
		if (fault != std::errc() || (last ? behind != end : behind == end || *behind != '.')) {
			return std::nullopt;
		}
		at = behind + 1;
	}
	return version;
}

bool is_number(const std::string &text)
{
	return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

std::optional<PluginRequirement::Alternative> read_plugin(const yaml::Node &node, Findings &findings)
{
	const auto *name = node.find("name");
	const auto *version = node.find("version");
	for (const auto *part : {name, version}) {
		if (!part || part->kind != yaml::Kind::scalar || part->text.empty()) {
			findings.error("bad-requirement", part ? part->place : node.place, "",
				       "a required plugin is written as {name: NAME, version: X.Y.Z}");
			return std::nullopt;
		}
	}
	if (!parse_version(version->text)) {
		findings.error("bad-requirement", version->place, "",
			       "'" + version->text + "' is no version: expected X.Y.Z, such as 0.7.0");
		return std::nullopt;
	}
	return PluginRequirement::Alternative{name->text, version->text};
}

} // namespace

void require_engine_version(const yaml::Node &value, RulesFiles &files, Findings &findings)
{
	const std::string text = is_number(value.text) ? "0." + value.text + ".0" : value.text;
	const auto required = parse_version(text);
	if (value.kind != yaml::Kind::scalar || !required) {
		findings.error("bad-requirement", value.place, "",
			       "'required_engine_version' must be a number, such as 17, or a version, such as 0.31.0");
		return;
	}
	const Version engine = *parse_version(kEngineVersion);
	if ((*required)[0] != engine[0] || *required > engine) {
		findings.error("engine-version", value.place, "",
			       "these rules need version " + text +
				       " of the rules language, and this falco understands version " + kEngineVersion);
	}
	if (*required > *parse_version(files.required_engine_version)) {
		files.required_engine_version = text;
	}
}

void require_plugin_versions(const yaml::Node &value, RulesFiles &files, Findings &findings)
{
	if (value.kind != yaml::Kind::sequence) {
		findings.error("bad-requirement", value.place, "",
			       std::string("'required_plugin_versions' must be a list, found ") +
				       yaml::describe_kind(value));
		return;
	}
	for (const auto &node : value.items) {
		std::vector<const yaml::Node *> written = {&node};
		const auto *alternatives = node.find("alternatives");
		if (alternatives && alternatives->kind != yaml::Kind::sequence) {
			findings.error("bad-requirement", alternatives->place, "",
				       std::string("'alternatives' must be a list of plugins, found ") +
					       yaml::describe_kind(*alternatives));
			continue;
		}
		for (size_t i = 0; alternatives && i < alternatives->items.size(); i++) {
			written.push_back(&alternatives->items[i]);
		}
		PluginRequirement requirement;
		std::set<std::string> names;
		std::string any;
		for (const auto *plugin : written) {
			auto alternative = read_plugin(*plugin, findings);
			if (!alternative) {
				break;
			}
			if (!names.insert(alternative->name).second) {
				findings.error("bad-requirement", plugin->place, "",
					       "the plugin '" + alternative->name + "' stands twice");
			}
			any += (any.empty() ? "" : " or ") + alternative->name + " " + alternative->version;
			requirement.alternatives.push_back(*std::move(alternative));
		}
		if (requirement.alternatives.size() == written.size()) {
			findings.error("missing-plugin", node.place, "",
				       "these rules need the plugin " + any +
					       ", and this falco has no plugins that add sources or fields to the "
					       "rules language");
			files.required_plugins.push_back(std::move(requirement));
		}
	}
}

} // namespace falco::matcher
