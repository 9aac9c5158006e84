// SPDX-License-Identifier: Apache-2.0
#include "host/config/search.hpp"

#include "host/config/paths.hpp"

#include <cerrno>
#include <sys/stat.h>

namespace falco::host::config {
namespace {

// A file that is there but cannot be looked at counts: reading it then says why, instead of another file being taken
// without a word.
bool exists(const std::string &path)
{
	struct stat status;
	return ::lstat(path.c_str(), &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

} // namespace

std::optional<std::string> find_file(const ConfigRequest &request)
{
	if (request.file) return absolute_path(*request.file, request.working_directory);
	for (const char *path : {"./falco.yaml", "/etc/falco/falco.yaml", "/etc/falco.yaml"}) {
		const std::string candidate = absolute_path(path, request.working_directory);
		if (exists(candidate)) return candidate;
	}
	return std::nullopt;
}

} // namespace falco::host::config
