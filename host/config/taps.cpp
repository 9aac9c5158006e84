// SPDX-License-Identifier: Apache-2.0
#include "host/config/taps.hpp"

#include "host/config/instances.hpp"
#include "host/config/keys.hpp"
#include "host/config/messages.hpp"
#include "host/config/paths.hpp"
#include "host/config/readers.hpp"

#include <algorithm>

namespace falco::host::config {
namespace {

using yaml::Node;

constexpr const char *kLibrary = "tap-recorder";
constexpr const char *kName = "recorder";
constexpr const char *kBlock = "record";

struct Block {
	InstanceConfig instance;
	bool is_enabled = false;
};

// The block as an instance: what is not the host's is the plugin's. Without a block, an instance with no settings.
Block read_block(const Node &root, const InstanceContext &context)
{
	Block block;
	block.instance.library = kLibrary;
	block.instance.name = kName;
	block.instance.place = {root.place.file, 0, 0};
	for (const yaml::Entry &entry : root.entries) {
		if (entry.key == kBlock) block.instance.place = entry.place;
	}
	block.instance.config.kind = yaml::Kind::map;
	block.instance.config.place = block.instance.place;
	const Node *node = root.find(kBlock);
	if (!node || node->kind == yaml::Kind::null) return block;
	if (node->kind != yaml::Kind::map) throw wrong_value(*node, kBlock, "a map with the key 'path'");
	// Who names a file means to record.
	const Node *enabled = node->find("enabled");
	block.is_enabled =
		enabled ? read_bool(*enabled, std::string(kBlock) + ".enabled") : node->find("path") != nullptr;
	if (const Node *required = node->find("required")) {
		block.instance.required = read_bool(*required, std::string(kBlock) + ".required");
	}
	for (const yaml::Entry &entry : node->entries) {
		if (!contains(record_block_keys(), entry.key)) block.instance.config.entries.push_back(entry);
	}
	complete_recorder(block.instance, kBlock, context);
	return block;
}

Node path_of_option(const ConfigRequest &request)
{
	const yaml::Place place = {std::make_shared<const std::string>("option -w"), 0, 0};
	const std::string &path = *request.record_file;
	if (path.empty()) throw yaml::Error(place, "the name of the file is empty");
	if (path == "-") throw yaml::Error(place, "standard output is for alerts: name a file");
	Node node = make_scalar(absolute_path(path, request.working_directory), place);
	node.quoted = true;
	return node;
}

void require_path(InstanceConfig &instance, const std::string &block)
{
	if (instance.config.find("path")) return;
	throw missing_key(instance.place, block, "path", "the file that events are recorded to");
}

bool is_recorder(const InstanceConfig &instance)
{
	return library_base(instance.library) == kLibrary;
}

} // namespace

std::vector<InstanceConfig> choose_taps(const Node &root, const ConfigRequest &request, const InstanceContext &context,
					std::vector<ListedInstance> &listed)
{
	std::vector<InstanceConfig> taps;
	for (ListedInstance &entry : listed) {
		if (entry.kind != LibraryKind::tap) continue;
		if (entry.output_key) throw only_for_outputs(entry.output_key->first, entry.output_key->second);
		taps.push_back(std::move(entry.instance));
	}
	listed.erase(std::remove_if(listed.begin(), listed.end(),
				    [](const ListedInstance &entry) { return entry.kind == LibraryKind::tap; }),
		     listed.end());

	Block block = read_block(root, context);
	if (block.is_enabled) taps.push_back(block.instance);
	if (request.record_file) {
		const auto is_short_form = [](const InstanceConfig &tap) {
			return is_recorder(tap) && tap.name == kName;
		};
		auto recorder = std::find_if(taps.begin(), taps.end(), is_short_form);
		if (recorder == taps.end()) recorder = taps.insert(taps.end(), block.instance);
		const Node path = path_of_option(request);
		if (recorder->place.line == 0) recorder->place = path.place;
		set_config(*recorder, "path", path, true);
	}
	std::vector<const InstanceConfig *> named;
	for (const InstanceConfig &tap : taps) {
		named.push_back(&tap);
	}
	check_names(named);
	for (InstanceConfig &tap : taps) {
		const bool is_block = block.is_enabled && tap.name == kName;
		if (is_recorder(tap)) require_path(tap, is_block ? kBlock : "tap '" + tap.name + "'");
	}
	return taps;
}

} // namespace falco::host::config
