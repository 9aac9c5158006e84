// SPDX-License-Identifier: Apache-2.0
#include "host/verify/explain_text.hpp"

#include "host/pipeline/escape.hpp"

namespace falco::host {

using nlohmann::json;

namespace {

constexpr size_t kSeenBytes = 120;

std::string seen_text(const json &part)
{
	if (!part.contains("seen")) {
		return {};
	}
	if (part["seen"].is_null()) {
		return "  no value";
	}
	std::string text = escaped(part["seen"].get<std::string>());
	if (text.size() > kSeenBytes) {
		text = text.substr(0, kSeenBytes) + "...";
	}
	return "  saw \"" + text + "\"";
}

std::string name_of_part(const json &part)
{
	const std::string kind = part.value("kind", "");
	if (kind == "check") {
		return part.value("text", "");
	}
	return kind == "macro" || kind == "exception" ? kind + " " + part.value("text", "") : kind;
}

// A part that was not asked, in a few words.
std::string brief_text(const json &part)
{
	const std::string kind = part.value("kind", "");
	if (kind == "not") {
		return "not " + brief_text(part.at("parts").at(0));
	}
	return kind == "and" || kind == "or" ? std::to_string(part.at("parts").size()) + " parts with " + kind
					     : name_of_part(part);
}

void append_part(std::string &out, const json &part, const std::string &indent, size_t depth, const Palette &palette)
{
	const bool decides = part.value("decides", false);
	const bool asked = !part.at("verdict").is_null();
	const bool holds = asked && part["verdict"].get<bool>();
	const std::string verdict = !asked  ? palette.faint("-    ")
				    : holds ? palette.good("true ")
					    : palette.bad("false");
	const std::string name = asked ? name_of_part(part) : brief_text(part);
	const bool is_leaf = !part.contains("parts");
	out += indent + (decides && is_leaf ? "> " : "  ") + verdict + "  " + std::string(depth * 2, ' ') +
	       (!asked               ? palette.faint(name)
		: decides && is_leaf ? palette.strong(name)
				     : name) +
	       seen_text(part);
	if (part.value("kind", "") == "macro") {
		out += palette.faint("  (" + place_text(part) + ")");
	}
	out += "\n";
	if (asked && !is_leaf) {
		for (const auto &inner : part["parts"]) {
			append_part(out, inner, indent, depth + 1, palette);
		}
	}
}

std::string joined(const std::vector<std::string> &names)
{
	std::string text;
	for (const auto &name : names) {
		text += (text.empty() ? "" : ", ") + name;
	}
	return text;
}

std::string count_text(size_t count, const std::string &what)
{
	return std::to_string(count) + (count == 1 ? " rule " : " rules ") + what;
}

} // namespace

std::string place_text(const json &part)
{
	return part.value("file", "") + ":" + std::to_string(part.value("line", 0)) + ":" +
	       std::to_string(part.value("column", 0));
}

std::string condition_text(const json &part, const std::string &indent, const Palette &palette)
{
	std::string out;
	append_part(out, part, indent, 0, palette);
	return out;
}

std::string explanation_text(const json &explained, const std::vector<InactiveRule> &inactive, bool every_tree,
			     const Palette &palette)
{
	const json &event = explained.at("event");
	std::string out = palette.strong("Event " + std::to_string(event.at("number").get<uint64_t>())) + " at " +
			  explained.value("time", "") + ": " + event.value("type", "") + " " +
			  event.value("direction", "") + " of " + escaped(event.value("process", "")) + " (pid " +
			  event.value("pid", "") + ")\n";
	if (const std::string args = event.value("args", ""); !args.empty() && args != "<NA>") {
		out += palette.faint("  " + escaped(args)) + "\n";
	}
	std::vector<std::string> other_types, ignored;
	for (const auto &rule : explained.at("rules")) {
		const std::string name = escaped(rule.value("rule", ""));
		const std::string concern = rule.value("concern", "");
		if (!every_tree && concern != "looks-at") {
			(concern == "ignored" ? ignored : other_types).push_back(name);
			continue;
		}
		std::string verdict = palette.bad("no alert");
		if (rule.value("alerts", false)) {
			verdict = palette.good("ALERT");
		} else if (rule.contains("shadowed_by")) {
			verdict = palette.warning("matches, but '" + escaped(rule.value("shadowed_by", "")) +
						  "' comes first and rule_matching is first: no alert");
		} else if (concern == "ignored") {
			verdict = palette.bad("no alert: events of this type are ignored unless a rule names them");
		} else if (concern == "event-type") {
			verdict = palette.bad("no alert: the rule does not look at events of this type");
		}
		out += "\n" + palette.strong(name) + " (" + rule.value("priority", "") + "): " + verdict + "\n" +
		       condition_text(rule.at("condition"), "  ", palette);
	}
	std::string rest;
	if (!other_types.empty()) {
		rest += "  " + count_text(other_types.size(), "of other event types: ") + joined(other_types) + "\n";
	}
	if (!ignored.empty()) {
		rest += "  " + count_text(ignored.size(), "for which events of this type are ignored: ") +
			joined(ignored) + "\n";
	}
	for (const auto &rule : inactive) {
		rest += "  switched off: " + escaped(rule.rule) + ", " + rule.because + "\n";
	}
	return rest.empty() ? out : out + "\nNot looked at:\n" + rest;
}

} // namespace falco::host
