// SPDX-License-Identifier: Apache-2.0
//
// The operators that compare a text with constants, with libsinsp's meaning. A text given to them has no NUL byte
// within and one after its end; the constants have none. `key`: see Check.
#pragma once

#include "check_key.hpp"

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace re2 {
class RE2;
}

namespace falco::matcher {

// Every text has the empty one as a part: no key.
std::optional<CheckKey> key_of_part(CheckKey::How how, const std::string &part);

// Writes a text as a constant of `substring_any_case` is written.
void write_in_small_letters(std::string_view text, std::string &small);

// Writes a path as `path_prefix` takes it: a slash before every part, none at the end.
void write_plainly(std::string_view path, std::string &plain);

struct Equal {
	std::string value;
	bool operator()(std::string_view text) const { return text == value; }
	std::optional<CheckKey> key() const { return CheckKey{CheckKey::How::equal, {value}}; }
};

struct NotEqual {
	std::string value;
	bool operator()(std::string_view text) const { return text != value; }
	static std::optional<CheckKey> key() { return std::nullopt; }
};

struct Contains {
	std::string value;
	bool operator()(std::string_view text) const { return text.find(value) != std::string_view::npos; }
	std::optional<CheckKey> key() const { return key_of_part(CheckKey::How::substring, value); }
};

struct ContainsAnyCase {
	std::string value;
	bool operator()(std::string_view text) const { return strcasestr(text.data(), value.c_str()) != nullptr; }
	std::optional<CheckKey> key() const { return key_of_part(CheckKey::How::substring_any_case, value); }
};

struct StartsWith {
	std::string value;
	bool operator()(std::string_view text) const { return text.substr(0, value.size()) == value; }
	std::optional<CheckKey> key() const { return key_of_part(CheckKey::How::prefix, value); }
};

struct EndsWith {
	std::string value;
	bool operator()(std::string_view text) const
	{
		return text.size() >= value.size() && text.substr(text.size() - value.size()) == value;
	}
	std::optional<CheckKey> key() const { return key_of_part(CheckKey::How::suffix, value); }
};

// `in` and, for a field with one value, `intersects`.
class In {
public:
	explicit In(std::vector<std::string> values);
	bool operator()(std::string_view text) const;
	std::optional<CheckKey> key() const { return CheckKey{CheckKey::How::equal, values_}; }

private:
	std::vector<std::string> values_;
	std::unordered_set<std::string_view> set_; // of values_, when they are many
};

// libsinsp's glob, asked only about texts that have what stands in the pattern outside of wildcards.
class Glob {
public:
	explicit Glob(std::string pattern);
	bool operator()(std::string_view text) const;
	std::optional<CheckKey> key() const;

private:
	std::string pattern_;
	StartsWith begin_;
	EndsWith end_;
	Contains inner_;
};

// The same without regard to case.
class GlobAnyCase {
public:
	explicit GlobAnyCase(std::string pattern);
	bool operator()(std::string_view text) const;
	std::optional<CheckKey> key() const { return inner_.key(); }

private:
	std::string pattern_;
	ContainsAnyCase inner_;
};

// The whole text matches an expression, which is compiled when it is first asked.
class Regex {
public:
	explicit Regex(std::string expression);
	Regex(Regex &&) noexcept;
	~Regex();
	bool operator()(std::string_view text);
	std::optional<CheckKey> key() const { return CheckKey{CheckKey::How::regex, {expression_}}; }

private:
	std::string expression_;
	std::unique_ptr<re2::RE2> compiled_;
};

// `pmatch`: the parts of one of the paths, between slashes, are the first parts of the text. A part with wildcards is a
// glob.
class BeginsWithPath {
public:
	explicit BeginsWithPath(const std::vector<std::string> &paths);
	bool operator()(std::string_view text) const;
	std::optional<CheckKey> key() const;

private:
	struct Part {
		std::string text;
		bool has_wildcards;
	};
	using Path = std::vector<Part>;
	static bool begins_with(std::string_view text, const Path &path);

	std::vector<Path> paths_;
	In first_parts_;
	bool literal_; // the first part of every path is text without wildcards
};

} // namespace falco::matcher
