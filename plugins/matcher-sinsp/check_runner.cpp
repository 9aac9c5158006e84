// SPDX-License-Identifier: Apache-2.0
#include "check_runner.hpp"

#include "field_factory.hpp"
#include "regex_guard.hpp"

#include <libsinsp/filter.h>

namespace falco::matcher {

namespace {

// Fields that only conditions can have, and the ones that show what they compare.
std::string shown_instead_of(const std::string &field)
{
	static const std::map<std::string, std::string> others = {
		{"fd.ip", "%fd.cip, %fd.sip"},
		{"fd.net", "%fd.cip, %fd.sip"},
		{"fd.cnet", "%fd.cip"},
		{"fd.snet", "%fd.sip"},
		{"fd.lnet", "%fd.lip"},
		{"fd.rnet", "%fd.rip"},
		{"fd.port", "%fd.cport, %fd.sport"},
		{"fd.proto", "%fd.cproto, %fd.sproto"},
		{"fd.ip.name", "%fd.cip.name, %fd.sip.name"},
	};
	const auto found = others.find(field);
	return found == others.end() ? "%" + field : found->second;
}

} // namespace

CheckRunner::CheckRunner(sinsp *inspector)
    : inspector_(inspector), factory_(std::make_shared<FieldFactory>(inspector, checks_))
{
}

bool CheckRunner::holds(const Written &check, sinsp_evt *event)
{
	auto &filter = filters_[check.check];
	if (!filter) {
		filter = compile_filter(factory_, check.check);
	}
	return filter->run(event);
}

FieldExtractor *CheckRunner::extractor(const std::string &output, OutputFormat *&format)
{
	const auto [found, added] = shown_.try_emplace(output);
	Shown &shown = found->second;
	if (added) {
		try {
			shown.format = parse_output(output, inspector_, checks_);
			shown.extractor = std::make_unique<FieldExtractor>(shown.format, inspector_, checks_);
		} catch (const std::exception &) {
			shown.extractor.reset(); // a field that cannot be shown
		}
	}
	format = &shown.format;
	return shown.extractor.get();
}

std::optional<std::string> CheckRunner::seen(const Written &check, sinsp_evt *event)
{
	OutputFormat *format = nullptr;
	FieldExtractor *fields = extractor(shown_instead_of(check.field), format);
	if (!fields) {
		return std::nullopt;
	}
	const falco_value *values = fields->extract(event);
	std::string text;
	bool any = false;
	for (const auto &piece : format->pieces) {
		if (piece.field < 0) {
			text += piece.literal;
		} else if (const falco_str &value = values[piece.field].text; value.data) {
			text.append(value.data, value.size);
			any = true;
		}
	}
	return any ? std::optional(text) : std::nullopt;
}

std::string CheckRunner::shown(const std::string &output, sinsp_evt *event)
{
	OutputFormat *format = nullptr;
	FieldExtractor *fields = extractor(output, format);
	if (!fields) {
		return {};
	}
	const falco_value *values = fields->extract(event);
	std::string text;
	for (const auto &piece : format->pieces) {
		const falco_str value = piece.field < 0 ? falco_str{} : values[piece.field].text;
		text += piece.field < 0 ? piece.literal : value.data ? std::string(value.data, value.size) : "<NA>";
	}
	return text;
}

} // namespace falco::matcher
