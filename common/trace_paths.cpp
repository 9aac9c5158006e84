// SPDX-License-Identifier: Apache-2.0
#include "common/trace_paths.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <unistd.h>

namespace falco {

namespace fs = std::filesystem;

namespace {

bool ends_with(const std::string &text, const std::string &end)
{
	return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::vector<std::string> files_in(const std::string &folder)
{
	std::vector<std::string> files;
	std::error_code error;
	for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
		const std::string path = it->path().string();
		if (is_trace_name(path) && !it->is_directory()) {
			files.push_back(path);
		}
	}
	if (error) {
		throw std::runtime_error("cannot read folder " + folder + ": " + error.message());
	}
	if (files.empty()) {
		throw std::runtime_error("folder " + folder + " holds no .scap or .scap.gz file");
	}
	std::sort(files.begin(), files.end());
	return files;
}

} // namespace

bool is_trace_name(const std::string &path)
{
	return ends_with(path, ".scap") || ends_with(path, ".scap.gz");
}

std::vector<std::string> expand_trace_paths(const std::vector<std::string> &paths)
{
	std::vector<std::string> files;
	for (const auto &path : paths) {
		if (path == kStandardInput) {
			files.push_back(path);
			continue;
		}
		std::error_code error;
		const auto status = fs::status(path, error);
		if (status.type() == fs::file_type::directory) {
			const auto inside = files_in(path);
			files.insert(files.end(), inside.begin(), inside.end());
			continue;
		}
		if (access(path.c_str(), R_OK) != 0) {
			throw std::runtime_error("cannot read trace file " + path + ": " + std::strerror(errno));
		}
		files.push_back(path);
	}
	return files;
}

} // namespace falco
