// SPDX-License-Identifier: Apache-2.0
#include "host/config/instance.hpp"

#include "common/nearest.hpp"
#include "host/config/delivery.hpp"
#include "host/config/keys.hpp"
#include "host/config/messages.hpp"
#include "host/config/paths.hpp"
#include "host/config/readers.hpp"

namespace falco::host::config {
namespace {

using yaml::Kind;
using yaml::Node;

bool has_prefix(const std::string &text, const std::string &prefix)
{
	return text.size() > prefix.size() && text.compare(0, prefix.size(), prefix) == 0;
}

// What the host knows of one library: a path in its config means the folder that falco was started in, which the plugin
// cannot know once falco runs in the background.
void complete_file_output(InstanceConfig &instance, const std::string &path, const InstanceContext &context)
{
	if (library_base(instance.library) != "output-file") return;
	Node *filename = instance.config.find("filename");
	if (!filename) throw missing_key(instance.place, path, "filename", "the file that alerts are appended to");
	// What looks like a number or a switch is one for the schema, too.
	if (filename->kind == yaml::Kind::scalar && !filename->text.empty() && !yaml::to_json(*filename).is_string())
		throw wrong_value(*filename, path + ".filename", "a path, in quotes if it looks like another value");
	filename->text = absolute_path(read_text(*filename, path + ".filename", "a path"), context.working_directory);
	filename->quoted = true;
}

// What the plugin prints there would end in falco's log.
void refuse_isolated_stdout(const InstanceConfig &instance, const Node &block, const std::string &path)
{
	if (!instance.isolation.process || library_base(instance.library) != "output-stdout") return;
	throw yaml::Error(
		block.find("isolation")->place,
		path + ".isolation: must be none: a process of its own does not have falco's standard output");
}

} // namespace

LibraryKind kind_of(const std::string &library)
{
	const std::string base = library_base(library);
	for (const LibraryKind kind :
	     {LibraryKind::source, LibraryKind::matcher, LibraryKind::output, LibraryKind::tap}) {
		if (has_prefix(base, std::string(kind_word(kind)) + '-')) return kind;
	}
	return LibraryKind::unknown;
}

const char *kind_word(LibraryKind kind)
{
	switch (kind) {
	case LibraryKind::source:
		return "source";
	case LibraryKind::matcher:
		return "matcher";
	case LibraryKind::tap:
		return "tap";
	default:
		return "output";
	}
}

std::string default_name(const std::string &library)
{
	const std::string base = library_base(library);
	return kind_of(library) == LibraryKind::unknown ? base : base.substr(base.find('-') + 1);
}

ListedInstance read_entry(const Node &entry, const std::string &path, const InstanceContext &context)
{
	if (entry.kind != Kind::map) throw wrong_value(entry, path, "a map with the key 'library'");

	ListedInstance listed;
	InstanceConfig &instance = listed.instance;
	instance.place = entry.place;
	read_delivery(entry, path, context, instance);
	check_block(entry, path, plugin_entry_keys(), *context.warnings);

	const Node *library = entry.find("library");
	if (!library)
		throw missing_key(entry.place, path, "library", "a name in plugin_dir, or the path of a .so file");
	instance.library = read_text(*library, path + ".library", "a name in plugin_dir, or a path");
	if (instance.library.find('/') != std::string::npos) {
		instance.library = absolute_path(instance.library, context.working_directory);
	}
	listed.kind = kind_of(instance.library);
	instance.name = default_name(instance.library);
	if (const Node *name = entry.find("name")) instance.name = read_text(*name, path + ".name", "a name");
	if (instance.name.empty()) throw wrong_value(*library, path + ".library", "a name in plugin_dir, or a path");
	if (const Node *sha256 = entry.find("sha256")) instance.sha256 = read_sha256(*sha256, path + ".sha256");
	if (const Node *config = entry.find("config")) {
		require_map(*config, path + ".config");
		instance.config = *config;
	}
	for (const yaml::Entry &key : entry.entries) {
		if (!contains(output_only_keys(), key.key)) continue;
		listed.output_key = {key.place, path + '.' + key.key};
		break;
	}
	refuse_isolated_stdout(instance, entry, path);
	complete_file_output(instance, path + ".config", context);
	complete_recorder(instance, path + ".config", context);
	return listed;
}

std::optional<InstanceConfig> read_output_block(const yaml::Entry &block, const InstanceContext &context)
{
	const Node &node = block.value;
	if (node.kind == Kind::null) return std::nullopt;
	if (node.kind != Kind::map) {
		throw yaml::Error(node.place, wrong_value(node, block.key, "a map with the key 'enabled'").message() +
						      (contains(top_level_keys(), block.key)
							       ? ""
							       : did_you_mean(block.key, top_level_keys())));
	}
	InstanceConfig instance;
	instance.place = block.place;
	read_delivery(node, block.key, context, instance);
	const Node *enabled = node.find("enabled");
	if (!enabled || !read_bool(*enabled, block.key + ".enabled")) return std::nullopt;

	instance.name = block.key.substr(0, block.key.rfind('_'));
	instance.library = "output-" + instance.name;
	instance.config.kind = Kind::map;
	instance.config.place = block.place;
	for (const yaml::Entry &entry : node.entries) {
		if (!contains(output_block_keys(), entry.key)) instance.config.entries.push_back(entry);
	}
	refuse_isolated_stdout(instance, node, block.key);
	complete_file_output(instance, block.key, context);
	return instance;
}

void set_config(InstanceConfig &instance, const std::string &key, const Node &value, bool replace)
{
	if (instance.config.kind == Kind::null) {
		instance.config.kind = Kind::map;
		instance.config.place = instance.place;
	}
	if (Node *found = instance.config.find(key)) {
		if (replace) *found = value;
		return;
	}
	instance.config.entries.push_back({key, value.place, value});
}

void complete_recorder(InstanceConfig &instance, const std::string &path, const InstanceContext &context)
{
	if (library_base(instance.library) != "tap-recorder") return;
	Node *file = instance.config.find("path");
	if (!file) return; // -w may name it
	file->text = absolute_path(read_text(*file, path + ".path", "a path"), context.working_directory);
	file->quoted = true;
}

Node make_scalar(const std::string &text, const yaml::Place &place)
{
	Node node;
	node.kind = Kind::scalar;
	node.text = text;
	node.place = place;
	return node;
}

} // namespace falco::host::config
