// SPDX-License-Identifier: Apache-2.0
//
// The block base_syscalls as a property of a JSON Schema: the live sources have it and so has the matcher, whom `all`
// concerns.
#pragma once

#include <string_view>

namespace falco::sinsp_family {

inline constexpr std::string_view kBaseSyscallsSchema = R"json(	"base_syscalls": {
		"type": "object", "additionalProperties": false,
		"description": "system calls that are captured besides those that rules ask for",
		"properties": {
			"custom_set": {
				"type": "array", "items": {"type": "string", "pattern": "^!?[a-z0-9_]+$"},
				"description": "names: captured instead of what libsinsp says it needs; with ! in front: never captured"
			},
			"repair": {
				"type": "boolean", "default": false,
				"description": "capture no more for the state than the rules' system calls need"
			},
			"all": {
				"type": "boolean", "default": false,
				"description": "the matcher's: the ignored events are matched, too"
			}
		}
	})json";

} // namespace falco::sinsp_family
