// SPDX-License-Identifier: Apache-2.0
#include "rules_schema.hpp"

namespace falco::matcher {

const char *const kRulesSchema = R"json({
	"$schema": "http://json-schema.org/draft-07/schema#",
	"title": "Falco rules",
	"type": ["array", "null"],
	"items": {
		"type": "object",
		"oneOf": [
			{"$ref": "#/definitions/rule"},
			{"$ref": "#/definitions/macro"},
			{"$ref": "#/definitions/list"},
			{"$ref": "#/definitions/required_engine_version"},
			{"$ref": "#/definitions/required_plugin_versions"}
		]
	},
	"definitions": {
		"text": {"type": ["string", "number", "boolean"]},
		"sentence": {"type": ["string", "number", "boolean"], "pattern": "[^ \\t\\r\\n]"},
		"name": {"type": ["string", "number", "boolean"], "minLength": 1},
		"words": {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
		"switch": {
			"anyOf": [
				{"type": "boolean"},
				{"type": "string", "pattern": "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff])$"}
			]
		},
		"codes": {
			"type": "array", "description": "codes of warnings that are not given about this item",
			"items": {
				"enum": [
					"always-true", "bad-list-name", "bad-name", "bad-regex", "deprecated", "exception-twice", "hidden-rule", "ignored-event",
					"long-name", "macro-after-rule", "na-comparison", "never-matches", "no-event-type", "no-values", "other-source", "redefined",
					"redundant-part", "replaces-nothing", "selects-nothing", "suspicious-value", "unknown-entry", "unknown-field",
					"unknown-key", "unknown-warning", "unused-list", "unused-macro"
				]
			}
		},
		"append": {"$ref": "#/definitions/switch", "description": "deprecated: use override"},
		"operation": {"enum": ["append", "replace"]},
		"on": {"anyOf": [{"enum": [true]}, {"type": "string", "pattern": "^([Tt][Rr][Uu][Ee]|[Yy][Ee][Ss]|[Oo][Nn])$"}]},
		"appending": {
			"required": ["append"], "properties": {"append": {"$ref": "#/definitions/on"}},
			"not": {"required": ["override"]}
		},
		"overriding": {
			"required": ["override"], "not": {"required": ["append"], "properties": {"append": {"$ref": "#/definitions/on"}}},
			"allOf": [
				{"if": {"required": ["condition"]}, "then": {"properties": {"override": {"required": ["condition"]}}}, "else": {"properties": {"override": {"not": {"required": ["condition"]}}}}},
				{"if": {"required": ["output"]}, "then": {"properties": {"override": {"required": ["output"]}}}, "else": {"properties": {"override": {"not": {"required": ["output"]}}}}},
				{"if": {"required": ["desc"]}, "then": {"properties": {"override": {"required": ["desc"]}}}, "else": {"properties": {"override": {"not": {"required": ["desc"]}}}}},
				{"if": {"required": ["tags"]}, "then": {"properties": {"override": {"required": ["tags"]}}}, "else": {"properties": {"override": {"not": {"required": ["tags"]}}}}},
				{"if": {"required": ["exceptions"]}, "then": {"properties": {"override": {"required": ["exceptions"]}}}, "else": {"properties": {"override": {"not": {"required": ["exceptions"]}}}}},
				{"if": {"required": ["priority"]}, "then": {"properties": {"override": {"required": ["priority"]}}}, "else": {"properties": {"override": {"not": {"required": ["priority"]}}}}},
				{"if": {"required": ["enabled"]}, "then": {"properties": {"override": {"required": ["enabled"]}}}, "else": {"properties": {"override": {"not": {"required": ["enabled"]}}}}},
				{"if": {"required": ["warn_evttypes"]}, "then": {"properties": {"override": {"required": ["warn_evttypes"]}}}, "else": {"properties": {"override": {"not": {"required": ["warn_evttypes"]}}}}},
				{"if": {"required": ["skip-if-unknown-filter"]}, "then": {"properties": {"override": {"required": ["skip-if-unknown-filter"]}}}, "else": {"properties": {"override": {"not": {"required": ["skip-if-unknown-filter"]}}}}}
			]
		},
		"changing": {"anyOf": [{"$ref": "#/definitions/appending"}, {"required": ["override"]}]},
		"rule": {
			"required": ["rule"],
			"additionalProperties": false,
			"anyOf": [
				{"required": ["condition", "output", "desc", "priority"], "not": {"$ref": "#/definitions/changing"}},
				{"$ref": "#/definitions/overriding"},
				{"allOf": [{"$ref": "#/definitions/appending"}, {"anyOf": [{"required": ["condition"]}, {"required": ["exceptions"]}]}]},
				{
					"required": ["enabled"],
					"not": {
						"anyOf": [
							{"$ref": "#/definitions/changing"},
							{"required": ["condition"]}, {"required": ["output"]}, {"required": ["desc"]}, {"required": ["priority"]}
						]
					}
				}
			],
			"if": {"not": {"$ref": "#/definitions/changing"}},
			"then": {"properties": {"exceptions": {"items": {"required": ["fields"]}}}},
			"properties": {
				"rule": {"$ref": "#/definitions/name", "description": "a short unique name"},
				"desc": {"$ref": "#/definitions/sentence", "description": "what the rule detects"},
				"condition": {"$ref": "#/definitions/sentence", "description": "when to alert"},
				"output": {"$ref": "#/definitions/sentence", "description": "the alert's text, with fields such as %proc.name"},
				"priority": {
					"type": "string", "description": "a level; its beginning is enough",
					"pattern": "^([Ee]([Mm]([Ee]([Rr]([Gg]([Ee]([Nn]([Cc][Yy]?)?)?)?)?)?)?)?|[Aa]([Ll]([Ee]([Rr][Tt]?)?)?)?|[Cc]([Rr]([Ii]([Tt]([Ii]([Cc]([Aa][Ll]?)?)?)?)?)?)?|[Ee][Rr]([Rr]([Oo][Rr]?)?)?|[Ww]([Aa]([Rr]([Nn]([Ii]([Nn][Gg]?)?)?)?)?)?|[Nn]([Oo]([Tt]([Ii]([Cc][Ee]?)?)?)?)?|[Ii]([Nn]([Ff]([Oo]([Rr]([Mm]([Aa]([Tt]([Ii]([Oo]([Nn]([Aa][Ll]?)?)?)?)?)?)?)?)?)?)?)?|[Dd]([Ee]([Bb]([Uu][Gg]?)?)?)?)$"
				},
				"tags": {"anyOf": [{"$ref": "#/definitions/words"}, {"type": "null"}]},
				"enabled": {"$ref": "#/definitions/switch"},
				"source": {"$ref": "#/definitions/sentence", "description": "rules of another source than syscall are skipped"},
				"warn_evttypes": {"$ref": "#/definitions/switch"},
				"skip-if-unknown-filter": {"$ref": "#/definitions/switch"},
				"exceptions": {
					"type": ["array", "null"],
					"items": {"$ref": "#/definitions/exception"}
				},
				"append": {"$ref": "#/definitions/append"},
				"override": {
					"type": "object", "minProperties": 1, "additionalProperties": false,
					"properties": {
						"condition": {"$ref": "#/definitions/operation"},
						"output": {"$ref": "#/definitions/operation"},
						"desc": {"$ref": "#/definitions/operation"},
						"tags": {"$ref": "#/definitions/operation"},
						"exceptions": {"$ref": "#/definitions/operation"},
						"priority": {"enum": ["replace"]},
						"enabled": {"enum": ["replace"]},
						"warn_evttypes": {"enum": ["replace"]},
						"skip-if-unknown-filter": {"enum": ["replace"]}
					}
				},
				"ignore_warnings": {"$ref": "#/definitions/codes"}
			}
		},
		"exception": {
			"type": "object", "required": ["name"], "additionalProperties": false,
			"properties": {
				"name": {"$ref": "#/definitions/name"},
				"fields": {
					"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "minItems": 1, "items": {"type": "string"}}],
					"description": "a field, or a list of them"
				},
				"comps": {
					"anyOf": [
						{"enum": ["in", "pmatch", "intersects"]},
						{"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/operator"}}
					],
					"description": "an operator for each field"
				},
				"values": {
					"type": ["array", "null"],
					"items": {
						"anyOf": [
							{"$ref": "#/definitions/text"},
							{
								"type": "array",
								"items": {"anyOf": [{"$ref": "#/definitions/text"}, {"$ref": "#/definitions/words"}]}
							}
						]
					}
				}
			}
		},
		"operator": {
			"enum": [
				"=", "==", "!=", "<", "<=", ">", ">=", "in", "contains", "icontains", "bcontains", "startswith", "bstartswith",
				"endswith", "glob", "iglob", "regex", "pmatch", "intersects"
			]
		},
		"macro": {
			"required": ["macro", "condition"],
			"additionalProperties": false,
			"not": {"required": ["append", "override"], "properties": {"append": {"$ref": "#/definitions/on"}}},
			"properties": {
				"macro": {"$ref": "#/definitions/name"},
				"condition": {"$ref": "#/definitions/sentence"},
				"append": {"$ref": "#/definitions/append"},
				"override": {
					"type": "object", "minProperties": 1, "additionalProperties": false,
					"properties": {"condition": {"$ref": "#/definitions/operation"}}
				},
				"ignore_warnings": {"$ref": "#/definitions/codes"}
			}
		},
		"list": {
			"required": ["list", "items"],
			"additionalProperties": false,
			"not": {"required": ["append", "override"], "properties": {"append": {"$ref": "#/definitions/on"}}},
			"properties": {
				"list": {"$ref": "#/definitions/name"},
				"items": {"$ref": "#/definitions/words"},
				"append": {"$ref": "#/definitions/append"},
				"override": {
					"type": "object", "minProperties": 1, "additionalProperties": false,
					"properties": {"items": {"$ref": "#/definitions/operation"}}
				},
				"ignore_warnings": {"$ref": "#/definitions/codes"}
			}
		},
		"required_engine_version": {
			"required": ["required_engine_version"],
			"additionalProperties": false,
			"properties": {
				"required_engine_version": {
					"anyOf": [
						{"type": "integer", "minimum": 0},
						{"type": "string", "pattern": "^([0-9]+|[0-9]+\\.[0-9]+\\.[0-9]+)$"}
					]
				}
			}
		},
		"required_plugin_versions": {
			"required": ["required_plugin_versions"],
			"additionalProperties": false,
			"properties": {
				"required_plugin_versions": {"type": "array", "items": {"$ref": "#/definitions/plugin"}}
			}
		},
		"plugin": {
			"type": "object", "required": ["name", "version"],
			"properties": {
				"name": {"$ref": "#/definitions/name"},
				"version": {"type": "string", "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+$"},
				"alternatives": {"type": "array", "items": {"$ref": "#/definitions/plugin"}}
			}
		}
	}
}
)json";

} // namespace falco::matcher
