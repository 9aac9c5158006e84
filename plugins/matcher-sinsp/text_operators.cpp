// SPDX-License-Identifier: Apache-2.0
#include "text_operators.hpp"

#include "regex_guard.hpp"

#include <libsinsp/utils.h>
#include <re2/re2.h>

#include <algorithm>
#include <cctype>

namespace falco::matcher {

namespace {

constexpr size_t kFew = 4; // values that are compared faster than hashed
constexpr const char *kWildcards = "*?[]\\";

// A longest part of the pattern that stands outside of wildcards; empty where brackets or backslashes may change its
// meaning.
std::string longest_literal(const std::string &pattern)
{
	std::string longest;
	if (pattern.find_first_of("[\\") != std::string::npos) {
		return longest;
	}
	for (size_t at = 0; at < pattern.size(); at++) {
		const size_t end = std::min(pattern.find_first_of(kWildcards, at), pattern.size());
		if (end - at > longest.size()) {
			longest = pattern.substr(at, end - at);
		}
		at = end;
	}
	return longest;
}

std::string after_last_wildcard(const std::string &pattern)
{
	const size_t last = pattern.find_last_of(kWildcards);
	return last == std::string::npos ? pattern : pattern.substr(last + 1);
}

// Takes the part before the next slash from a path; empty at its end.
std::string_view take_part(std::string_view &path)
{
	path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
	const std::string_view part = path.substr(0, path.find('/'));
	path.remove_prefix(part.size());
	return part;
}

std::vector<std::string> first_parts(const std::vector<std::string> &paths)
{
	std::vector<std::string> parts;
	for (std::string_view path : paths) {
		parts.emplace_back(take_part(path));
	}
	return parts;
}

} // namespace

std::optional<CheckKey> key_of_part(CheckKey::How how, const std::string &part)
{
	if (part.empty()) {
		return std::nullopt;
	}
	std::string constant = part;
	if (how == CheckKey::How::substring_any_case) {
		write_in_small_letters(part, constant);
	}
	return CheckKey{how, {std::move(constant)}};
}

void write_in_small_letters(std::string_view text, std::string &small)
{
	small.resize(text.size());
	std::transform(text.begin(), text.end(), small.begin(),
		       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
}

void write_plainly(std::string_view path, std::string &plain)
{
	plain.clear();
	for (auto part = take_part(path); !part.empty(); part = take_part(path)) {
		plain.append("/").append(part);
	}
}

In::In(std::vector<std::string> values) : values_(std::move(values))
{
	if (values_.size() > kFew) {
		set_.insert(values_.begin(), values_.end());
	}
}

bool In::operator()(std::string_view text) const
{
	return set_.empty() ? std::find(values_.begin(), values_.end(), text) != values_.end() : set_.count(text) != 0;
}

Glob::Glob(std::string pattern)
    : pattern_(std::move(pattern)), begin_{pattern_.substr(0, pattern_.find_first_of(kWildcards))},
      end_{after_last_wildcard(pattern_)}, inner_{longest_literal(pattern_)}
{
}

bool Glob::operator()(std::string_view text) const
{
	return begin_(text) && end_(text) && inner_(text) && sinsp_utils::glob_match(pattern_.c_str(), text.data());
}

std::optional<CheckKey> Glob::key() const
{
	auto key = begin_.key();
	for (const auto &other : {end_.key(), inner_.key()}) {
		if (other && (!key || other->constants.front().size() > key->constants.front().size())) {
			key = other;
		}
	}
	return key;
}

GlobAnyCase::GlobAnyCase(std::string pattern) : pattern_(std::move(pattern)), inner_{longest_literal(pattern_)} {}

bool GlobAnyCase::operator()(std::string_view text) const
{
	return inner_(text) && sinsp_utils::glob_match(pattern_.c_str(), text.data(), true);
}

Regex::Regex(std::string expression) : expression_(std::move(expression)) {}

Regex::Regex(Regex &&) noexcept = default;

Regex::~Regex() = default;

bool Regex::operator()(std::string_view text)
{
	if (!compiled_) {
		compiled_ = compile_regex(expression_);
	}
	return compiled_->Match({text.data(), text.size()}, 0, text.size(), re2::RE2::ANCHOR_BOTH, nullptr, 0);
}

BeginsWithPath::BeginsWithPath(const std::vector<std::string> &paths) : first_parts_(first_parts(paths))
{
	for (std::string_view path : paths) {
		Path parts;
		for (auto part = take_part(path); !part.empty(); part = take_part(path)) {
			parts.push_back({std::string(part), part.find_first_of("?*[") != std::string_view::npos});
		}
		paths_.push_back(std::move(parts));
	}
	literal_ = std::none_of(paths_.begin(), paths_.end(),
				[](const Path &path) { return path.empty() || path.front().has_wildcards; });
}

bool BeginsWithPath::operator()(std::string_view text) const
{
	std::string_view rest = text;
	if (literal_ && !first_parts_(take_part(rest))) {
		return false;
	}
	return std::any_of(paths_.begin(), paths_.end(), [text](const Path &path) { return begins_with(text, path); });
}

bool BeginsWithPath::begins_with(std::string_view text, const Path &path)
{
	return std::all_of(path.begin(), path.end(), [&text](const Part &part) {
		const std::string_view of_text = take_part(text);
		if (!part.has_wildcards) {
			return of_text == part.text;
		}
		return !of_text.empty() && sinsp_utils::glob_match(part.text.c_str(), std::string(of_text).c_str());
	});
}

std::optional<CheckKey> BeginsWithPath::key() const
{
	CheckKey key{CheckKey::How::path_prefix, {}};
	for (const Path &path : paths_) {
		std::string begin;
		for (auto part = path.begin(); part != path.end() && !part->has_wildcards; ++part) {
			begin += "/" + part->text;
		}
		if (begin.empty()) {
			return std::nullopt;
		}
		key.constants.push_back(std::move(begin));
	}
	return key;
}

} // namespace falco::matcher
