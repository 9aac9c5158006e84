// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/config_place.hpp"

#include <cstdlib>
#include <string_view>

namespace falco::host {

namespace {

// Takes "[2]" off the path; nullptr: it does not begin with an index of the list.
const yaml::Node *step_to_item(const yaml::Node &list, std::string_view &path)
{
	const size_t end = path.find(']');
	if (path.empty() || path[0] != '[' || end == std::string_view::npos) return nullptr;
	const size_t index = std::strtoul(std::string(path.substr(1, end - 1)).c_str(), nullptr, 10);
	if (index >= list.items.size()) return nullptr;
	path.remove_prefix(end + 1);
	return &list.items[index];
}

// Takes ".key" off the path, the first step without the dot; the longest key that fits, for keys may have dots.
const yaml::Node *step_to_value(const yaml::Node &map, std::string_view &path)
{
	const yaml::Entry *found = nullptr;
	const std::string_view rest = path.substr(!path.empty() && path[0] == '.' ? 1 : 0);
	for (const yaml::Entry &entry : map.entries) {
		const size_t size = entry.key.size();
		const bool fits = size < rest.size() && rest.compare(0, size, entry.key) == 0 &&
				  std::string_view(".[:").find(rest[size]) != std::string_view::npos;
		if (fits && (!found || size > found->key.size())) found = &entry;
	}
	if (!found) return nullptr;
	path = rest.substr(found->key.size());
	return &found->value;
}

} // namespace

yaml::Place find_place(const yaml::Node &config, const std::string &message)
{
	std::string_view path = message;
	yaml::Place place;
	const yaml::Node *node = step_to_value(config, path);
	while (node) {
		place = node->place;
		node = node->kind == yaml::Kind::sequence ? step_to_item(*node, path) : step_to_value(*node, path);
	}
	return place;
}

void add_places(LoadResult &loaded, const yaml::Node &config)
{
	for (Finding &finding : loaded.findings) {
		const yaml::Place place = finding.file.empty() ? find_place(config, finding.message) : yaml::Place();
		if (!place.file) continue;
		finding.file = *place.file;
		finding.line = place.line;
		finding.column = place.column;
	}
	std::string &message = loaded.status.message;
	if (const yaml::Place place = find_place(config, message); place.file) message = place.str() + ": " + message;
}

} // namespace falco::host
