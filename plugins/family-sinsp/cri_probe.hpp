// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::sinsp_family {

// A connection to the Unix socket of this path, which never waits for the other side. -1: nobody takes connections
// there.
int connect_at_once(const std::string &path);

// Asks a container runtime for its version without waiting: libsinsp waits for that answer, a second and longer for a
// runtime that takes connections and says nothing, and would do so on the thread that reads events.
class CriProbe {
public:
	// Connects and asks. Does nothing when nobody takes connections.
	explicit CriProbe(const std::string &path);
	~CriProbe();
	CriProbe(const CriProbe &) = delete;
	CriProbe &operator=(const CriProbe &) = delete;

	enum class State {
		waiting,
		answered, // whatever it says: it does not keep others waiting
		failed,   // nobody is there, or hung up
	};
	// As far as it has come by now.
	State look();

private:
	// Takes the complete frames of what has come. True: the answer is among them.
	bool find_answer();

	int fd_;
	std::string received_; // from a frame's beginning
};

} // namespace falco::sinsp_family
