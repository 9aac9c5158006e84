// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/alert_template.hpp"

#include "host/config/template.hpp"
#include "host/pipeline/escape.hpp"
#include "host/pipeline/priority.hpp"

#include <algorithm>

namespace falco::host {

namespace {

std::vector<std::string> fields_of(const std::vector<TemplatePiece> &pieces)
{
	std::vector<std::string> names;
	for (const TemplatePiece &piece : pieces) {
		const auto &words = config::template_words();
		const bool is_word = std::find(words.begin(), words.end(), piece.name) != words.end();
		if (!piece.name.empty() && !is_word) names.push_back(piece.name);
	}
	return names;
}

} // namespace

AlertTemplate::AlertTemplate(const std::vector<TemplatePiece> &pieces) : lookup_(fields_of(pieces))
{
	const auto &words = config::template_words();
	size_t fields = 0;
	for (const TemplatePiece &piece : pieces) {
		if (piece.name.empty()) {
			pieces_.push_back({escaped(piece.literal), words.size(), kLiteral, 0});
			continue;
		}
		const auto word =
			static_cast<size_t>(std::find(words.begin(), words.end(), piece.name) - words.begin());
		pieces_.push_back({"", word, word == words.size() ? fields++ : 0, piece.width});
	}
}

void AlertTemplate::compose(const Alert &alert, std::string &line)
{
	line.clear();
	const std::vector<size_t> &fields = lookup_.in(alert);
	for (const Piece &piece : pieces_) {
		if (piece.field == kLiteral) {
			line += piece.literal;
		} else if (piece.word < config::template_words().size()) {
			value_.clear();
			append_word(value_, piece.word, alert);
			append_value(line, value_, piece.width);
		} else {
			std::string_view shown = "<NA>";
			const size_t field = fields[piece.field];
			if (field != FieldLookup::kAbsent) {
				const falco_str text = alert.value(field).text;
				if (text.data) shown = {text.data, text.size};
			}
			append_value(line, shown, piece.width);
		}
	}
}

void AlertTemplate::append_word(std::string &out, size_t word, const Alert &alert)
{
	const std::string &name = config::template_words()[word];
	const RuleText &rule = alert.rule();
	if (name == "rule") {
		out += rule.name;
	} else if (name == "priority") {
		out += priority_name(rule.priority);
	} else if (name == "time") {
		append_clock(out, alert.time_ns());
	} else if (name == "time_iso_8601") {
		append_iso_8601(out, alert.time_ns());
		out += 'Z';
	} else if (name == "message") {
		out += alert.message();
	} else if (name == "source") {
		out += rule.source;
	} else if (name == "hostname") {
		out += alert.run().hostname;
	} else if (name == "tags") {
		for (size_t i = 0; i < rule.tags.size(); ++i)
			out.append(i > 0 ? "," : "").append(rule.tags[i]);
	} else if (name == "id") {
		out += alert.id();
	} else {
		out += std::to_string(alert.sequence());
	}
}

} // namespace falco::host
