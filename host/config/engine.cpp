// SPDX-License-Identifier: Apache-2.0
#include "host/config/engine.hpp"

#include "host/config/instance.hpp"
#include "host/config/keys.hpp"
#include "host/config/messages.hpp"
#include "host/config/paths.hpp"
#include "host/config/readers.hpp"

namespace falco::host::config {
namespace {

using yaml::Kind;
using yaml::Node;

constexpr const char *kReplay = "replay";
constexpr const char *kFile = "capture_file";
constexpr const char *kReplayLibrary = "source-scapfile";

struct EngineKind {
	const char *name;
	const char *library;
};
constexpr EngineKind kKinds[] = {{"kmod", "source-kmod"}, {"modern_ebpf", "source-ebpf"}, {kReplay, kReplayLibrary}};

} // namespace

Engine::Engine(const Node &root, std::vector<std::string> &warnings)
{
	const Node *block = root.find("engine");
	if (!block || block->kind == Kind::null) return;
	if (block->kind != Kind::map) throw wrong_value(*block, "engine", "a map with the key 'kind'");
	check_block(*block, "engine", engine_keys(), warnings);
	refuse_beside(root, {"source", "captures"}, "engine");
	std::vector<std::string> names;
	for (const EngineKind &kind : kKinds)
		names.emplace_back(kind.name);
	const Node *kind = block->find("kind");
	if (!kind) throw missing_key(block->place, "engine", "kind", "kmod, modern_ebpf or replay");
	const EngineKind &chosen = kKinds[read_choice(*kind, "engine.kind", names)];
	for (const std::string &name : names)
		if (const Node *settings = block->find(name)) require_map(*settings, "engine." + name);
	const Node *replay = block->find(kReplay);
	if (replay) check_block(*replay, "engine.replay", {kFile}, warnings);
	if (chosen.library == std::string(kReplayLibrary) && (!replay || !replay->find(kFile))) {
		throw missing_key(replay ? replay->place : block->place, "engine.replay", kFile, "the trace to read");
	}
	block_ = block;
	source_ = make_scalar(chosen.library, kind->place);
}

void Engine::complete(InstanceConfig &source, const std::string &folder) const
{
	for (const EngineKind &kind : kKinds) {
		const Node *settings = block_ ? block_->find(kind.name) : nullptr;
		if (!settings || library_base(source.library) != kind.library) continue;
		if (kind.library != std::string(kReplayLibrary)) {
			for (const yaml::Entry &entry : settings->entries)
				set_config(source, entry.key, entry.value);
		} else if (const Node *file = settings->find(kFile)) {
			Node path = *file;
			path.text = absolute_path(read_text(*file, "engine.replay.capture_file", "a path"), folder);
			path.quoted = true;
			Node paths;
			paths.kind = Kind::sequence;
			paths.place = path.place;
			paths.items.push_back(path);
			set_config(source, "paths", paths);
		}
	}
}

} // namespace falco::host::config
