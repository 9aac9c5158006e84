// SPDX-License-Identifier: Apache-2.0
//
// The only place that uses valijson.
#include "host/plugins/schema.hpp"

#include "host/error.hpp"
#include "host/plugins/schema_messages.hpp"

// Without it valijson ends the program where a schema is wrong.
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <algorithm>

namespace falco::host {

using nlohmann::json;

namespace {

constexpr int kMaxDepth = 64; // of a schema that refers to itself

std::optional<Schema::Fault> run(const valijson::Schema &schema, const Schema &owner, const json &tree,
				 const json &value)
{
	valijson::Validator validator;
	valijson::ValidationResults results;
	try {
		if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(value), &results)) return {};
	} catch (const std::exception &error) { // a pattern that is no regular expression shows only here
		return Schema::Fault{{},
				     std::string("cannot be checked, the plugin's schema is wrong: ") + error.what()};
	}
	// Every level says again that something inside it failed: the deepest one knows what.
	const auto deepest = std::max_element(results.begin(), results.end(), [](const auto &a, const auto &b) {
		return a.context.size() < b.context.size();
	});
	if (deepest == results.end()) return Schema::Fault{{}, "does not fit the plugin's schema"};
	Schema::Fault fault;
	const json *part = &tree;
	const json *found = &value;
	for (size_t i = 1; i < deepest->context.size(); ++i) { // the first is the root
		const std::string &bracketed = deepest->context[i];
		const std::string step = bracketed.substr(1, bracketed.size() - 2);
		fault.path.push_back(step);
		if (part) part = owner.find_below(*part, step);
		if (found->is_array())
			found = &found->at(std::stoul(step));
		else
			found = &found->at(step);
	}
	fault.message = schema_message(deepest->description, part ? owner.resolve(*part) : json::object(), *found);
	return fault;
}

void compile(const json &tree, valijson::Schema &schema)
{
	valijson::SchemaParser parser;
	parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(tree), schema);
}

void fill(const Schema &owner, const json &unresolved, json &value, int depth)
{
	if (depth > kMaxDepth) return;
	const json &schema = owner.resolve(unresolved);
	if (value.is_array()) {
		for (size_t i = 0; i < value.size(); ++i)
			if (const json *items = owner.find_below(schema, std::to_string(i)))
				fill(owner, *items, value[i], depth + 1);
		return;
	}
	const auto properties = schema.find("properties");
	if (!value.is_object() || properties == schema.end()) return;
	for (const auto &[key, unresolved_part] : properties->items()) {
		const json &part = owner.resolve(unresolved_part);
		if (!value.contains(key) && part.is_object() && part.contains("default")) value[key] = part["default"];
		if (value.contains(key)) fill(owner, part, value[key], depth + 1);
	}
}

void find_bad_defaults(const Schema &owner, const json &unresolved, const std::string &path,
		       std::vector<std::string> &found, int depth)
{
	if (depth > kMaxDepth) return;
	const json &schema = owner.resolve(unresolved);
	if (!schema.is_object()) return;
	if (schema.contains("default")) {
		json alone = schema;
		for (const char *shared : {"definitions", "$defs"}) // what its references point to
			if (owner.tree().contains(shared)) alone[shared] = owner.tree()[shared];
		valijson::Schema compiled;
		compile(alone, compiled);
		if (const auto fault = run(compiled, owner, alone, schema["default"]))
			found.push_back("the default of '" + path + "' " + fault->message);
	}
	const json properties = schema.value("properties", json::object()); // items() only refers to it
	for (const auto &[key, part] : properties.items())
		find_bad_defaults(owner, part, path.empty() ? key : path + "." + key, found, depth + 1);
	if (schema.contains("items") && schema["items"].is_object())
		find_bad_defaults(owner, schema["items"], path + "[]", found, depth + 1);
}

} // namespace

struct Schema::Compiled {
	json tree;
	valijson::Schema schema;
};

Schema::Schema(const char *text) : compiled_(std::make_unique<Compiled>())
{
	compiled_->tree = json::parse(text, nullptr, false);
	const json &root = compiled_->tree;
	if (root.is_discarded()) throw Error("it is not JSON");
	if (!root.is_object() || !root.contains("type") || root["type"] != "object")
		throw Error(R"(it must be an object with "type": "object")");
	if (root.contains("properties") && !root["properties"].is_object())
		throw Error(R"("properties" must be an object)");
	try {
		compile(root, compiled_->schema);
	} catch (const std::exception &error) {
		throw Error(std::string("it is not a valid JSON Schema: ") + error.what());
	}
}

Schema::~Schema() = default;

const json &Schema::tree() const
{
	return compiled_->tree;
}

const json *Schema::find_property(const std::string &key) const
{
	const auto properties = tree().find("properties");
	if (properties == tree().end()) return nullptr;
	const auto part = properties->find(key);
	return part == properties->end() ? nullptr : &*part;
}

const json &Schema::resolve(const json &schema) const
{
	const json *found = &schema;
	for (int i = 0; i < kMaxDepth && found->is_object() && found->contains("$ref"); ++i) {
		const json &reference = (*found)["$ref"];
		const std::string text = reference.is_string() ? reference.get<std::string>() : "";
		if (text.rfind("#/", 0) != 0) break;
		const json::json_pointer pointer(text.substr(1));
		if (!tree().contains(pointer)) break;
		found = &tree()[pointer];
	}
	return *found;
}

const json *Schema::find_below(const json &unresolved, const std::string &step) const
{
	const json &schema = resolve(unresolved);
	if (!schema.is_object()) return nullptr;
	if (const auto properties = schema.find("properties"); properties != schema.end()) {
		const auto part = properties->find(step);
		if (part != properties->end()) return &*part;
	}
	if (const auto items = schema.find("items"); items != schema.end()) {
		if (items->is_object()) return &*items;
		const bool is_index =
			!step.empty() && step.size() < 10 && step.find_first_not_of("0123456789") == std::string::npos;
		if (items->is_array() && is_index && std::stoul(step) < items->size())
			return &(*items)[std::stoul(step)];
	}
	const auto additional = schema.find("additionalProperties");
	return additional != schema.end() && additional->is_object() ? &*additional : nullptr;
}

std::optional<Schema::Fault> Schema::check(const json &config) const
{
	return run(compiled_->schema, *this, tree(), config);
}

void Schema::fill_defaults(json &config) const
{
	fill(*this, tree(), config, 0);
}

std::vector<std::string> Schema::bad_defaults() const
{
	std::vector<std::string> found;
	find_bad_defaults(*this, tree(), "", found, 0);
	return found;
}

} // namespace falco::host
