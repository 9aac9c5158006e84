// SPDX-License-Identifier: Apache-2.0
#include "host/app/written_files.hpp"

#include "host/config/paths.hpp"
#include "host/pipeline/spool.hpp"

namespace falco::host {

namespace {

// Adds what the configuration of a plugin from `library` says under `key`, if this instance has that library.
void add_path(std::vector<std::string> &files, const InstanceConfig &instance, std::string_view library,
	      std::string_view key)
{
	const yaml::Node *path = instance.config.find(key);
	if (path && config::library_base(instance.library) == library) {
		files.push_back(path->text);
	}
}

} // namespace

std::vector<std::string> written_files(const Config &config)
{
	std::vector<std::string> files;
	for (const InstanceConfig &output : config.outputs) {
		add_path(files, output, "output-file", "filename");
		if (output.spool) {
			files.push_back(Spool::path_for(*output.spool, output.name));
		}
	}
	if (config.metrics.enabled) {
		files.push_back(config.metrics.output_file);
	}
	for (const InstanceConfig &tap : config.taps) {
		add_path(files, tap, "tap-recorder", "path");
	}
	return files;
}

} // namespace falco::host
