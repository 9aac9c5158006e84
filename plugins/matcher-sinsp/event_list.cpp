// SPDX-License-Identifier: Apache-2.0
#include "event_list.hpp"

#include "ignored_events.hpp"

#include <libsinsp/events/sinsp_events.h>
#include <libsinsp/sinsp.h>
#include <libsinsp/utils.h>

#include <algorithm>
#include <map>
#include <string>

namespace falco::matcher {

using nlohmann::json;

namespace {

struct Event {
	std::string category;
	json params = json::array();
	bool enter = false, exit = false;
};

const char *category_name(ppm_event_category category)
{
	switch (category & (EC_WAIT - 1)) { // without what kind of source it has
	case EC_FILE:
		return "file";
	case EC_NET:
		return "net";
	case EC_IPC:
		return "IPC";
	case EC_MEMORY:
		return "memory";
	case EC_PROCESS:
		return "process";
	case EC_SLEEP:
		return "sleep";
	case EC_SYSTEM:
		return "system";
	case EC_SIGNAL:
		return "signal";
	case EC_USER:
		return "user";
	case EC_TIME:
		return "time";
	case EC_IO_READ:
		return "read";
	case EC_IO_WRITE:
		return "write";
	case EC_IO_OTHER:
		return "IO";
	default:
		return "other";
	}
}

bool is_listed(ppm_event_code code)
{
	return event_name(code) && !libsinsp::events::is_unused_event(code) &&
	       !libsinsp::events::is_old_version_event(code) && !libsinsp::events::is_unknown_event(code) &&
	       (libsinsp::events::is_syscall_event(code) || libsinsp::events::is_tracepoint_event(code));
}

void add_params(Event &event, const ppm_event_info &info)
{
	for (uint32_t i = 0; i < info.nparams; i++) {
		const json param = {{"name", info.params[i].name}, {"type", param_type_to_string(info.params[i].type)}};
		if (std::find(event.params.begin(), event.params.end(), param) == event.params.end()) {
			event.params.push_back(param);
		}
	}
}

} // namespace

json describe_events()
{
	std::map<std::string, Event> events;
	for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
		const auto code = static_cast<ppm_event_code>(number);
		if (!is_listed(code)) {
			continue;
		}
		const auto &info = *libsinsp::events::info(code);
		Event &event = events[info.name];
		event.category = category_name(info.category);
		(PPME_IS_ENTER(code) ? event.enter : event.exit) = true;
		add_params(event, info);
	}
	// System calls without an event type of their own.
	for (const auto &name : libsinsp::events::event_set_to_names({PPME_GENERIC_E, PPME_GENERIC_X})) {
		Event &event = events[name];
		if (event.category.empty()) {
			event = {"other", json::array(), true, true};
		}
	}
	json list = json::array();
	for (auto &[name, event] : events) {
		list.push_back({{"name", name},
				{"category", event.category},
				{"params", std::move(event.params)},
				{"enter", event.enter},
				{"exit", event.exit},
				{"ignored", ignored_events().count(name) > 0}});
	}
	return list;
}

} // namespace falco::matcher
