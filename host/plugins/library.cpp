// SPDX-License-Identifier: Apache-2.0
//
// The only place that uses Boost.DLL.
#include "host/plugins/library.hpp"

#include "common/nearest.hpp"
#include "host/error.hpp"
#include "host/plugins/checksum.hpp"
#include "host/plugins/elf_file.hpp"
#include "host/plugins/path_safety.hpp"
#include "host/plugins/plugin.hpp"
#include "host/plugins/table_check.hpp"

#include <boost/dll/shared_library.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>

namespace falco::host {

namespace {

// A library is never unmapped: its code may be running on a thread that was given up, its destructors may be
// registered with the C library, and sanitizers need it to name what they find. So the registry has no end.
struct Registry {
	std::mutex mutex;
	std::map<std::string, boost::dll::shared_library> libraries;
};

Registry &registry()
{
	static Registry *const forever = new Registry;
	return *forever;
}

// Boost wraps what the loader said into words about file descriptors.
std::string loader_text(const std::string &what)
{
	static const std::string begin = "dlerror system message: ";
	const size_t at = what.find(begin);
	if (at == std::string::npos) return what;
	const size_t end = what.rfind("): ");
	return what.substr(at + begin.size(), end == std::string::npos ? end : end - at - begin.size());
}

// A function that a plugin calls and nobody has is found when it is loaded, not on an event. Where the plugin itself
// was linked to be bound at once, its libraries may be bound as they are called: libsinsp has 15,000 functions to look
// up.
boost::dll::load_mode::type mode_for(const std::string &path)
{
	return binds_at_load(path) ? boost::dll::load_mode::rtld_lazy : boost::dll::load_mode::rtld_now;
}

} // namespace

const falco_plugin *open_library(const std::string &path)
{
	Registry &known = registry();
	const std::lock_guard<std::mutex> lock(known.mutex);
	boost::dll::shared_library &library = known.libraries[path];
	try {
		if (!library.is_loaded()) library.load(path, mode_for(path) | boost::dll::load_mode::rtld_local);
	} catch (const std::exception &error) {
		throw Error("plugin " + path + " cannot be loaded: " + loader_text(error.what()));
	}
	if (!library.has("falco_plugin_entry"))
		throw Error("plugin " + path +
			    " does not export falco_plugin_entry: it is not a falco plugin, or was built "
			    "without add_falco_plugin's settings");
	return &library.get<const falco_plugin>("falco_plugin_entry");
}

std::vector<std::string> list_libraries(const std::string &plugin_dir)
{
	std::vector<std::string> names;
	std::error_code ignored; // a folder that cannot be read is one without plugins; whoever names one is told
	for (std::filesystem::directory_iterator at(plugin_dir, ignored), end; at != end; at.increment(ignored))
		if (at->path().extension() == ".so") names.push_back(at->path().stem().string());
	std::sort(names.begin(), names.end());
	return names;
}

std::string find_library(const std::string &name_or_path, const std::string &plugin_dir)
{
	const bool is_path = name_or_path.find('/') != std::string::npos;
	if (is_path && name_or_path[0] != '/')
		throw Error("plugin " + name_or_path +
			    ": a path must be absolute; a name is looked for in the plugin folder");
	const std::string path = is_path ? name_or_path : plugin_dir + "/" + name_or_path + ".so";
	std::error_code ignored; // any trouble with the file: it is not there for us
	if (!name_or_path.empty() && std::filesystem::exists(path, ignored)) return path;
	if (is_path) throw Error("plugin " + path + ": no such file");
	throw Error("plugin '" + name_or_path + "': no such plugin in " + plugin_dir +
		    did_you_mean(name_or_path, list_libraries(plugin_dir)) +
		    "; `falco plugin list` shows what is there");
}

Plugin load_plugin(const std::string &name_or_path, const std::string &plugin_dir, const std::string &sha256)
{
	const std::string path = find_library(name_or_path, plugin_dir);
	require_safe_path(path, "plugin");
	if (!sha256.empty()) {
		const std::string actual = sha256_of_file(path);
		if (actual != sha256)
			throw Error("plugin " + path + " is not the file that was configured: its SHA-256 is " +
				    actual + ", expected " + sha256);
	}
	std::string problem = elf_problem(path);
	if (problem.empty()) {
		const falco_plugin *table = open_library(path);
		problem = table_problem(*table);
		if (problem.empty()) return {path, complete_table(*table)};
	}
	throw Error("plugin " + path + " " + problem);
}

} // namespace falco::host
