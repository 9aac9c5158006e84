// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace falco::host {

// What a plugin says about its configuration: a JSON Schema (draft 7) of an object.
class Schema {
public:
	// Throws Error: no JSON, not the schema of an object, a constraint that makes no sense.
	explicit Schema(const char *text);
	~Schema();
	Schema(const Schema &) = delete;
	Schema &operator=(const Schema &) = delete;

	const nlohmann::json &tree() const;

	// The schema of a key of the configuration; nullptr when it is not among the properties.
	const nlohmann::json *find_property(const std::string &key) const;

	// The schema of what stands below `schema` at a key or, in decimal digits, an index. nullptr: there is none.
	const nlohmann::json *find_below(const nlohmann::json &schema, const std::string &step) const;

	// `schema`, or what its "$ref" within this document names.
	const nlohmann::json &resolve(const nlohmann::json &schema) const;

	struct Fault {
		std::vector<std::string> path; // keys and indexes, from the outside
		std::string message;           // "must be a string"
	};
	// The first thing that does not fit; the innermost one where several describe the same place.
	std::optional<Fault> check(const nlohmann::json &config) const;

	// Gives absent keys that have a default their default, at every depth.
	void fill_defaults(nlohmann::json &config) const;

	// Defaults that their own schema refuses, as messages.
	std::vector<std::string> bad_defaults() const;

private:
	struct Compiled;
	std::unique_ptr<Compiled> compiled_;
};

} // namespace falco::host
