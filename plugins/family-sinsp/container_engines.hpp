// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libsinsp/sinsp.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <vector>

namespace falco::sinsp_family {

// Has an inspector that is not open yet ask the container engines that the block container_engines names, and those
// alone, for what is to be known of a container besides its id. libsinsp asks docker and podman on threads of its own,
// and so it does CRI unless disable_async is set.
void set_container_engines(sinsp &inspector, const nlohmann::json &block);

// libsinsp looks for the sockets of podman and of the container runtime interface once, and falco often starts before
// the engines do. This has it look again when one of them has come. One thread: that which reads the inspector's
// events.
class LateEngines {
public:
	explicit LateEngines(const nlohmann::json &block);

	// Looks at the sockets. An engine that has come is asked about containers from their next process on.
	void look(sinsp &inspector);

private:
	std::vector<std::string> sockets_;
	std::set<std::string> there_; // at the last look
};

} // namespace falco::sinsp_family
