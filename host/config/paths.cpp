// SPDX-License-Identifier: Apache-2.0
#include "host/config/paths.hpp"

#include <algorithm>
#include <filesystem>

namespace falco::host::config {

std::string absolute_path(const std::string &path, const std::string &folder)
{
	if (path.empty() || path[0] == '/') return path;
	size_t begin = 0;
	while (path.compare(begin, 2, "./") == 0) {
		begin = path.find_first_not_of('/', begin + 1);
		if (begin == std::string::npos) return folder;
	}
	const bool ends_in_slash = !folder.empty() && folder.back() == '/';
	return folder + (ends_in_slash ? "" : "/") + path.substr(begin);
}

std::string library_base(const std::string &library)
{
	constexpr const char *kSuffix = ".so";
	std::string base = library.substr(library.rfind('/') + 1);
	if (base.size() > 3 && base.compare(base.size() - 3, 3, kSuffix) == 0) base.resize(base.size() - 3);
	return base;
}

bool is_yaml_file(const std::string &name)
{
	const auto extension = std::filesystem::path(name).extension();
	return extension == ".yaml" || extension == ".yml";
}

std::vector<std::string> yaml_files_in(const std::string &folder, std::error_code &error)
{
	std::vector<std::string> files;
	for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
		if (is_yaml_file(it->path()) && !it->is_directory()) files.push_back(it->path().string());
	}
	std::sort(files.begin(), files.end());
	return files;
}

} // namespace falco::host::config
