// SPDX-License-Identifier: Apache-2.0
//
// Coverage as a page: the rules files with every check and macro in the colour of what was seen of it. Groups (and, or)
// and exceptions, which are made of checks, have a mark of that colour where they begin.
#include "host/verify/coverage.hpp"

#include "common/yaml_tree.hpp"
#include "host/verify/line_difference.hpp"
#include "host/verify/markup.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace falco::host {

namespace {

constexpr const char *kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Coverage of rules</title>
<style>
body{font-family:sans-serif;margin:2em;color:#222;background:#fff}
pre{background:#f7f7f7;padding:1em;overflow-x:auto;line-height:1.4}
.n{color:#999;user-select:none}
.both{background:#c8efc8}.true{background:#fff2b3}.false{background:#ffd9b3}.never{background:#f7c0c0}
.m{font-size:70%;padding:0 .3em;margin-right:.2em;border-radius:.3em;user-select:none}
table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:left;border-bottom:1px solid #ddd}
</style></head><body>
<h1>Coverage of rules</h1>
<p><span class="both">was true and false</span> <span class="true">was only true</span>
<span class="false">was only false</span> <span class="never">was never tried</span>;
<span class="m both">and</span>, <span class="m both">or</span> and <span class="m both">exception</span> stand where
these begin</p>
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

std::string tag_of(const Branch &branch, const std::string &more_class, const std::string &what,
		   const std::string &text)
{
	return "<span class=\"" + more_class + class_of(branch) + "\" title=\"" + what + "true " +
	       std::to_string(branch.held) + " times, false " + std::to_string(branch.failed) + " times\">" +
	       escape_markup(text) + "</span>";
}

// `marks`: of branches that begin in this line, the outer ones first.
std::string coloured(const std::string &line, std::vector<Span> spans, std::vector<const Branch *> marks)
{
	std::sort(spans.begin(), spans.end(), [](const Span &a, const Span &b) { return a.begin < b.begin; });
	std::stable_sort(marks.begin(), marks.end(),
			 [](const Branch *a, const Branch *b) { return a->column < b->column; });
	std::string out;
	size_t at = 0;
	auto mark = marks.begin();
	const auto go_to = [&](size_t end) {
		for (; mark != marks.end() && (*mark)->column - 1 <= end; ++mark) {
			const size_t begin = std::max<size_t>((*mark)->column - 1, at);
			out += escape_markup(line.substr(at, begin - at)) +
			       tag_of(**mark, "m ", (*mark)->text + ": ", (*mark)->kind);
			at = begin;
		}
		out += escape_markup(line.substr(at, end - at));
		at = end;
	};
	for (const Span &span : spans) {
		const size_t end = std::min(span.end, line.size());
		if (span.begin < at || end <= span.begin) {
			continue;
		}
		go_to(span.begin);
		out += tag_of(*span.branch, "", "", line.substr(span.begin, end - span.begin));
		at = end;
	}
	go_to(line.size());
	return out;
}

std::vector<Span> spans_on(uint32_t line, size_t length, const std::vector<const Branch *> &branches)
{
	std::vector<Span> spans;
	for (const Branch *branch : branches) {
		if (branch->is_leaf && branch->line <= line && line <= branch->end_line) {
			spans.push_back({branch->line == line ? branch->column - 1 : 0,
					 branch->end_line == line ? branch->end_column - 1 : length, branch});
		}
	}
	return spans;
}

std::vector<const Branch *> marks_on(uint32_t line, const std::vector<const Branch *> &branches)
{
	std::vector<const Branch *> marks;
	std::copy_if(branches.begin(), branches.end(), std::back_inserter(marks),
		     [&](const Branch *branch) { return !branch->is_leaf && branch->line == line; });
	return marks;
}

} // namespace

std::string Coverage::html() const
{
	char percent_text[32];
	std::snprintf(percent_text, sizeof percent_text, "%.1f %%", percent());
	std::string out = std::string(kHead) + "<p>" + percent_text + ": " + std::to_string(covered()) + " of " +
			  std::to_string(total()) + " outcomes</p>\n<table><tr><th>item</th><th>outcomes</th></tr>\n";
	std::map<std::string, std::vector<const Branch *>> by_file;
	for (const CoveredItem *item : in_order()) {
		out += "<tr><td>" + item->kind + " " + escape_markup(item->name) + "</td><td>" +
		       std::to_string(item->covered()) + " of " + std::to_string(item->total()) + "</td></tr>\n";
		for (const Branch &branch : item->branches) {
			auto &branches = by_file[branch.file];
			if (branch.line > 0 && branch.column > 0) branches.push_back(&branch);
		}
	}
	for (const auto &item : never_tried()) {
		out += "<tr><td>" + item.value("kind", "") + " " + escape_markup(item.value("name", "")) +
		       "</td><td>not counted: " + escape_markup(item.value("because", "")) + "</td></tr>\n";
	}
	out += "</table>\n";
	for (const auto &[file, branches] : by_file) {
		out += "<h2>" + escape_markup(file) + "</h2>\n<pre>";
		uint32_t number = 0;
		for (const std::string &line : lines_in(yaml::read_text(file))) {
			number++;
			char shown[16];
			std::snprintf(shown, sizeof shown, "%5u  ", number);
			out += std::string("<span class=\"n\">") + shown + "</span>" +
			       coloured(line, spans_on(number, line.size(), branches), marks_on(number, branches)) +
			       "\n";
		}
		out += "</pre>\n";
	}
	return out + "</body></html>\n";
}

} // namespace falco::host
