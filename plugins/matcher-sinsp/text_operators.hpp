// SPDX-License-Identifier: Apache-2.0
//
// The operators that compare a text with constants, with libsinsp's meaning. A text given to them has no NUL byte
// within and one after its end; the constants have none.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace falco::matcher {

struct Equal {
	std::string value;
	bool operator()(std::string_view text) const { return text == value; }
};

struct NotEqual {
	std::string value;
	bool operator()(std::string_view text) const { return text != value; }
};

struct Contains {
	std::string value;
	bool operator()(std::string_view text) const { return text.find(value) != std::string_view::npos; }
};

struct ContainsAnyCase {
	std::string value;
	bool operator()(std::string_view text) const { return strcasestr(text.data(), value.c_str()) != nullptr; }
};

struct StartsWith {
	std::string value;
	bool operator()(std::string_view text) const { return text.substr(0, value.size()) == value; }
};

struct EndsWith {
	std::string value;
	bool operator()(std::string_view text) const
	{
		return text.size() >= value.size() && text.substr(text.size() - value.size()) == value;
	}
};

// `in` and, for a field with one value, `intersects`.
class In {
public:
	explicit In(std::vector<std::string> values);
	bool operator()(std::string_view text) const;

private:
	std::vector<std::string> values_;
	std::unordered_set<std::string_view> set_; // of values_, when they are many
};

// libsinsp's glob, asked only about texts that have what stands in the pattern outside of wildcards.
class Glob {
public:
	explicit Glob(std::string pattern);
	bool operator()(std::string_view text) const;

private:
	std::string pattern_;
	StartsWith begin_;
	EndsWith end_;
	Contains inner_;
};

// `pmatch`: the parts of one of the paths, between slashes, are the first parts of the text. A part with wildcards is a
// glob.
class BeginsWithPath {
public:
	explicit BeginsWithPath(const std::vector<std::string> &paths);
	bool operator()(std::string_view text) const;

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
