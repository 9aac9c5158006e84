// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace falco::sinsp_family {

// A connection to the Unix socket of this path, which never waits for the other side. -1: nobody takes connections
// there.
int connect_at_once(const std::string &path);

// Asks a container runtime for its version, or docker whether it is well, without waiting: libsinsp waits for their
// answers, a second and longer for one that takes connections and says nothing, and would do so on the thread that
// reads events.
class EngineProbe {
public:
	enum class Speaks { cri, docker };
	// Connects and asks. Does nothing when nobody takes connections.
	explicit EngineProbe(const std::string &path, Speaks language = Speaks::cri);
	~EngineProbe();
	EngineProbe(const EngineProbe &) = delete;
	EngineProbe &operator=(const EngineProbe &) = delete;

	enum class State {
		waiting,
		answered, // whatever it says: it does not keep others waiting
		failed,   // nobody is there, or hung up
	};
	// As far as it has come by now.
	State look();
	// The same, once it is no longer waiting, or at that time.
	State wait_until(std::chrono::steady_clock::time_point end);

private:
	// Takes the complete frames of what has come. True: the answer is among them.
	bool find_answer();

	const Speaks language_;
	int fd_;
	std::string received_; // from a frame's beginning
};

} // namespace falco::sinsp_family
