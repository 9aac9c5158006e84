// SPDX-License-Identifier: Apache-2.0
#include "host/config/template.hpp"

#include "host/config/keys.hpp"
#include "host/config/readers.hpp"

#include <algorithm>
#include <cctype>

namespace falco::host::config {
namespace {

constexpr unsigned kMaxWidth = 4096;

bool is_name_byte(char c)
{
	return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// Reads one template from left to right.
class Parser {
public:
	Parser(const std::string &text, std::string key, yaml::Place place)
	    : text_(text), key_(std::move(key)), place_(std::move(place))
	{
	}

	std::vector<TemplatePiece> parse()
	{
		while (pos_ < text_.size()) {
			const size_t percent = std::min(text_.find('%', pos_), text_.size());
			add_literal(text_.substr(pos_, percent - pos_));
			pos_ = percent;
			if (pos_ == text_.size()) break;
			++pos_;
			if (pos_ < text_.size() && text_[pos_] == '%') {
				add_literal("%");
				++pos_;
			} else {
				parse_value();
			}
		}
		return std::move(pieces_);
	}

private:
	void add_literal(const std::string &text)
	{
		if (text.empty()) return;
		if (pieces_.empty() || !pieces_.back().name.empty()) pieces_.push_back({"", "", 0, place_});
		pieces_.back().literal += text;
	}

	void parse_value()
	{
		const size_t start = pos_ - 1;
		unsigned width = 0;
		while (pos_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[pos_]))) {
			width = width * 10 + static_cast<unsigned>(text_[pos_++] - '0');
			if (width > kMaxWidth) fail(start, "a value's width is at most " + std::to_string(kMaxWidth));
		}
		const size_t name = pos_;
		skip_name(start);
		pieces_.push_back({"", text_.substr(name, pos_ - name), width, place_});
	}

	// A name with dots in it, its argument in brackets; or a transformer with the same in parentheses.
	void skip_name(size_t start)
	{
		const size_t begin = pos_;
		while (pos_ < text_.size() &&
		       (is_name_byte(text_[pos_]) || (text_[pos_] == '.' && pos_ > begin && pos_ + 1 < text_.size() &&
						      is_name_byte(text_[pos_ + 1]))))
			++pos_;
		if (pos_ == begin) fail(start, "expected a name after the %; a percent sign is written as %%");
		if (pos_ == text_.size()) return;
		if (text_[pos_] == '(') {
			++pos_;
			skip_name(start);
			if (pos_ == text_.size() || text_[pos_] != ')') fail(start, "expected a ) that closes the (");
			++pos_;
		} else if (text_[pos_] == '[') {
			pos_ = text_.find(']', pos_);
			if (pos_ == std::string::npos) fail(start, "expected a ] that closes the [");
			++pos_;
		}
	}

	[[noreturn]] void fail(size_t at, const std::string &what) const
	{
		throw yaml::Error(place_, key_ + ": at '" + text_.substr(at, 20) + "': " + what);
	}

	const std::string &text_;
	const std::string key_;
	const yaml::Place place_;
	size_t pos_ = 0;
	std::vector<TemplatePiece> pieces_;
};

} // namespace

const std::vector<std::string> &template_words()
{
	static const std::vector<std::string> words = {
		"rule", "priority", "time", "time_iso_8601", "message", "source", "hostname", "tags", "id", "sequence"};
	return words;
}

std::vector<TemplatePiece> read_template(const yaml::Node &node, const std::string &key)
{
	const std::string text = read_text(node, key, "text with values such as %rule or %proc.name");
	return Parser(text, key, node.place).parse();
}

std::vector<WantedField> wanted_fields(const InstanceConfig &output)
{
	std::vector<WantedField> wanted;
	const auto want = [&](const std::string &name, const yaml::Place &place) {
		const bool known = std::any_of(wanted.begin(), wanted.end(),
					       [&](const WantedField &field) { return field.name == name; });
		if (!known && !contains(template_words(), name)) wanted.push_back({name, place});
	};
	for (const TemplatePiece &piece : output.format_template)
		if (!piece.name.empty()) want(piece.name, piece.place);
	if (output.dedup)
		for (const WantedField &field : output.dedup->by)
			want(field.name, field.place);
	return wanted;
}

} // namespace falco::host::config
