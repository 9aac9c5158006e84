// SPDX-License-Identifier: Apache-2.0
#include "host/config/capabilities.hpp"

#include "host/config/keys.hpp"
#include "host/config/messages.hpp"
#include "host/config/readers.hpp"

#include <cap-ng.h>

#include <algorithm>
#include <cctype>

namespace falco::host::config {
namespace {

using yaml::Node;

constexpr const char *kBlock = "capabilities";

// "CAP_SYS_PTRACE" or "sys_ptrace", as its number.
int read_capability(const Node &node, const std::string &key)
{
	constexpr const char *kExpected = "a capability such as CAP_SYS_PTRACE";
	std::string name = read_text(node, key, kExpected);
	std::transform(name.begin(), name.end(), name.begin(),
		       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
	if (name.rfind("cap_", 0) == 0) name.erase(0, 4);
	const int number = capng_name_to_capability(name.c_str());
	if (number < 0) throw wrong_value(node, key, kExpected);
	return number;
}

} // namespace

CapabilitiesConfig read_capabilities(const Node &root, std::vector<std::string> &warnings)
{
	CapabilitiesConfig config;
	const Node *block = root.find(kBlock);
	if (!block) return config;
	const std::string path = std::string(kBlock) + '.';
	check_block(*block, kBlock, capabilities_keys(), warnings);
	if (const Node *node = block->find("drop")) config.drop = read_bool(*node, path + "drop");
	if (const Node *node = block->find("keep_capture")) {
		config.keep_capture = read_bool(*node, path + "keep_capture");
	}
	if (const Node *node = block->find("keep")) {
		const bool list = node->kind == yaml::Kind::sequence;
		for (size_t i = 0; list && i < node->items.size(); ++i) {
			const std::string key = path + "keep[" + std::to_string(i) + ']';
			config.keep.push_back(read_capability(node->items[i], key));
		}
		if (!list) config.keep.push_back(read_capability(*node, path + "keep"));
	}
	return config;
}

} // namespace falco::host::config
