// SPDX-License-Identifier: Apache-2.0
#include "host/app/plugin_commands.hpp"

#include "host/app/text_table.hpp"
#include "host/error.hpp"
#include "host/plugins/library.hpp"
#include "host/plugins/plugin.hpp"

#include <filesystem>
#include <iostream>

namespace falco::host {

using nlohmann::json;

namespace {

json describe(const std::string &name, const std::string &folder)
{
	json entry{{"library", name}, {"file", folder + "/" + name + ".so"}};
	try {
		const Plugin plugin = load_plugin(name, folder);
		entry["name"] = plugin.table->name;
		entry["kind"] = kind_name(plugin.table->kind);
		entry["version"] = plugin.table->version;
		entry["abi"] = std::to_string(plugin.table->abi_major) + "." + std::to_string(plugin.table->abi_minor);
		entry["description"] = plugin.table->description;
	} catch (const Error &error) {
		entry["refused"] = error.what();
	}
	return entry;
}

std::string as_text(const json &entries, const std::string &folder)
{
	std::vector<std::vector<std::string>> good{{"LIBRARY", "KIND", "VERSION", "ABI", "DESCRIPTION"}};
	std::string refused;
	for (const json &entry : entries) {
		if (entry.contains("refused")) {
			refused += "  " + entry["refused"].get<std::string>() + "\n";
			continue;
		}
		good.emplace_back();
		for (const char *key : {"library", "kind", "version", "abi", "description"})
			good.back().push_back(entry[key].get<std::string>());
	}
	std::string text = "Plugins in " + folder + "\n";
	text += good.size() > 1 ? "\n" + text_table(good) : "none\n";
	if (!refused.empty()) text += "\nRefused:\n" + refused;
	return text;
}

} // namespace

int plugin_list(const std::string &plugin_dir, bool as_json)
{
	std::error_code failure;
	const std::string folder = std::filesystem::absolute(plugin_dir, failure).lexically_normal().string();
	if (failure || !std::filesystem::is_directory(folder, failure)) {
		std::cerr << "falco: there is no plugin folder " << plugin_dir
			  << ": name another one with --plugin-dir\n";
		return 1;
	}
	json entries = json::array();
	for (const std::string &name : list_libraries(folder))
		entries.push_back(describe(name, folder));
	if (as_json)
		std::cout << entries.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
	else
		std::cout << as_text(entries, folder);
	return 0;
}

} // namespace falco::host
