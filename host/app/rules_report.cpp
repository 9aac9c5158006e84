// SPDX-License-Identifier: Apache-2.0
#include "host/app/rules_report.hpp"

#include <algorithm>

namespace falco::host {

using nlohmann::json;

namespace {

constexpr size_t kWidth = 120;

// Begins no character of its own.
bool continues(char c)
{
	return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

std::string counted(size_t number, const std::string &what)
{
	return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::string without_folder(std::string text, const std::string &folder)
{
	const std::string prefix = folder.empty() || folder.back() == '/' ? folder : folder + '/';
	for (size_t at = 0; !prefix.empty() && (at = text.find(prefix, at)) != std::string::npos;) {
		// Only where a path begins: not in the middle of a longer one.
		if (at == 0 || text[at - 1] == ' ') {
			text.erase(at, prefix.size());
		} else {
			at += prefix.size();
		}
	}
	return text;
}

struct Counts {
	size_t errors = 0, warnings = 0;
};

Counts count(const std::vector<Finding> &findings, const std::string &file, bool first)
{
	Counts counts;
	for (const auto &finding : findings) {
		if (finding.file == file || (first && finding.file.empty())) {
			(finding.level == FALCO_LOG_ERROR ? counts.errors : counts.warnings)++;
		}
	}
	return counts;
}

json position(const std::string &file, unsigned line, unsigned column, uint64_t offset)
{
	return {{"name", file},
		{"line", line > 0 ? line - 1 : 0},
		{"column", column > 0 ? column - 1 : 0},
		{"offset", offset}};
}

json context_of(const Finding &finding, const std::string &file)
{
	json locations = json::array();
	locations.push_back({{"item_type", "rules content"}, {"item_name", ""}, {"position", position(file, 0, 0, 0)}});
	const size_t space = finding.item.find(' ');
	locations.push_back({{"item_type", finding.item.empty() ? "rules content item" : finding.item.substr(0, space)},
			     {"item_name", space == std::string::npos ? "" : finding.item.substr(space + 1)},
			     {"position", position(file, finding.line, finding.column, finding.offset)}});
	return {{"locations", locations}, {"snippet", show_place(finding.source_line, finding.column)}};
}

} // namespace

std::string show_place(const std::string &line, unsigned column)
{
	size_t at = std::min<size_t>(column > 0 ? column - 1 : 0, line.size());
	size_t begin = at > kWidth / 2 ? at - kWidth / 2 : 0;
	size_t end = std::min(line.size(), begin + kWidth);
	while (begin < at && continues(line[begin])) {
		begin++;
	}
	while (end > at && end < line.size() && continues(line[end])) {
		end--;
	}
	std::string shown = (begin > 0 ? "..." : "") + line.substr(begin, end - begin);
	std::string below = begin > 0 ? "   " : "";
	for (; begin < at; begin++) {
		if (!continues(line[begin])) {
			below += line[begin] == '\t' ? '\t' : ' ';
		}
	}
	return shown + (end < line.size() ? "..." : "") + "\n" + below + "^\n";
}

std::vector<std::string> show_lines(const Finding &finding)
{
	if (finding.line == 0) {
		return {};
	}
	const std::string shown = show_place(finding.source_line, finding.column);
	const size_t end = shown.find('\n');
	return {"    " + shown.substr(0, end), "    " + shown.substr(end + 1, shown.size() - end - 2)};
}

std::string report_text(const std::vector<std::string> &files, const std::vector<Finding> &findings,
			const std::string &folder, const Palette &palette)
{
	std::string text;
	for (const auto &finding : findings) {
		const std::string place = finding.place();
		const bool is_error = finding.level == FALCO_LOG_ERROR;
		const auto marked = [&](const std::string &part) {
			return is_error ? palette.bad(part) : palette.warning(part);
		};
		text += palette.strong(without_folder(place, folder)) + (place.empty() ? "" : ": ") +
			marked(is_error ? "error:" : "warning:") + " " + finding.item +
			(finding.item.empty() ? "" : ": ") + without_folder(finding.message, folder) + " " +
			palette.faint("[" + finding.code + "]") + "\n";
		if (const auto lines = show_lines(finding); !lines.empty()) {
			text += lines[0] + "\n" + marked(lines[1]) + "\n";
		}
	}
	for (size_t i = 0; i < files.size(); i++) {
		const Counts counts = count(findings, files[i], i == 0);
		text += without_folder(files[i], folder) + ": " +
			(counts.errors > 0 ? palette.bad("Invalid") : palette.good("Ok"));
		if (counts.errors > 0) {
			text += ", " + counted(counts.errors, "error");
		}
		if (counts.warnings > 0) {
			text += ", " + counted(counts.warnings, "warning");
		}
		text += "\n";
	}
	return text;
}

json report_json(const std::vector<std::string> &files, const std::vector<Finding> &findings)
{
	json results = json::array();
	for (size_t i = 0; i < files.size(); i++) {
		json errors = json::array(), warnings = json::array();
		for (const auto &finding : findings) {
			if (finding.file != files[i] && !(i == 0 && finding.file.empty())) {
				continue;
			}
			(finding.level == FALCO_LOG_ERROR ? errors : warnings)
				.push_back({{"code", finding.category},
					    {"codedesc", finding.category_text},
					    {"check", finding.code},
					    {"message", finding.message},
					    {"context", context_of(finding, files[i])}});
		}
		const bool successful = errors.empty();
		results.push_back({{"name", files[i]},
				   {"successful", successful},
				   {"errors", std::move(errors)},
				   {"warnings", std::move(warnings)}});
	}
	return {{"falco_load_results", results}};
}

} // namespace falco::host
