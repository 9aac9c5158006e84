// SPDX-License-Identifier: Apache-2.0
#include "finding_codes.hpp"

#include <map>

namespace falco::matcher {

const std::vector<FindingCode> &finding_codes()
{
	static const std::vector<FindingCode> codes = {
		{"unreadable", "LOAD_ERR_FILE_READ", false},
		{"yaml", "LOAD_ERR_YAML_PARSE", false},
		{"not-a-list", "LOAD_ERR_YAML_VALIDATE", false},
		{"not-a-map", "LOAD_ERR_YAML_VALIDATE", false},
		{"unknown-item", "LOAD_ERR_YAML_VALIDATE", false},
		{"mixed-item", "LOAD_ERR_YAML_VALIDATE", false},
		{"no-name", "LOAD_ERR_YAML_VALIDATE", false},
		{"missing-key", "LOAD_ERR_YAML_VALIDATE", false},
		{"empty-value", "LOAD_ERR_YAML_VALIDATE", false},
		{"wrong-type", "LOAD_ERR_YAML_VALIDATE", false},
		{"bad-priority", "LOAD_ERR_YAML_VALIDATE", false},
		{"bad-override", "LOAD_ERR_YAML_VALIDATE", false},
		{"bad-requirement", "LOAD_ERR_YAML_VALIDATE", false},
		{"syntax", "LOAD_ERR_COMPILE_CONDITION", false},
		{"bad-condition", "LOAD_ERR_COMPILE_CONDITION", false},
		{"too-deep", "LOAD_ERR_COMPILE_CONDITION", false},
		{"too-large", "LOAD_ERR_COMPILE_CONDITION", false},
		{"ignored-event", "LOAD_ERR_COMPILE_CONDITION", false},
		{"bad-output", "LOAD_ERR_COMPILE_OUTPUT", false},
		{"bad-exception", "LOAD_ERR_VALIDATE", false},
		{"unknown-base", "LOAD_ERR_VALIDATE", false},
		{"redefined-source", "LOAD_ERR_VALIDATE", false},
		{"unknown-macro", "LOAD_ERR_VALIDATE", false},
		{"unknown-list", "LOAD_ERR_VALIDATE", false},
		{"list-as-value", "LOAD_ERR_VALIDATE", false},
		{"recursive-macro", "LOAD_ERR_VALIDATE", false},
		{"recursive-list", "LOAD_ERR_VALIDATE", false},
		{"engine-version", "LOAD_ERR_VALIDATE", false},
		{"missing-plugin", "LOAD_ERR_VALIDATE", false},
		{"other-source", "LOAD_UNKNOWN_SOURCE", true},
		{"no-event-type", "LOAD_NO_EVTTYPE", true},
		{"unknown-field", "LOAD_UNKNOWN_FILTER", true},
		{"unused-macro", "LOAD_UNUSED_MACRO", true},
		{"unused-list", "LOAD_UNUSED_LIST", true},
		{"unknown-key", "LOAD_UNKNOWN_ITEM", true},
		{"unknown-entry", "LOAD_UNKNOWN_ITEM", true},
		{"unknown-warning", "LOAD_UNKNOWN_ITEM", true},
		{"deprecated", "LOAD_DEPRECATED_ITEM", true},
		{"no-values", "LOAD_APPEND_NO_VALUES", true},
		{"exception-twice", "LOAD_EXCEPTION_NAME_NOT_UNIQUE", true},
		{"na-comparison", "LOAD_UNSAFE_NA_CHECK", true},
		{"suspicious-value", "LOAD_COMPILE_CONDITION", true},
		{"ignored-event", "LOAD_COMPILE_CONDITION", true},
		{"always-true", "LOAD_COMPILE_CONDITION", true},
		{"bad-regex", "LOAD_COMPILE_CONDITION", true},
		{"hidden-rule", "LOAD_COMPILE_CONDITION", true},
		{"long-name", "LOAD_COMPILE_CONDITION", true},
		{"never-matches", "LOAD_COMPILE_CONDITION", true},
		{"redundant-part", "LOAD_COMPILE_CONDITION", true},
		{"bad-name", "LOAD_INVALID_MACRO_NAME", true},
		{"bad-list-name", "LOAD_INVALID_LIST_NAME", true},
		{"macro-after-rule", "LOAD_WARNING_EXTENSION", true},
		{"redefined", "LOAD_WARNING_EXTENSION", true},
		{"replaces-nothing", "LOAD_WARNING_EXTENSION", true},
		{"selects-nothing", "LOAD_WARNING_EXTENSION", true},
	};
	return codes;
}

const FindingCode *find_code(const std::string &name, bool is_warning)
{
	const FindingCode *found = nullptr;
	for (const auto &code : finding_codes()) {
		if (name == code.name && (found == nullptr || code.is_warning == is_warning)) {
			found = &code;
		}
	}
	return found;
}

const char *category_text(const std::string &category)
{
	static const std::map<std::string, const char *> texts = {
		{"LOAD_ERR_FILE_READ", "the file cannot be read"},
		{"LOAD_ERR_YAML_PARSE", "the file is no valid YAML"},
		{"LOAD_ERR_YAML_VALIDATE", "the file is not made as a rules file is"},
		{"LOAD_ERR_COMPILE_CONDITION", "a condition cannot be used"},
		{"LOAD_ERR_COMPILE_OUTPUT", "an output cannot be used"},
		{"LOAD_ERR_VALIDATE", "a rule, macro, list or exception is wrong"},
		{"LOAD_UNKNOWN_SOURCE", "the source of a rule is not known"},
		{"LOAD_NO_EVTTYPE", "a condition does not say which event types it is about"},
		{"LOAD_UNKNOWN_FILTER", "a field or event type is not known"},
		{"LOAD_UNUSED_MACRO", "nothing uses a macro"},
		{"LOAD_UNUSED_LIST", "nothing uses a list"},
		{"LOAD_UNKNOWN_ITEM", "a key or an entry is not known"},
		{"LOAD_INVALID_MACRO_NAME", "no condition can use a macro of this name"},
		{"LOAD_INVALID_LIST_NAME", "no condition can use a list of this name"},
		{"LOAD_DEPRECATED_ITEM", "a newer form replaces this one"},
		{"LOAD_APPEND_NO_VALUES", "no values are appended"},
		{"LOAD_EXCEPTION_NAME_NOT_UNIQUE", "two exceptions of a rule have the same name"},
		{"LOAD_UNSAFE_NA_CHECK", "a value is compared with <NA>, which no field is"},
		{"LOAD_COMPILE_CONDITION", "a condition looks wrong"},
		{"LOAD_WARNING_EXTENSION", "something has another effect than one may think"},
	};
	const auto found = texts.find(category);
	return found == texts.end() ? nullptr : found->second;
}

} // namespace falco::matcher
