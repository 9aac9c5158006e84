// SPDX-License-Identifier: Apache-2.0
//
// What every live source's JSON Schema holds.
#pragma once

#include "joined.hpp"

#include <string_view>

namespace falco::sinsp_family {

// All but the end, which comes behind an engine's own properties.
inline constexpr std::string_view kLiveSchema = R"json({
"type": "object",
"additionalProperties": false,
"definitions": {"engine": {
	"type": "object", "additionalProperties": false,
	"properties": {"enabled": {"type": "boolean", "default": true}}
}},
"properties": {
	"buf_size_preset": {
		"type": "integer", "minimum": 1, "maximum": 10,
		"description": "size of each buffer between kernel and falco: 1 to 10 mean 1, 2, 4, 8, 16, 32, 64, 128, 256 and 512 MB (default 4)"
	},
	"buffer_bytes": {
		"type": "integer", "minimum": 16384, "maximum": 1073741824,
		"description": "the same in bytes, a power of two, instead of buf_size_preset"
	},
	"drop_failed_exits": {
		"type": "boolean", "default": false,
		"description": "system calls that failed stay in the kernel"
	},
	"snaplen": {
		"type": "integer", "minimum": 0, "maximum": 65000, "default": 0,
		"description": "how many bytes of what is read, written, sent and received are captured; 0: 80"
	},
	"container_engines": {
		"type": "object", "additionalProperties": false,
		"description": "which container engines are asked what a container is",
		"properties": {
			"docker": {"$ref": "#/definitions/engine"},
			"podman": {"$ref": "#/definitions/engine"},
			"lxc": {"$ref": "#/definitions/engine"},
			"libvirt_lxc": {"$ref": "#/definitions/engine"},
			"bpm": {"$ref": "#/definitions/engine"},
			"cri": {
				"type": "object", "additionalProperties": false,
				"properties": {
					"enabled": {"type": "boolean", "default": true},
					"sockets": {
						"type": "array", "items": {"type": "string", "pattern": "^/"}, "minItems": 1,
						"description": "sockets of the container runtime interface, below HOST_ROOT"
					},
					"disable_async": {
						"type": "boolean", "default": false,
						"description": "wait for the answer before the event is matched: events may be lost meanwhile"
					},
					"timeout_ms": {"type": "integer", "minimum": 1, "maximum": 60000, "default": 1000}
				}
			},
			"label_max_len": {
				"type": "integer", "minimum": 1, "maximum": 65535, "default": 100,
				"description": "labels of containers that are longer are left out"
			}
		}
	})json";

inline constexpr std::string_view kLiveSchemaEnd = "}}";

} // namespace falco::sinsp_family
