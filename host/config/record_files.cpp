// SPDX-License-Identifier: Apache-2.0
#include "host/config/record_files.hpp"

#include "common/trace_paths.hpp"
#include "host/config/paths.hpp"

#include <filesystem>
#include <stdexcept>

namespace falco::host::config {
namespace {

using yaml::Node;

// Whether two paths lead to one file, which need not be there yet.
bool same_file(const std::string &a, const std::string &b)
{
	namespace fs = std::filesystem;
	std::error_code error;
	if (fs::equivalent(a, b, error)) return true;
	const fs::path real = fs::weakly_canonical(a, error);
	return !error && real == fs::weakly_canonical(b, error) && !error;
}

// The key of an instance's config if the instance is one of that library, else null.
const Node *find_path(const InstanceConfig &instance, const char *library, const char *key)
{
	return library_base(instance.library) == library ? instance.config.find(key) : nullptr;
}

std::vector<std::string> replayed_files(const Config &config)
{
	std::vector<std::string> paths;
	for (const InstanceConfig &source : config.sources) {
		const Node *listed = find_path(source, "source-scapfile", "paths");
		if (!listed) continue;
		for (const Node &path : listed->items)
			paths.push_back(path.text);
	}
	try {
		paths = expand_trace_paths(paths);
	} catch (const std::runtime_error &) {
		// the source says what is wrong with them
	}
	for (std::string &path : paths)
		if (path == kStandardInput) path = "/dev/stdin";
	return paths;
}

yaml::Error taken(const Node &path, const std::string &by)
{
	return {path.place, path.text + " cannot be recorded to: " + by + "; name another file"};
}

} // namespace

void check_record_files(const Config &config)
{
	std::vector<const Node *> recorded;
	for (const InstanceConfig &tap : config.taps) {
		const Node *path = find_path(tap, "tap-recorder", "path");
		if (!path) continue;
		for (const std::string &file : replayed_files(config))
			if (same_file(path->text, file)) throw taken(*path, "it is the trace that is replayed");
		for (const InstanceConfig &output : config.outputs) {
			const Node *filename = find_path(output, "output-file", "filename");
			if (filename && same_file(path->text, filename->text)) {
				throw taken(*path, "output '" + output.name + "' writes alerts to it");
			}
		}
		for (const Node *other : recorded)
			if (same_file(path->text, other->text)) throw taken(*path, "another recorder does that");
		recorded.push_back(path);
	}
}

} // namespace falco::host::config
