// SPDX-License-Identifier: Apache-2.0
#include "name_resolution.hpp"

#include "host_names.hpp"

#include <libsinsp/sinsp.h>

namespace falco::matcher {

void NameResolution::begin(const sinsp &inspector)
{
	waits_ = replay_ && inspector.is_capture();
	HostNames::instance().look_up(inspector.is_capture() ? replay_ : live_);
}

void NameResolution::wait(const falco::Host &host) const
{
	if (!waits_) {
		return;
	}
	for (const auto &name : HostNames::instance().wait_for_answers(bounds_.each, bounds_.all)) {
		host.log(FALCO_LOG_WARN,
			 "no address of '" + name +
				 "' came in time (resolve_names: always): until one does, no comparison "
				 "with the name holds");
	}
}

} // namespace falco::matcher
