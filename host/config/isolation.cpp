// SPDX-License-Identifier: Apache-2.0
#include "host/config/isolation.hpp"

#include "host/config/keys.hpp"
#include "host/config/messages.hpp"
#include "host/config/readers.hpp"

namespace falco::host::config {

namespace {

using yaml::Node;

bool is_process(const Node &node, const std::string &path)
{
	return read_choice(node, path, {"none", "process"}) == 1;
}

void read_limits(const Node &block, const std::string &path, IsolationConfig &isolation,
		 std::vector<std::string> &warnings)
{
	check_block(block, path, isolation_limit_keys(), warnings);
	const auto read = [&](const char *key, int64_t least, int64_t most, const char *unit, uint64_t &value) {
		if (const Node *node = block.find(key))
			value = static_cast<uint64_t>(read_integer(*node, path + '.' + key, least, most, unit));
	};
	read("memory_mb", 64, 1 << 24, "MB", isolation.memory_mb); // falco and the C++ library take some themselves
	read("open_files", 16, 1 << 20, "files", isolation.open_files);
	read("processes", 1, 1 << 20, "processes", isolation.processes);
	read("file_size_mb", 1, 1 << 24, "MB", isolation.file_size_mb);
}

} // namespace

IsolationConfig read_isolation(const Node &node, const std::string &path, std::vector<std::string> &warnings)
{
	IsolationConfig isolation;
	if (node.kind == yaml::Kind::scalar) {
		isolation.process = is_process(node, path);
		return isolation;
	}
	if (node.kind != yaml::Kind::map) throw wrong_value(node, path, "none, process, or a map of settings");
	check_block(node, path, isolation_keys(), warnings);
	isolation.process = true;
	if (const Node *mode = node.find("mode")) isolation.process = is_process(*mode, path + ".mode");
	if (const Node *user = node.find("user")) isolation.user = read_text(*user, path + ".user", "a user's name");
	if (const Node *timeout = node.find("timeout")) {
		isolation.timeout = read_duration(*timeout, path + ".timeout");
		if (isolation.timeout.count() == 0) throw wrong_value(*timeout, path + ".timeout", "more than nothing");
	}
	if (const Node *limits = node.find("limits")) read_limits(*limits, path + ".limits", isolation, warnings);
	return isolation;
}

} // namespace falco::host::config
