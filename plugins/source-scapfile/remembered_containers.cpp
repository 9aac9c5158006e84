// SPDX-License-Identifier: Apache-2.0
#include "remembered_containers.hpp"

#include <boost/core/demangle.hpp>

#include <algorithm>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace falco::scapfile {

namespace {

using libsinsp::container_engine::container_cache_interface;
using Engine = RememberedContainers::Engine;
using Groups = sinsp_threadinfo::cgroups_t;

size_t hash_of(const Groups &groups)
{
	size_t hash = groups.size();
	for (const auto &[subsystem, path] : groups) {
		hash = hash * 31 + std::hash<std::string_view>()(path);
	}
	return hash;
}

// By name, since the engines' headers want one that libsinsp does not install.
std::string class_of(const Engine &engine)
{
	const std::string name = boost::core::demangle(typeid(engine).name());
	return name.substr(name.rfind(':') + 1);
}

// podman's engine without what it looks for on this machine.
class RecordedPodman final : public Engine {
public:
	RecordedPodman(container_cache_interface &cache, std::shared_ptr<Engine> podman)
	    : Engine(cache), podman_(std::move(podman))
	{
	}
	bool resolve(sinsp_threadinfo *thread, bool query_os_for_missing_info) override
	{
		const Groups &groups = thread->cgroups();
		const bool tell = std::any_of(groups.begin(), groups.end(), [](const auto &group) {
			return group.first == "name=systemd" || group.second.find("/libpod-") != std::string::npos;
		});
		return tell && podman_->resolve(thread, query_os_for_missing_info);
	}
	void update_with_size(const std::string &container_id) override { podman_->update_with_size(container_id); }
	void cleanup() override { podman_->cleanup(); }

private:
	const std::shared_ptr<Engine> podman_;
};

} // namespace

RememberedContainers::RememberedContainers(container_cache_interface &cache, Engines engines, ByGroups by_groups)
    : Engine(cache), engines_(std::move(engines)), by_groups_(by_groups)
{
}

bool RememberedContainers::resolve(sinsp_threadinfo *thread, bool query_os_for_missing_info)
{
	uint64_t &nothing_found = nothing_found_in(thread->cgroups());
	uint64_t bit = 1;
	for (const auto &engine : engines_) {
		if ((nothing_found & bit) == 0) {
			if (engine->resolve(thread, query_os_for_missing_info)) {
				return true;
			}
			if (thread->m_container_id.empty()) {
				nothing_found |= bit & by_groups_;
			}
		}
		bit <<= 1;
	}
	return false;
}

uint64_t &RememberedContainers::nothing_found_in(const Groups &groups)
{
	const size_t hash = hash_of(groups);
	const auto [begin, end] = known_.equal_range(hash);
	const auto found =
		std::find_if(begin, end, [&groups](const auto &known) { return known.second.groups == groups; });
	if (found != end) {
		return found->second.nothing_found;
	}
	if (known_.size() >= kMost) {
		known_.clear();
	}
	return known_.emplace(hash, Known{groups, 0})->second.nothing_found;
}

void RememberedContainers::update_with_size(const std::string &container_id)
{
	for (const auto &engine : engines_) {
		engine->update_with_size(container_id);
	}
}

void RememberedContainers::cleanup()
{
	for (const auto &engine : engines_) {
		engine->cleanup();
	}
}

void remember_containers(sinsp &inspector)
{
	sinsp_container_manager &manager = inspector.m_container_manager;
	manager.create_engines();
	RememberedContainers::Engines engines;
	engines.swap(*manager.get_container_engines());
	RememberedContainers::ByGroups by_groups = 0;
	uint64_t bit = 1;
	for (auto &engine : engines) {
		const std::string name = class_of(*engine);
		if (name == "podman") {
			engine = std::make_shared<RecordedPodman>(manager, engine);
		}
		if (name == "podman" || name == "docker_linux" || name == "cri") {
			by_groups |= bit;
		}
		bit <<= 1;
	}
	manager.get_container_engines()->push_back(
		std::make_shared<RememberedContainers>(manager, std::move(engines), by_groups));
}

} // namespace falco::scapfile
