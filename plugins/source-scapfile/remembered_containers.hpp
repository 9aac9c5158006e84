// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libsinsp/container_engine/container_engine_base.h>
#include <libsinsp/sinsp.h>

#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>

namespace falco::scapfile {

// Stands before libsinsp's container engines, which look for a container's id in the names of a process's control
// groups. There are far fewer sets of groups than processes that are born into them, so it remembers of each set which
// engines found nothing in it, and does not ask those again. What the others say is theirs each time.
class RememberedContainers final : public libsinsp::container_engine::container_engine_base {
public:
	using Engine = libsinsp::container_engine::container_engine_base;
	using Engines = std::list<std::shared_ptr<Engine>>;

	// Which of the engines go by the groups alone: when one says no and gives the process no container, it always
	// will for these groups. By position; no more than 64.
	using ByGroups = uint64_t;

	RememberedContainers(libsinsp::container_engine::container_cache_interface &cache, Engines engines,
			     ByGroups by_groups);

	bool resolve(sinsp_threadinfo *thread, bool query_os_for_missing_info) override;
	void update_with_size(const std::string &container_id) override;
	void cleanup() override;

private:
	using Groups = sinsp_threadinfo::cgroups_t;
	struct Known {
		Groups groups;
		uint64_t nothing_found; // by which engines
	};
	static constexpr size_t kMost = 4096; // sets of groups

	uint64_t &nothing_found_in(const Groups &groups);

	const Engines engines_;
	const ByGroups by_groups_;
	std::unordered_multimap<size_t, Known> known_; // by the hash of the groups
};

// Has an inspector that is to read a recording, and is not open yet, resolve containers that way. Besides, podman's
// engine is asked only about processes whose recorded groups say what it goes by: of others it would read the groups
// from this machine's /proc, where the numbers belong to other processes.
void remember_containers(sinsp &inspector);

} // namespace falco::scapfile
