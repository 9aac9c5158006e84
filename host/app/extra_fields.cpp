// SPDX-License-Identifier: Apache-2.0
#include "host/app/extra_fields.hpp"

#include "common/nearest.hpp"
#include "host/config/instance.hpp"
#include "host/config/template.hpp"
#include "host/error.hpp"
#include "host/plugins/schema.hpp"

#include <algorithm>

namespace falco::host {

namespace {

constexpr const char *kSetting = "extra_fields";

// What stands between the innermost parentheses, without an argument in brackets.
std::string bare_name(const std::string &field)
{
	const size_t open = field.rfind('(');
	const size_t begin = open == std::string::npos ? 0 : open + 1;
	return field.substr(begin, std::min(field.find_first_of("[)", begin), field.size()) - begin);
}

// Some fields take what follows a further dot as their argument: evt.arg.flags.
bool is_known(const std::string &name, const std::vector<std::string> &known)
{
	return std::any_of(known.begin(), known.end(), [&](const std::string &field) {
		return name == field || (name.size() > field.size() && name.compare(0, field.size(), field) == 0 &&
					 name[field.size()] == '.');
	});
}

} // namespace

std::vector<WantedField> extra_fields(const Config &config)
{
	std::vector<WantedField> all;
	for (const InstanceConfig &output : config.outputs) {
		for (WantedField &field : config::wanted_fields(output)) {
			const bool is_there = std::any_of(all.begin(), all.end(), [&](const WantedField &other) {
				return other.name == field.name;
			});
			if (!is_there) {
				all.push_back(std::move(field));
			}
		}
	}
	return all;
}

void ask_for_fields(InstanceConfig &matcher, const std::vector<WantedField> &fields, const Plugin &plugin)
{
	if (fields.empty()) {
		return;
	}
	if (!plugin.table->config_schema || !Schema(plugin.table->config_schema).find_property(kSetting)) {
		throw yaml::Error(fields.front().place, "'" + fields.front().name + "': matcher '" + matcher.name +
								"' gives outputs no fields besides those of its rules");
	}
	yaml::Node list;
	list.kind = yaml::Kind::sequence;
	list.place = fields.front().place;
	for (const WantedField &field : fields) {
		list.items.push_back(config::make_scalar(field.name, field.place));
		list.items.back().quoted = true;
	}
	config::set_config(matcher, kSetting, list, true);
}

void check_fields(const std::vector<WantedField> &fields, Matcher &matcher)
{
	if (fields.empty()) {
		return;
	}
	std::vector<std::string> known;
	try {
		for (const auto &field : matcher.fields()) {
			known.push_back(field.at("name").get<std::string>());
		}
	} catch (const Error &) {
		return; // it does not list them, and says itself what it does not know
	}
	for (const WantedField &field : fields) {
		const std::string name = bare_name(field.name);
		if (is_known(name, known)) {
			continue;
		}
		std::vector<std::string> candidates = config::template_words();
		candidates.insert(candidates.end(), known.begin(), known.end());
		throw yaml::Error(field.place, "unknown field '" + field.name + "'" + did_you_mean(name, candidates));
	}
}

void mark_extra_fields(RuleSet &rules, const std::vector<WantedField> &fields, const std::string &matcher)
{
	const auto is_same = [](const WantedField &field, const std::string &name) { return field.name == name; };
	for (Rule &rule : rules) {
		if (rule.fields.size() < fields.size() ||
		    !std::equal(fields.begin(), fields.end(), rule.fields.end() - static_cast<long>(fields.size()),
				is_same)) {
			throw Error("matcher '" + matcher + "' does not give rule '" + rule.name +
				    "' the extra fields that it was asked for: the plugin is faulty");
		}
		rule.extra_fields = fields.size();
	}
}

} // namespace falco::host
