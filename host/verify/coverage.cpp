// SPDX-License-Identifier: Apache-2.0
#include "host/verify/coverage.hpp"

#include "host/pipeline/escape.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <tuple>
#include <utility>

namespace falco::host {

namespace {

std::string percent_text(size_t covered, size_t total)
{
	char text[32];
	const double percent = total == 0 ? 100.0 : 100.0 * static_cast<double>(covered) / static_cast<double>(total);
	std::snprintf(text, sizeof text, "%5.1f %%", percent);
	return text;
}

// `not` says nothing that what it negates does not say.
void collect(const nlohmann::json &part, bool whole, std::vector<Branch> &branches)
{
	const std::string kind = part.value("kind", "");
	if (kind != "not" || whole) {
		Branch branch;
		branch.kind = kind;
		branch.text = part.value("text", kind);
		branch.file = part.value("file", "");
		branch.line = part.value("line", 0u);
		branch.column = part.value("column", 0u);
		branch.end_line = part.value("end_line", 0u);
		branch.end_column = part.value("end_column", 0u);
		branch.held = part.value("held", uint64_t{0});
		branch.failed = part.value("failed", uint64_t{0});
		branch.is_leaf = kind == "check" || kind == "macro";
		branches.push_back(std::move(branch));
	}
	if (part.contains("parts")) {
		for (const auto &inner : part["parts"]) {
			collect(inner, false, branches);
		}
	}
}

// Of the same item in several sets of rules.
std::string key_of(const std::string &file, uint32_t line, const std::string &kind, const std::string &name)
{
	return file + "\n" + std::to_string(line) + "\n" + kind + " " + name;
}

// "rules.yaml:3:9" as file and line.
std::pair<std::string, uint32_t> split_place(const std::string &place)
{
	const size_t column = place.rfind(':');
	const size_t line = column == std::string::npos ? column : place.rfind(':', column - 1);
	if (line == std::string::npos) return {place, 0};
	return {place.substr(0, line), static_cast<uint32_t>(std::strtoul(place.c_str() + line + 1, nullptr, 10))};
}

} // namespace

nlohmann::json left_out(const nlohmann::json &described, const nlohmann::json &observed)
{
	nlohmann::json list = nlohmann::json::array();
	const auto add = [&](const char *kind, const nlohmann::json &info, const std::string &because) {
		const auto [file, line] = split_place(info.value("place", ""));
		list.push_back({{"kind", kind},
				{"name", info.value("name", "")},
				{"file", file},
				{"line", line},
				{"because", because}});
	};
	for (const auto &rule : described.at("rules")) {
		const auto &details = rule.at("details");
		if (!details.value("active", true)) add("rule", rule.at("info"), details.value("inactive_because", ""));
	}
	const auto &used = observed.at("macros");
	for (const auto &macro : described.at("macros")) {
		const std::string name = macro.at("info").value("name", "");
		if (std::none_of(used.begin(), used.end(),
				 [&](const auto &one) { return one.value("name", "") == name; })) {
			add("macro", macro.at("info"), "no rule that is on uses it");
		}
	}
	return list;
}

size_t CoveredItem::covered() const
{
	size_t outcomes = 0;
	for (const Branch &branch : branches) {
		outcomes += branch.outcomes();
	}
	return outcomes;
}

void Coverage::add(const nlohmann::json &observed)
{
	for (const auto &rule : observed.at("rules")) {
		add_item("rule", rule);
	}
	for (const auto &macro : observed.at("macros")) {
		add_item("macro", macro);
	}
	for (const auto &item : observed.at("left_out")) {
		left_out_[key_of(item.value("file", ""), item.value("line", 0u), item.value("kind", ""),
				 item.value("name", ""))] = item;
	}
}

std::vector<nlohmann::json> Coverage::never_tried() const
{
	std::set<std::string> tried;
	for (const auto &[key, item] : items_) {
		tried.insert(key_of(item.file, item.line, item.kind, item.name));
	}
	std::vector<nlohmann::json> items;
	for (const auto &[key, item] : left_out_) {
		if (tried.count(key) == 0) items.push_back(item);
	}
	std::stable_sort(items.begin(), items.end(), [](const auto &a, const auto &b) {
		return std::make_pair(a.at("file"), a.at("line")) < std::make_pair(b.at("file"), b.at("line"));
	});
	return items;
}

void Coverage::add_item(const std::string &kind, const nlohmann::json &item)
{
	CoveredItem covered;
	covered.kind = kind;
	covered.name = item.value("name", "");
	covered.file = item.value("file", "");
	covered.line = item.value("line", 0u);
	collect(item.at("condition"), true, covered.branches);
	std::string key = key_of(covered.file, covered.line, kind, covered.name);
	for (const Branch &branch : covered.branches) {
		key += "\n" + branch.kind + " " + branch.text; // later files may append to it
	}
	const auto [found, added] = items_.emplace(std::move(key), covered);
	if (!added) {
		for (size_t i = 0; i < covered.branches.size(); i++) {
			found->second.branches[i].held += covered.branches[i].held;
			found->second.branches[i].failed += covered.branches[i].failed;
		}
	}
}

size_t Coverage::covered() const
{
	size_t outcomes = 0;
	for (const auto &[key, item] : items_) {
		outcomes += item.covered();
	}
	return outcomes;
}

size_t Coverage::total() const
{
	size_t outcomes = 0;
	for (const auto &[key, item] : items_) {
		outcomes += item.total();
	}
	return outcomes;
}

double Coverage::percent() const
{
	return total() == 0 ? 100.0 : 100.0 * static_cast<double>(covered()) / static_cast<double>(total());
}

std::vector<const CoveredItem *> Coverage::in_order() const
{
	std::vector<const CoveredItem *> items;
	for (const auto &[key, item] : items_) {
		items.push_back(&item);
	}
	std::stable_sort(items.begin(), items.end(), [](const CoveredItem *a, const CoveredItem *b) {
		return std::tie(a->file, a->line) < std::tie(b->file, b->line);
	});
	return items;
}

std::string Coverage::text(const Palette &palette) const
{
	std::string out = palette.strong("Coverage: " + percent_text(covered(), total())) + " (" +
			  std::to_string(covered()) + " of " + std::to_string(total()) + " outcomes)\n";
	std::string file;
	for (const CoveredItem *item : in_order()) {
		if (item->file != file) {
			file = item->file;
			out += palette.strong(file) + "\n";
		}
		const std::string percent = percent_text(item->covered(), item->total());
		out += "  " + (item->covered() < item->total() ? palette.bad(percent) : palette.good(percent)) + "  " +
		       item->kind + " " + escaped(item->name) + "\n";
		for (size_t i = 0; i < item->branches.size(); i++) {
			const Branch &branch = item->branches[i];
			if (branch.outcomes() < 2) {
				const char *what = branch.held == 0 && branch.failed == 0 ? "never tried: "
						   : branch.held == 0                     ? "never true:  "
											  : "never false: ";
				out += "             " + palette.warning(what) +
				       (i == 0 ? "the whole condition" : escaped(branch.text)) + "  (" +
				       std::to_string(branch.line) + ":" + std::to_string(branch.column) + ")\n";
			}
		}
	}
	const auto untried = never_tried();
	if (!untried.empty()) out += palette.strong("Not counted") + "\n";
	for (const auto &item : untried) {
		out += "  " + item.value("kind", "") + " " + escaped(item.value("name", "")) + "  (" +
		       item.value("file", "") + ":" + std::to_string(item.value("line", 0u)) +
		       "): " + item.value("because", "") + "\n";
	}
	return out;
}

nlohmann::json Coverage::json() const
{
	nlohmann::json items = nlohmann::json::array();
	for (const CoveredItem *item : in_order()) {
		nlohmann::json branches = nlohmann::json::array();
		for (const Branch &branch : item->branches) {
			branches.push_back({{"kind", branch.kind},
					    {"text", branch.text},
					    {"line", branch.line},
					    {"column", branch.column},
					    {"end_line", branch.end_line},
					    {"end_column", branch.end_column},
					    {"true", branch.held},
					    {"false", branch.failed}});
		}
		items.push_back({{"kind", item->kind},
				 {"name", item->name},
				 {"file", item->file},
				 {"line", item->line},
				 {"covered", item->covered()},
				 {"total", item->total()},
				 {"branches", branches}});
	}
	return {{"percent", percent()},
		{"covered", covered()},
		{"total", total()},
		{"items", items},
		{"left_out", never_tried()}};
}

} // namespace falco::host
