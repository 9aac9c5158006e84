// SPDX-License-Identifier: Apache-2.0
#include "host/app/rule_options.hpp"

#include "host/app/paths.hpp"

namespace falco::host {

ConfigRequest config_request(const RuleOptions &options)
{
	ConfigRequest request;
	request.file = options.config_file;
	request.overrides = options.overrides;
	request.rules = options.rules;
	request.disabled_rules = options.disabled_rules;
	request.disabled_tags = options.disabled_tags;
	request.enabled_tags = options.enabled_tags;
	request.match_all_events = options.match_all_events;
	request.working_directory = working_directory();
	request.default_plugin_dir = default_plugin_dir();
	return request;
}

} // namespace falco::host
