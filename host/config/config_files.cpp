// SPDX-License-Identifier: Apache-2.0
#include "host/config/config_files.hpp"

#include "host/config/messages.hpp"
#include "host/config/paths.hpp"
#include "host/config/readers.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>

namespace falco::host::config {
namespace {

namespace fs = std::filesystem;
using yaml::Kind;
using yaml::Node;

// What happens to a key that is there already.
enum class Strategy { append, override, add_only };

struct Included {
	std::string path;
	Strategy strategy = Strategy::append;
	yaml::Place place;
};

Included read_included(const Node &node, const std::string &key)
{
	Included included;
	included.place = node.place;
	if (node.kind != Kind::map) {
		included.path = read_text(node, key, "a path, or a map with the key 'path'");
		return included;
	}
	const Node *path = node.find("path");
	if (!path) throw missing_key(node.place, key, "path", "a file or folder of configuration");
	included.path = read_text(*path, key + ".path", "a path");
	if (const Node *strategy = node.find("strategy")) {
		included.strategy = static_cast<Strategy>(
			read_choice(*strategy, key + ".strategy", {"append", "override", "add-only"}));
	}
	for (const yaml::Entry &entry : node.entries) {
		if (entry.key != "path" && entry.key != "strategy") {
			throw yaml::Error(entry.place,
					  key + '.' + entry.key + ": unknown key; expected path or strategy");
		}
	}
	return included;
}

// A file is itself, a folder its .yaml and .yml files in lexical order.
std::vector<std::string> files_of(const Included &included)
{
	std::error_code error;
	if (!fs::is_directory(included.path, error)) return {included.path};
	std::vector<std::string> files = yaml_files_in(included.path, error);
	if (error)
		throw yaml::Error(included.place, "cannot read the folder " + included.path + ": " + error.message());
	return files;
}

void add(Node &root, yaml::Entry entry, Strategy strategy)
{
	Node *known = root.find(entry.key);
	if (!known) {
		root.entries.push_back(std::move(entry));
	} else if (strategy == Strategy::append && known->kind == Kind::sequence &&
		   entry.value.kind == Kind::sequence) {
		std::move(entry.value.items.begin(), entry.value.items.end(), std::back_inserter(known->items));
	} else if (strategy != Strategy::add_only) {
		*known = std::move(entry.value);
	}
}

bool begins_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// The end of NAME} at `offset`, behind the brace; npos when there is no name there.
size_t end_of_variable(const std::string &text, size_t offset)
{
	if (offset >= text.size() || !begins_name(text[offset])) return std::string::npos;
	size_t end = offset;
	while (end < text.size() && (begins_name(text[end]) || (text[end] >= '0' && text[end] <= '9')))
		++end;
	return end < text.size() && text[end] == '}' ? end + 1 : std::string::npos;
}

std::string expanded(const Node &node)
{
	const std::string &text = node.text;
	std::string result;
	for (size_t at = 0; at < text.size();) {
		const bool escaped = text.compare(at, 3, "$${") == 0;
		const size_t begin = at + (escaped ? 3 : 2);
		const bool opens = escaped || text.compare(at, 2, "${") == 0;
		const size_t end = opens ? end_of_variable(text, begin) : std::string::npos;
		if (end == std::string::npos) {
			result += text[at++];
			continue;
		}
		const std::string name = text.substr(begin, end - 1 - begin);
		if (escaped) {
			result += "${" + name + "}";
		} else if (const char *value = std::getenv(name.c_str())) {
			result += value;
		} else {
			throw yaml::Error(node.place, "the environment variable '" + name + "' is not set; write $${" +
							      name + "} if that text is meant");
		}
		at = end;
	}
	return result;
}

} // namespace

std::vector<std::string> add_config_files(Node &root, const std::string &working_directory)
{
	std::vector<std::string> paths;
	const Node *key = root.find("config_files");
	if (!key || key->kind == Kind::null) return paths;
	if (key->kind != Kind::sequence) throw wrong_value(*key, "config_files", "a list of files and folders");
	std::vector<Included> all;
	for (const Node &node : key->items) {
		all.push_back(read_included(node, "config_files[" + std::to_string(all.size()) + ']'));
		all.back().path = absolute_path(all.back().path, working_directory);
	}
	for (const Included &included : all) {
		for (const std::string &path : files_of(included)) {
			Node added = yaml::read_file(path).root;
			paths.push_back(path);
			if (added.kind == Kind::null) continue;
			if (added.kind != Kind::map) throw wrong_value(added, path, "a map of keys and values");
			for (yaml::Entry &entry : added.entries) {
				if (entry.key == "config_files") {
					throw yaml::Error(entry.place,
							  "config_files: only the main file has this; remove "
							  "the key");
				}
				add(root, std::move(entry), included.strategy);
			}
		}
	}
	return paths;
}

void expand_variables(Node &node)
{
	if (node.kind == Kind::scalar && node.text.find("${") != std::string::npos) node.text = expanded(node);
	for (Node &item : node.items)
		expand_variables(item);
	for (yaml::Entry &entry : node.entries)
		expand_variables(entry.value);
}

} // namespace falco::host::config
