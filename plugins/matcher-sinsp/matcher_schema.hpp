// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace falco::matcher {

// The JSON Schema of the matcher's configuration.
inline constexpr const char *kSchema = R"({
	"type": "object",
	"additionalProperties": false,
	"properties": {
		"rule_matching": {
			"type": "string", "enum": ["first", "all"], "default": "first",
			"description": "one alert an event, of the first rule in file order, or one for each rule that matches"
		},
		"ignored_events": {
			"type": "string", "enum": ["warn", "strict"], "default": "warn",
			"description": "whether a rule that names an ignored event is loaded with a warning or refused"
		},
		"match_all_events": {
			"type": "boolean", "default": false,
			"description": "match the ignored events, too"
		},
		"resolve_names": {
			"type": "string", "enum": ["live", "always", "never"], "default": "live",
			"description": "when names of hosts that rules compare fd.sip.name and its kin with are looked up in the network: in live captures, in replay as well, which waits for the answers, or never"
		},
		"evaluator": {
			"type": "string", "enum": ["fast", "reference", "verify"], "default": "fast",
			"description": "what decides which rules match: fast, the matcher's own; reference, libsinsp's filter of each rule, which is slow; verify, both, with a message wherever they differ"
		},
		"priority": {
			"type": "string", "default": "debug",
			"description": "the least priority of rules that are matched; the beginning of a name is enough"
		},
		"rules": {
			"type": "array", "default": [],
			"description": "switches rules on and off, one entry after the other",
			"items": {
				"type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
				"properties": {
					"enable": {"$ref": "#/definitions/selection"},
					"disable": {"$ref": "#/definitions/selection"}
				}
			}
		},
		"explain": {
			"type": "object", "additionalProperties": false, "required": ["rules"],
			"description": "adds the checks that decided to alerts, as the field `explanation`",
			"properties": {
				"rules": {
					"type": "array", "items": {"type": "string", "minLength": 1},
					"description": "to those of these rules; * is any text, ? any character"
				},
				"rate": {
					"type": "string", "default": "1/s",
					"description": "to so many alerts at most: a number a second, minute or hour, such as 1/s, 10/m or 100/h"
				}
			}
		},
		"profile": {
			"type": "object", "additionalProperties": false,
			"description": "measures what rules cost, and tells at the end and when rules are loaded again",
			"properties": {
				"sample": {
					"type": "string", "default": "1/1000",
					"description": "at one event in so many, such as 1/1000"
				},
				"file": {
					"type": "string", "minLength": 1,
					"description": "as a line of JSON at the end of this file; default: the dearest rules, in the log"
				}
			}
		},
		"extra_fields": {
			"type": "array", "items": {"type": "string"}, "default": [],
			"description": "every rule's last fields, for the host's templates and deduplication"
		},
		"append_output": {
			"type": "array", "default": [],
			"description": "what is added to the outputs of rules",
			"items": {
				"type": "object", "additionalProperties": false,
				"properties": {
					"match": {
						"type": "object", "additionalProperties": false,
						"description": "the rules it is for; default: all",
						"properties": {
							"source": {"type": "string", "description": "of this source"},
							"rule": {"type": "string", "description": "of this name"},
							"tags": {
								"type": "array", "items": {"type": "string"},
								"description": "with all of these tags"
							}
						}
					},
					"extra_output": {
						"type": "string", "description": "added to the message, with fields such as %proc.name"
					},
					"extra_fields": {
						"type": "array",
						"description": "added to output_fields: a field's name, or {NAME: TEXT}",
						"items": {
							"anyOf": [
								{"type": "string"},
								{"type": "object", "minProperties": 1, "additionalProperties": {"type": "string", "minLength": 1}}
							]
						}
					}
				}
			}
		},
		"base_syscalls": {
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
					"description": "the ignored events are captured and matched, too"
				}
			}
		}
	},
	"definitions": {
		"selection": {
			"type": "object", "additionalProperties": false, "minProperties": 1,
			"properties": {
				"rule": {"type": "string", "minLength": 1, "description": "a name; * is any text, ? any character"},
				"tag": {"type": "string", "minLength": 1, "description": "rules that have this tag"}
			}
		}
	}
})";

} // namespace falco::matcher
