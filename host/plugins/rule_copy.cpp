// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/rule_copy.hpp"

#include <utility>

namespace falco::host {

namespace {

std::string text(const char *maybe)
{
	return maybe ? maybe : "";
}

std::string rule_problem(const falco_rule &rule)
{
	if (rule.struct_size < sizeof rule) return "its struct_size is too short";
	if (!rule.name || !*rule.name) return "it has no name";
	const std::string name = "rule '" + text(rule.name) + "'";
	if (rule.priority < 0 || rule.priority > 7)
		return name + " has the priority " + std::to_string(rule.priority) + ", not 0 to 7";
	if ((rule.field_count > 0 && !rule.fields) || (rule.output_size > 0 && !rule.output))
		return name + " has a count of fields or pieces, but none";
	for (uint32_t i = 0; i < rule.field_count; ++i)
		if (!rule.fields[i]) return name + " has a field without a name";
	for (uint32_t i = 0; i < rule.output_size; ++i) {
		const falco_piece &piece = rule.output[i];
		if (piece.field >= 0 && static_cast<uint32_t>(piece.field) >= rule.field_count)
			return name + " uses field " + std::to_string(piece.field) + " of " +
			       std::to_string(rule.field_count) + " in its output";
	}
	return {};
}

} // namespace

RuleCopies::RuleCopies(std::vector<Rule> &rules) : rules_(rules), sink_{sizeof(falco_rule_sink), 0, this, add} {}

SharedText RuleCopies::share(std::string_view text)
{
	if (text.empty()) return {};
	const auto known = texts_.find(text);
	if (known != texts_.end()) return known->second;
	SharedText shared{std::string(text)};
	texts_.emplace(shared.str(), shared);
	return shared;
}

Rule RuleCopies::copy(const falco_rule &rule)
{
	Rule result;
	result.name = rule.name;
	result.desc = text(rule.desc);
	result.source = text(rule.source);
	result.priority = rule.priority;
	for (const char *const *tag = rule.tags; tag && *tag; ++tag)
		result.tags.emplace_back(*tag);
	result.fields.reserve(rule.field_count);
	for (uint32_t i = 0; i < rule.field_count; ++i)
		result.fields.push_back(share(rule.fields[i]));
	result.output.reserve(rule.output_size);
	for (uint32_t i = 0; i < rule.output_size; ++i) {
		const falco_piece &piece = rule.output[i];
		Rule::Piece part;
		if (piece.field < 0 && piece.literal.data)
			part.literal = share({piece.literal.data, piece.literal.size});
		part.field = piece.field < 0 ? -1 : piece.field;
		part.width = piece.width;
		result.output.push_back(std::move(part));
	}
	return result;
}

void RuleCopies::add(void *ctx, const falco_rule *rule) noexcept
{
	RuleCopies &self = *static_cast<RuleCopies *>(ctx);
	const std::string problem = rule ? rule_problem(*rule) : "it is NULL";
	if (problem.empty())
		self.rules_.push_back(self.copy(*rule));
	else if (self.problem_.empty())
		self.problem_ = problem;
}

FindingCopies::FindingCopies(std::vector<Finding> &findings)
    : findings_(findings), report_{sizeof(falco_report), 0, this, add}
{
}

void FindingCopies::add(void *ctx, const falco_finding *finding) noexcept
{
	if (!finding) return;
	Finding copied;
	copied.level = finding->level == FALCO_LOG_WARN ? FALCO_LOG_WARN : FALCO_LOG_ERROR;
	copied.code = text(finding->code);
	copied.file = text(finding->file);
	copied.item = text(finding->item);
	copied.message = text(finding->message);
	copied.line = finding->line;
	copied.column = finding->column;
	copied.category = text(finding->category);
	copied.category_text = text(finding->category_text);
	if (finding->source_line.data) copied.source_line.assign(finding->source_line.data, finding->source_line.size);
	copied.offset = finding->offset;
	static_cast<FindingCopies *>(ctx)->findings_.push_back(std::move(copied));
}

std::string Finding::place() const
{
	std::string result = file;
	if (!file.empty() && line > 0) {
		result += ":" + std::to_string(line);
		if (column > 0) result += ":" + std::to_string(column);
	}
	return result;
}

std::string Finding::str() const
{
	std::string result = place();
	for (const std::string &part : {item, message}) {
		if (part.empty()) continue;
		if (!result.empty()) result += ": ";
		result += part;
	}
	return code.empty() ? result : result + " [" + code + "]";
}

} // namespace falco::host
