// SPDX-License-Identifier: Apache-2.0
#include "rules_schema_check.hpp"

#include "common/yaml_tree.hpp"
#include "plugins/matcher-sinsp/rules_schema.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace falco::matcher {

namespace {

using valijson::adapters::NlohmannJsonAdapter;

const valijson::Schema &rules_schema()
{
	static const auto schema = [] {
		auto parsed = std::make_unique<valijson::Schema>();
		const auto text = nlohmann::json::parse(kRulesSchema);
		valijson::SchemaParser().populateSchema(NlohmannJsonAdapter(text), *parsed);
		return parsed;
	}();
	return *schema;
}

} // namespace

SchemaVerdict fits_rules_schema(const std::string &yaml)
{
	nlohmann::json document;
	try {
		document = yaml::to_json(yaml::parse(yaml, "rules").root);
	} catch (const yaml::Error &) {
		return SchemaVerdict::not_yaml;
	}
	const bool fits = valijson::Validator().validate(rules_schema(), NlohmannJsonAdapter(document), nullptr);
	return fits ? SchemaVerdict::accepts : SchemaVerdict::refuses;
}

} // namespace falco::matcher
