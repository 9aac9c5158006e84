// SPDX-License-Identifier: Apache-2.0
//
// When the names of hosts in rules are looked up: `resolve_names` in the configuration.
#pragma once

#include <falco/plugin.hpp>

#include <chrono>
#include <string>

class sinsp;

namespace falco::matcher {

class NameResolution {
public:
	// How long a replay waits for a name's first answer, and for all of them.
	struct Bounds {
		std::chrono::milliseconds each{5000}, all{30000};
	};

	// `when`: live, always or never.
	NameResolution(const std::string &when, const Bounds &bounds)
	    : live_(when != "never"), replay_(when == "always"), bounds_(bounds)
	{
	}

	// To be called before checks are made for the inspector's events.
	void begin(const sinsp &inspector);
	// To be called once they are made. A replay does not come again, so it waits, within bounds, until the names
	// have an answer; those without one are logged. A live capture goes on meanwhile.
	void wait(const falco::Host &host) const;

private:
	bool live_, replay_;
	bool waits_ = false;
	Bounds bounds_;
};

} // namespace falco::matcher
