// SPDX-License-Identifier: Apache-2.0
//
// Coverage as a page: the rules files with every check and macro in the colour of what was seen of it.
#include "host/verify/coverage.hpp"

#include "common/yaml_tree.hpp"
#include "host/verify/line_difference.hpp"
#include "host/verify/markup.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

namespace falco::host {

namespace {

constexpr const char *kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Coverage of rules</title>
<style>
body{font-family:sans-serif;margin:2em;color:#222;background:#fff}
pre{background:#f7f7f7;padding:1em;overflow-x:auto;line-height:1.4}
.n{color:#999;user-select:none}
.both{background:#c8efc8}.true{background:#fff2b3}.false{background:#ffd9b3}.never{background:#f7c0c0}
table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:left;border-bottom:1px solid #ddd}
</style></head><body>
<h1>Coverage of rules</h1>
<p><span class="both">was true and false</span> <span class="true">was only true</span>
<span class="false">was only false</span> <span class="never">was never tried</span></p>
)";

const char *class_of(const Branch &branch)
{
	return branch.outcomes() == 2 ? "both" : branch.held > 0 ? "true" : branch.failed > 0 ? "false" : "never";
}

// A coloured part of one line, in bytes from 0.
struct Span {
	size_t begin, end;
	const Branch *branch;
};

std::string coloured(const std::string &line, std::vector<Span> spans)
{
	std::sort(spans.begin(), spans.end(), [](const Span &a, const Span &b) { return a.begin < b.begin; });
	std::string out;
	size_t at = 0;
	for (const Span &span : spans) {
		const size_t end = std::min(span.end, line.size());
		if (span.begin < at || end <= span.begin) {
			continue;
		}
		out += escape_markup(line.substr(at, span.begin - at)) + "<span class=\"" + class_of(*span.branch) +
		       "\" title=\"true " + std::to_string(span.branch->held) + " times, false " +
		       std::to_string(span.branch->failed) + " times\">" +
		       escape_markup(line.substr(span.begin, end - span.begin)) + "</span>";
		at = end;
	}
	return out + escape_markup(line.substr(at));
}

std::vector<Span> spans_on(uint32_t line, size_t length, const std::vector<const Branch *> &branches)
{
	std::vector<Span> spans;
	for (const Branch *branch : branches) {
		if (branch->line <= line && line <= branch->end_line) {
			spans.push_back({branch->line == line ? branch->column - 1 : 0,
					 branch->end_line == line ? branch->end_column - 1 : length, branch});
		}
	}
	return spans;
}

} // namespace

std::string Coverage::html() const
{
	char percent_text[32];
	std::snprintf(percent_text, sizeof percent_text, "%.1f %%", percent());
	std::string out = std::string(kHead) + "<p>" + percent_text + ": " + std::to_string(covered()) + " of " +
			  std::to_string(total()) + " outcomes</p>\n<table><tr><th>item</th><th>outcomes</th></tr>\n";
	std::set<std::string> files;
	std::vector<const Branch *> leaves;
	for (const CoveredItem *item : in_order()) {
		out += "<tr><td>" + item->kind + " " + escape_markup(item->name) + "</td><td>" +
		       std::to_string(item->covered()) + " of " + std::to_string(item->total()) + "</td></tr>\n";
		for (const Branch &branch : item->branches) {
			if (branch.is_leaf && branch.line > 0 && branch.column > 0) {
				leaves.push_back(&branch);
			}
			files.insert(branch.file);
		}
	}
	out += "</table>\n";
	for (const std::string &file : files) {
		std::vector<const Branch *> here;
		std::copy_if(leaves.begin(), leaves.end(), std::back_inserter(here),
			     [&](const Branch *branch) { return branch->file == file; });
		out += "<h2>" + escape_markup(file) + "</h2>\n<pre>";
		uint32_t number = 0;
		for (const std::string &line : lines_in(yaml::read_text(file))) {
			number++;
			char shown[16];
			std::snprintf(shown, sizeof shown, "%5u  ", number);
			out += std::string("<span class=\"n\">") + shown + "</span>" +
			       coloured(line, spans_on(number, line.size(), here)) + "\n";
		}
		out += "</pre>\n";
	}
	return out + "</body></html>\n";
}

} // namespace falco::host
