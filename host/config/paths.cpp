// SPDX-License-Identifier: Apache-2.0
#include "host/config/paths.hpp"

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

} // namespace falco::host::config
