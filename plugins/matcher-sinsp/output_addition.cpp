// SPDX-License-Identifier: Apache-2.0
#include "output_addition.hpp"

#include <algorithm>

namespace falco::matcher {

using nlohmann::json;

namespace {

OutputFormat parse(const std::string &key, const std::string &text, sinsp *inspector, const filter_check_list &checks)
{
	try {
		return parse_output(text, inspector, checks);
	} catch (const FormatError &e) {
		throw FormatError(0, key + ": " + e.what(), false);
	}
}

// The one field that the text is the name of. Throws FormatError.
OutputField parse_field(const std::string &key, const std::string &name, sinsp *inspector,
			const filter_check_list &checks)
{
	OutputFormat raw = parse(key, "%" + name, inspector, checks);
	if (raw.pieces.size() != 1 || raw.pieces.front().field < 0) {
		throw FormatError(0, key + ": '" + name + "' is no field's name; text is written as {NAME: TEXT}",
				  false);
	}
	OutputField field = *raw.fields[static_cast<size_t>(raw.pieces.front().field)];
	field.for_text_only = false;
	return field;
}

void add_field(OutputFormat &format, OutputField field)
{
	const auto same = std::find_if(format.fields.begin(), format.fields.end(), [&](const SharedField &other) {
		return other->name == field.name && !other->for_text_only;
	});
	if (same == format.fields.end()) {
		format.fields.push_back(std::make_shared<const OutputField>(std::move(field)));
	}
}

} // namespace

std::vector<OutputAddition> read_output_additions(const json &list)
{
	std::vector<OutputAddition> additions;
	for (const auto &entry : list) {
		OutputAddition addition;
		addition.key = "append_output[" + std::to_string(additions.size()) + "]";
		const json match = entry.value("match", json::object());
		addition.source = match.value("source", "");
		addition.rule = match.value("rule", "");
		addition.tags = match.value("tags", std::vector<std::string>());
		addition.text = entry.value("extra_output", "");
		const json fields = entry.value("extra_fields", json::array());
		for (size_t i = 0; i < fields.size(); i++) {
			const std::string key = addition.key + ".extra_fields[" + std::to_string(i) + "]";
			if (fields[i].is_string()) {
				addition.fields.push_back({key, fields[i].get<std::string>(), ""});
				continue;
			}
			for (const auto &[name, format] : fields[i].items()) {
				addition.fields.push_back({key + "." + name, name, format.get<std::string>()});
			}
		}
		additions.push_back(std::move(addition));
	}
	return additions;
}

bool applies_to(const OutputAddition &addition, const Item &rule)
{
	const auto has_tag = [&](const std::string &tag) {
		return std::find(rule.tags.begin(), rule.tags.end(), tag) != rule.tags.end();
	};
	return (addition.source.empty() || addition.source == rule.source) &&
	       (addition.rule.empty() || addition.rule == rule.name) &&
	       std::all_of(addition.tags.begin(), addition.tags.end(), has_tag);
}

void add_to_output(OutputFormat &format, const OutputAddition &addition, sinsp *inspector,
		   const filter_check_list &checks)
{
	if (!addition.text.empty()) {
		append_output(format, parse(addition.key + ".extra_output", addition.text, inspector, checks));
	}
	for (const auto &field : addition.fields) {
		if (field.format.empty()) {
			add_field(format, parse_field(field.key, field.name, inspector, checks));
		} else {
			if (field.name[0] == '%') {
				throw FormatError(0, field.key + ": expected a name that does not begin with %", false);
			}
			OutputField composed;
			composed.name = field.name;
			composed.composed =
				std::make_shared<const OutputFormat>(parse(field.key, field.format, inspector, checks));
			add_field(format, std::move(composed));
		}
	}
}

OutputField parse_extra_field(const std::string &name, sinsp *inspector, const filter_check_list &checks)
{
	return parse_field("extra_fields", name, inspector, checks);
}

} // namespace falco::matcher
