// SPDX-License-Identifier: Apache-2.0
//
// Which events libsinsp need not see, because they leave nothing behind in its state and no rule asks for them.
#pragma once

#include "plugins/family-sinsp/interests.hpp"

#include <libsinsp/sinsp.h>

#include <array>

namespace falco::scapfile {

class NeedlessCalls {
public:
	explicit NeedlessCalls(const sinsp_family::Interests &interests);

	enum class Part : uint8_t {
		needed,    // the event goes to libsinsp
		beginning, // of a call that is not needed
		end,       // of such a call
		alone,     // not needed, and no part of a call
	};
	Part part(uint16_t type) const { return parts_[type]; }
	bool any() const { return any_; }

private:
	std::array<Part, PPM_EVENT_MAX> parts_ = {};
	bool any_ = false;
};

} // namespace falco::scapfile
