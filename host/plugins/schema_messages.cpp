// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/schema_messages.hpp"

#include <string_view>

namespace falco::host {

using nlohmann::json;

namespace {

std::string plain(const json &value)
{
	return value.is_string() ? value.get<std::string>()
				 : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string one_type(const json &type)
{
	if (type == "string") return "a string";
	if (type == "integer") return "a whole number";
	if (type == "number") return "a number";
	if (type == "boolean") return "true or false";
	if (type == "array") return "a list";
	if (type == "object") return "a map";
	if (type == "null") return "empty";
	return plain(type);
}

bool says(std::string_view text, std::string_view part)
{
	return text.find(part) != std::string_view::npos;
}

std::string type_message(const json &schema, const json &value)
{
	std::string text = "must be " + type_words(schema);
	if (value.is_null()) return text + ", it is empty";
	const bool looks_like_other = value.is_number() || value.is_boolean();
	if (looks_like_other && text == "must be a string") text += " (write " + plain(value) + " in quotes)";
	return text;
}

} // namespace

std::string type_words(const json &schema)
{
	if (!schema.is_object() || !schema.contains("type")) return "anything";
	const json &type = schema["type"];
	if (!type.is_array()) return one_type(type);
	std::string text;
	for (const json &one : type)
		text += (text.empty() ? "" : " or ") + one_type(one);
	return text;
}

std::string allowed_values(const json &schema)
{
	std::string text;
	if (!schema.is_object() || !schema.contains("enum")) return text;
	for (const json &value : schema["enum"])
		text += (text.empty() ? "" : ", ") + plain(value);
	return text;
}

std::string schema_message(const std::string &description, const json &schema, const json &value)
{
	const auto bound = [&](const char *key) {
		return schema.contains(key) ? plain(schema[key]) : std::string("?");
	};
	if (says(description, "'type' constraint")) return type_message(schema, value);
	if (says(description, "enum values")) return "must be one of " + allowed_values(schema);
	if (says(description, "'const' constraint")) return "must be " + bound("const");
	if (says(description, "Missing required property")) {
		const size_t quote = description.find('\'');
		return "the key " + description.substr(quote, description.rfind('\'') - quote + 1) + " is missing";
	}
	if (says(description, "greater than or equal")) return "must be at least " + bound("minimum");
	if (says(description, "less than or equal")) return "must be at most " + bound("maximum");
	if (says(description, "number greater than")) return "must be more than " + bound("exclusiveMinimum");
	if (says(description, "number less than")) return "must be less than " + bound("exclusiveMaximum");
	if (says(description, "String should be no fewer"))
		return bound("minLength") == "1" ? "must not be empty"
						 : "must have at least " + bound("minLength") + " characters";
	if (says(description, "String should be no more"))
		return "must have at most " + bound("maxLength") + " characters";
	if (says(description, "Array should contain no fewer"))
		return bound("minItems") == "1" ? "must not be an empty list"
						: "must have at least " + bound("minItems") + " entries";
	if (says(description, "Array should contain no more"))
		return "must have at most " + bound("maxItems") + " entries";
	if (says(description, "'pattern' constraint")) return "must match the pattern " + bound("pattern");
	return "does not fit the plugin's schema: " + description;
}

} // namespace falco::host
