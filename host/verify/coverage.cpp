// SPDX-License-Identifier: Apache-2.0
#include "host/verify/coverage.hpp"

#include "host/pipeline/escape.hpp"

#include <algorithm>
#include <cstdio>
#include <tuple>

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

} // namespace

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
}

void Coverage::add_item(const std::string &kind, const nlohmann::json &item)
{
	CoveredItem covered;
	covered.kind = kind;
	covered.name = item.value("name", "");
	covered.file = item.value("file", "");
	covered.line = item.value("line", 0u);
	collect(item.at("condition"), true, covered.branches);
	std::string key = covered.file + "\n" + std::to_string(covered.line) + "\n" + kind + " " + covered.name;
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

std::string Coverage::text() const
{
	std::string out = "Coverage: " + percent_text(covered(), total()) + " (" + std::to_string(covered()) + " of " +
			  std::to_string(total()) + " outcomes)\n";
	std::string file;
	for (const CoveredItem *item : in_order()) {
		if (item->file != file) {
			file = item->file;
			out += file + "\n";
		}
		out += "  " + percent_text(item->covered(), item->total()) + "  " + item->kind + " " +
		       escaped(item->name) + "\n";
		for (size_t i = 0; i < item->branches.size(); i++) {
			const Branch &branch = item->branches[i];
			if (branch.outcomes() < 2) {
				const char *what = branch.held == 0 && branch.failed == 0 ? "never tried: "
						   : branch.held == 0                     ? "never true:  "
											  : "never false: ";
				out += "             " + std::string(what) +
				       (i == 0 ? "the whole condition" : escaped(branch.text)) + "  (" +
				       std::to_string(branch.line) + ":" + std::to_string(branch.column) + ")\n";
			}
		}
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
	return {{"percent", percent()}, {"covered", covered()}, {"total", total()}, {"items", items}};
}

} // namespace falco::host
