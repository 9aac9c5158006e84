// SPDX-License-Identifier: Apache-2.0
#include "host/app/tool_run.hpp"

#include "host/app/paths.hpp"
#include "host/app/progress_bar.hpp"
#include "host/app/standard_output.hpp"
#include "host/error.hpp"
#include "host/plugins/crash.hpp"
#include "host/plugins/library.hpp"

#include <cstdio>
#include <filesystem>
#include <unistd.h>

namespace falco::host {

namespace {

const std::string kPrefix = "tool-";

} // namespace

std::vector<std::string> list_tools(const std::string &plugin_dir)
{
	std::vector<std::string> names;
	for (const std::string &library : list_libraries(plugin_dir))
		if (library.rfind(kPrefix, 0) == 0) names.push_back(library.substr(kPrefix.size()));
	return names;
}

Plugin load_tool(const std::string &name, const std::string &plugin_dir)
{
	const Plugin plugin =
		load_plugin(kPrefix + name, std::filesystem::absolute(plugin_dir).lexically_normal().string());
	if (plugin.table->kind != FALCO_KIND_TOOL)
		throw Error(plugin.path + " is of kind " + kind_name(plugin.table->kind) + ", a tool is expected");
	return plugin;
}

int run_tool(const ToolCall &call)
{
	install_crash_handler();
	HostServices services;
	services.version = FALCO_VERSION;
	services.hostname = "localhost";
	services.log_level = FALCO_LOG_WARN;
	services.log = [](const std::string &instance, falco_level, std::string_view text) {
		std::fprintf(stderr, "falco %s: %.*s\n", instance.c_str(), static_cast<int>(text.size()), text.data());
	};
	StandardOutput out;
	ProgressBar bar;
	const ToolStreams streams{[&](std::string_view text) {
					  bar.make_way();
					  out.write(text);
				  },
				  [&](std::string_view text) {
					  bar.clear();
					  std::fwrite(text.data(), 1, text.size(), stderr);
				  },
				  bar.is_shown()
					  ? std::function<void(uint64_t, uint64_t)>(
						    [&](uint64_t done, uint64_t total) { bar.show(done, total); })
					  : nullptr};
	try {
		Tool tool(load_tool(call.tool, call.plugin_dir.empty() ? default_plugin_dir() : call.plugin_dir),
			  call.tool, services);
		const int status = tool.run(call.command, call.arguments, streams);
		out.finish();
		bar.clear();
		return status;
	} catch (const std::exception &error) {
		std::fflush(stdout);
		bar.clear();
		std::fprintf(stderr, "falco %s %s: %s\n", call.tool.c_str(), call.command.c_str(), error.what());
		return 1;
	}
}

} // namespace falco::host
