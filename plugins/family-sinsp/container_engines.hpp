// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine_probe.hpp"

#include <libsinsp/container_engine/container_engine_base.h>
#include <libsinsp/sinsp.h>
#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace falco::sinsp_family {

// Engines that take connections and do not answer. While a capture opens, libsinsp waits for these: for a runtime to
// say who it is, and for docker with each container that is there.
struct SilentEngines {
	bool docker = false;
	std::vector<std::string> runtimes; // their sockets, as the user says them
};

// How long to wait for the answers: as the block says of runtimes, and at least a second.
std::chrono::milliseconds longest_answer(const nlohmann::json &block);

// Of those that the block container_engines enables. Asks all at once and waits at most so long.
SilentEngines find_silent_engines(const nlohmann::json &block, std::chrono::milliseconds longest);

// Has an inspector that is not open yet ask the container engines that the block container_engines names, and those
// alone, for what is to be known of a container besides its id. libsinsp asks docker and podman on threads of its own,
// and so it does CRI unless disable_async is set. While the capture opens, `silent` ones are not asked.
void set_container_engines(sinsp &inspector, const nlohmann::json &block, const SilentEngines &silent);

// Once it is open: docker is asked, also if it was silent.
void ask_docker(sinsp &inspector);

// libsinsp asks the sockets of podman and of the container runtime interface once who they are, and never again those
// that are missing or do not answer: falco often starts before the engines do, and an engine's socket is there before
// the engine answers. This has it ask again when one of them has begun to take connections (podman) or to answer (a
// runtime, which libsinsp waits for), and some more times after that. One thread: that which reads the inspector's
// events, and it waits for nobody.
class LateEngines {
public:
	// Seconds after an engine's coming at which it is asked again.
	static constexpr std::array<uint64_t, 5> kAskedAfter = {0, 3, 10, 30, 120};

	// Those that are there by now need not come, but for the silent ones.
	explicit LateEngines(const nlohmann::json &block, const SilentEngines &silent = {});

	// Looks at the sockets, at `now_s` seconds of any clock. Engines are asked about containers from their next
	// process on.
	void look(sinsp &inspector, uint64_t now_s);

	// Before the inspector ends: stops what it has asked by now. libsinsp itself stops only the engines of last.
	void end();

	// The same as look without the asking: whether it is time to.
	bool is_due(uint64_t now_s);

private:
	struct Socket {
		// Whether an engine has come here since the last time: it takes connections, and a runtime has
		// answered.
		bool has_come();
		bool runtime_answers(const std::string &identity);

		std::string name; // as the user says it
		std::string path; // with HOST_ROOT
		bool is_cri = false;
		std::string answered; // which socket of this path it was
		std::string probed;   // which one is being asked
		std::unique_ptr<EngineProbe> probe;
		size_t asked = kAskedAfter.size(); // how many of the times have passed since it came
		uint64_t came_s = 0;
	};
	std::vector<Socket> sockets_;
	std::list<std::shared_ptr<libsinsp::container_engine::container_engine_base>> former_;
};

} // namespace falco::sinsp_family
