// SPDX-License-Identifier: Apache-2.0
#include "host/app/paths.hpp"

#include "host/config/paths.hpp"
#include "host/error.hpp"
#include "host/plugins/path_safety.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unistd.h>

namespace falco::host {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> rules_in(const std::string &folder)
{
	std::error_code error;
	std::vector<std::string> files = config::yaml_files_in(folder, error);
	if (error) {
		throw Error("cannot read rules folder " + folder + ": " + error.message());
	}
	return files;
}

} // namespace

std::string default_plugin_dir()
{
	std::error_code error;
	const fs::path program = fs::read_symlink("/proc/self/exe", error);
	if (error) {
		throw Error("cannot find the plugins: /proc/self/exe: " + error.message() + ". Set plugin_dir");
	}
	const fs::path beside = program.parent_path() / "plugins";
	if (fs::is_directory(beside, error)) {
		return beside.string();
	}
	return (program.parent_path() / FALCO_PLUGIN_DIR_FROM_PROGRAM).lexically_normal().string();
}

std::string working_directory()
{
	std::error_code error;
	const auto path = fs::current_path(error);
	return error ? "/" : path.string();
}

std::vector<std::string> expand_folders(const std::vector<std::string> &paths)
{
	std::vector<std::string> files;
	for (const auto &path : paths) {
		std::error_code error;
		if (fs::is_directory(path, error)) {
			const auto inside = rules_in(path);
			files.insert(files.end(), inside.begin(), inside.end());
		} else {
			files.push_back(path);
		}
	}
	if (files.empty()) {
		throw Error("rules folder " + paths.front() + " holds no .yaml or .yml file");
	}
	return files;
}

std::vector<std::string> find_rules_files(const std::vector<std::string> &paths)
{
	std::vector<std::string> files = expand_folders(paths);
	for (const auto &path : files) {
		if (access(path.c_str(), R_OK) != 0) {
			throw Error("cannot read rules file " + path + ": " + std::strerror(errno) +
				    ". Name one with -r FILE or the key rules_file");
		}
	}
	if (geteuid() == 0) {
		for (const auto &file : files) {
			if (fs::is_regular_file(file)) { // not a pipe that a shell made
				require_safe_path(file, "rules file");
			}
		}
	}
	return files;
}

} // namespace falco::host
