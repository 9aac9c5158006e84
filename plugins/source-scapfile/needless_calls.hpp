// SPDX-License-Identifier: Apache-2.0
//
// Which events libsinsp need not see, because they leave nothing behind in its state that a rule looks at and no rule
// asks for them.
#pragma once

#include "plugins/family-sinsp/interests.hpp"

#include <libsinsp/sinsp.h>

#include <array>

namespace falco::scapfile {

// Whether libsinsp's table says that an event of this type may change its state.
bool is_marked(uint16_t type);

class NeedlessCalls {
public:
	explicit NeedlessCalls(const sinsp_family::Interests &interests);

	enum class Part : uint8_t {
		needed,    // the event goes to libsinsp
		beginning, // of a call that is not needed
		end,       // of such a call
		transfer,  // the same, but needed where libsinsp has seen none like it (SeenTransfers)
		alone,     // not needed, and no part of a call
	};
	Part part(uint16_t type) const { return parts_[type]; }
	bool any() const { return any_; }
	bool transfers() const { return transfers_; } // whether there are such

private:
	std::array<Part, PPM_EVENT_MAX> parts_ = {};
	bool any_ = false;
	bool transfers_ = false;
};

} // namespace falco::scapfile
