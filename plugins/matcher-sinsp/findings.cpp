// SPDX-License-Identifier: Apache-2.0
#include "findings.hpp"

#include "finding_codes.hpp"
#include "shortened.hpp"

#include <algorithm>
#include <tuple>

namespace falco::matcher {

const std::vector<std::string> &Findings::warnings()
{
	static const auto names = [] {
		std::vector<std::string> all;
		for (const auto &code : finding_codes()) {
			if (code.is_warning) {
				all.emplace_back(code.name);
			}
		}
		return all;
	}();
	return names;
}

bool Findings::is_warning(const std::string &code)
{
	return std::find(warnings().begin(), warnings().end(), code) != warnings().end();
}

size_t Findings::file_of(const std::string &name)
{
	const auto [known, is_new] = numbers_.emplace(name, files_.size());
	if (is_new) {
		files_.emplace_back();
	}
	return known->second;
}

std::optional<std::pair<size_t, std::string_view>> Findings::find_line(File &file, const yaml::Place &place)
{
	if (!file.text || place.line == 0) {
		return std::nullopt;
	}
	const std::string_view text = *file.text;
	if (file.lines.empty()) {
		file.lines.push_back(text.substr(0, 3) == "\xef\xbb\xbf" ? 3 : 0);
		for (size_t at = 0; (at = text.find('\n', at)) != std::string_view::npos;) {
			file.lines.push_back(++at);
		}
	}
	if (place.line > file.lines.size()) {
		return std::nullopt;
	}
	const size_t begin = file.lines[place.line - 1];
	const size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
	return std::make_pair(begin, text.substr(begin, end - begin));
}

namespace {

// A value may be as long as the file: of a long text its beginning and its end.
std::string without_middle(const std::string &text)
{
	constexpr size_t kMost = 1000, kEnd = 400;
	if (text.size() <= kMost) {
		return text;
	}
	size_t end = text.size() - kEnd;
	while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
		end++;
	}
	return shortened(text, kMost - kEnd) + text.substr(end);
}

} // namespace

void Findings::error(const char *code, const yaml::Place &place, const std::string &item, const std::string &message)
{
	add(FALCO_LOG_ERROR, code, place, item, message);
}

void Findings::warn(const char *code, const yaml::Place &place, const std::string &item, const std::string &message)
{
	if (!ignores(item, code)) {
		add(FALCO_LOG_WARN, code, place, item, message);
	}
}

void Findings::add(falco_level level, const char *code, const yaml::Place &place, const std::string &item,
		   const std::string &message)
{
	const std::string text = without_middle(message);
	if (!said_.insert(place.str() + '\n' + text).second) {
		return;
	}
	errors_ += level == FALCO_LOG_ERROR;
	const size_t file = file_of(place.file ? *place.file : "");
	found_.push_back({level, code, place, file, without_middle(item), text});
}

void Findings::send(const falco_report &report)
{
	std::stable_sort(found_.begin(), found_.end(), [](const Finding &a, const Finding &b) {
		return std::tie(a.file, a.place.line, a.place.column) < std::tie(b.file, b.place.line, b.place.column);
	});
	for (const auto &found : found_) {
		if (found.level == FALCO_LOG_ERROR && first_.empty()) {
			first_ = (found.place.file ? found.place.str() + ": " : "") +
				 (found.item.empty() ? "" : found.item + ": ") + found.message;
		}
		falco_finding finding = {};
		finding.struct_size = sizeof finding;
		finding.level = found.level;
		finding.code = found.code;
		finding.file = found.place.file ? found.place.file->c_str() : nullptr;
		finding.line = found.place.line;
		finding.column = found.place.column;
		finding.item = found.item.empty() ? nullptr : found.item.c_str();
		finding.message = found.message.c_str();
		if (const auto *code = find_code(found.code, found.level != FALCO_LOG_ERROR)) {
			finding.category = code->category;
			finding.category_text = category_text(code->category);
		}
		if (const auto line = find_line(files_[found.file], found.place)) {
			finding.source_line = {line->second.data(), line->second.size()};
			// Where the file ends too early yaml-cpp counts on behind the line.
			finding.column = std::min(finding.column, static_cast<uint32_t>(line->second.size() + 1));
			finding.offset = line->first + finding.column - 1;
		}
		report.add(report.ctx, &finding);
	}
}

} // namespace falco::matcher
