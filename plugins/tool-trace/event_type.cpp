// SPDX-License-Identifier: Apache-2.0
#include "event_type.hpp"

#include "common/nearest.hpp"
#include "param_value.hpp"

#include <algorithm>

namespace falco::trace_tool {

std::vector<ppm_event_code> types_named(const std::string &name, bool is_exit)
{
	std::vector<ppm_event_code> types;
	for (unsigned code = is_exit ? 1 : 0; code < PPM_EVENT_MAX; code += 2)
		if (name == scap_get_event_info_table()[code].name) types.push_back(static_cast<ppm_event_code>(code));
	return types;
}

ppm_event_code read_type(const yaml::Node &name, bool is_exit, const yaml::Node *version)
{
	const std::string key = is_exit ? "exit" : "enter";
	const std::vector<ppm_event_code> types = types_named(read_text(name, key), is_exit);
	if (types.empty()) {
		std::vector<std::string> known;
		for (unsigned code = is_exit ? 1 : 0; code < PPM_EVENT_MAX; code += 2)
			known.emplace_back(scap_get_event_info_table()[code].name);
		throw yaml::Error(name.place,
				  "there is no event '" + name.text + "' to " + key + did_you_mean(name.text, known));
	}
	if (!version) return types.back();
	const auto number = read_number(*version, "version", 1, static_cast<std::int64_t>(types.size()));
	return types[static_cast<std::size_t>(number - 1)];
}

std::string describe_type(ppm_event_code type)
{
	const bool is_exit = type % 2 == 1;
	const char *const name = scap_get_event_info_table()[type].name;
	const std::vector<ppm_event_code> types = types_named(name, is_exit);
	std::string text = (is_exit ? "exit: " : "enter: ") + yaml_text(name);
	const auto at = std::find(types.begin(), types.end(), type);
	if (type != types.back()) text += ", version: " + std::to_string(at - types.begin() + 1);
	return text;
}

std::vector<std::string> param_keys(const ppm_event_info &info)
{
	std::vector<std::string> keys;
	for (unsigned i = 0; i < info.nparams; ++i) {
		const std::string name = info.params[i].name;
		std::string key = name;
		for (int number = 2; std::find(keys.begin(), keys.end(), key) != keys.end(); ++number)
			key = name + "_" + std::to_string(number);
		keys.push_back(key);
	}
	return keys;
}

} // namespace falco::trace_tool
