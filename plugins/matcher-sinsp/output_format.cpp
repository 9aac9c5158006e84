// SPDX-License-Identifier: Apache-2.0
#include "output_format.hpp"

#include <libsinsp/filter/parser.h>
#include <libsinsp/sinsp_exception.h>
#include <libsinsp/sinsp_filter_transformers.h>

#include <json/json.h>

#include <algorithm>
#include <cctype>

namespace falco::matcher {

namespace {

constexpr unsigned kMaxWidth = 4096;

filter_transformer_type transformer_type(const std::string &name)
{
	return filter_transformer_from_str(name);
}

// A check for the field that `text` begins with, and how many bytes of it the field takes.
std::unique_ptr<sinsp_filter_check> make_check(const char *text, sinsp *inspector, const filter_check_list &checks,
					       size_t &length)
{
	auto check = checks.new_filter_check_from_fldname(text, inspector, false);
	if (!check) {
		throw sinsp_exception("");
	}
	length = static_cast<size_t>(check->parse_field_name(text, true, false));
	return check;
}

// Reads one output text from left to right.
class Parser {
public:
	Parser(const std::string &text, sinsp *inspector, const filter_check_list &checks)
	    : text_(text), inspector_(inspector), checks_(checks)
	{
		pos_ = !text.empty() && text[0] == '*' ? 1 : 0;
	}

	OutputFormat parse()
	{
		while (pos_ < text_.size()) {
			if (text_[pos_] == '%') {
				parse_field();
			} else {
				const size_t end = std::min(text_.find('%', pos_), text_.size());
				format_.pieces.push_back({text_.substr(pos_, end - pos_), -1, 0});
				pos_ = end;
			}
		}
		return std::move(format_);
	}

private:
	void parse_field()
	{
		const size_t start = pos_++;
		if (pos_ == text_.size()) {
			throw FormatError(start, "the output ends in a %: expected a field after it");
		}
		const unsigned width = parse_width(start);
		OutputField field;
		const size_t name_start = pos_;
		while (parse_transformer(field)) {
		}
		const size_t bare_start = pos_;
		pos_ += field_length(bare_start);
		field.bare = text_.substr(bare_start, pos_ - bare_start);
		for (size_t i = 0; i < field.transformers.size(); i++, pos_++) {
			if (pos_ >= text_.size() || text_[pos_] != ')') {
				throw FormatError(pos_, "expected a ) that closes " + field.transformers[0] + "(");
			}
		}
		field.name = text_.substr(name_start, pos_ - name_start);
		format_.pieces.push_back({"", index_of(field), width});
	}

	unsigned parse_width(size_t start)
	{
		unsigned width = 0;
		while (pos_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[pos_]))) {
			width = width * 10 + static_cast<unsigned>(text_[pos_++] - '0');
			if (width > kMaxWidth) {
				throw FormatError(start, "a field's width is at most " + std::to_string(kMaxWidth));
			}
		}
		return width;
	}

	bool parse_transformer(OutputField &field)
	{
		for (const auto &name : libsinsp::filter::parser::supported_field_transformers()) {
			if (text_.compare(pos_, name.size(), name) == 0 && pos_ + name.size() < text_.size() &&
			    text_[pos_ + name.size()] == '(') {
				field.transformers.push_back(name);
				pos_ += name.size() + 1;
				return true;
			}
		}
		return false;
	}

	size_t field_length(size_t start) const
	{
		const char *name = text_.c_str() + start;
		size_t length = 0;
		try {
			make_check(name, inspector_, checks_, length);
		} catch (const std::exception &e) {
			const size_t end = text_.find_first_not_of(
				"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._", start);
			const std::string word = text_.substr(start, std::min(end, text_.size()) - start);
			throw FormatError(start, "unknown field '%" + word + "'" +
							 (*e.what() ? std::string(": ") + e.what() : std::string()));
		}
		return length;
	}

	int index_of(const OutputField &field)
	{
		auto &fields = format_.fields;
		const auto known = std::find_if(fields.begin(), fields.end(),
						[&](const OutputField &other) { return other.name == field.name; });
		if (known != fields.end()) {
			return static_cast<int>(known - fields.begin());
		}
		fields.push_back(field);
		return static_cast<int>(fields.size() - 1);
	}

	const std::string &text_;
	sinsp *inspector_;
	const filter_check_list &checks_;
	size_t pos_;
	OutputFormat format_;
};

bool is_text_type(const filtercheck_field_info &info)
{
	if ((info.m_flags & EPF_IS_LIST) != 0) {
		return false;
	}
	switch (info.m_type) {
	case PT_CHARBUF:
	case PT_FSPATH:
	case PT_FSRELPATH:
	case PT_BYTEBUF:
	case PT_IPV4ADDR:
	case PT_IPV6ADDR:
	case PT_IPADDR:
	case PT_IPNET:
		return true;
	default:
		return false;
	}
}

std::string write_json(const Json::Value &value)
{
	Json::StreamWriterBuilder builder;
	builder["indentation"] = "";
	return Json::writeString(builder, value);
}

} // namespace

OutputFormat parse_output(const std::string &text, sinsp *inspector, const filter_check_list &checks)
{
	return Parser(text, inspector, checks).parse();
}

FieldExtractor::FieldExtractor(const OutputFormat &format, sinsp *inspector, const filter_check_list &checks)
    : values_(format.fields.size())
{
	for (const auto &field : format.fields) {
		size_t length = 0;
		auto check = make_check(field.bare.c_str(), inspector, checks, length);
		for (auto it = field.transformers.rbegin(); it != field.transformers.rend(); ++it) {
			check->add_transformer(transformer_type(*it));
		}
		const bool is_text = is_text_type(*check->get_transformed_field_info());
		fields_.push_back({std::move(check), is_text, {}, {}});
	}
}

const falco_value *FieldExtractor::extract(sinsp_evt *event)
{
	for (size_t i = 0; i < fields_.size(); i++) {
		auto &field = fields_[i];
		values_[i] = {};
		const char *text = field.check->tostring(event);
		if (!text) {
			continue;
		}
		field.text = text; // a second extraction by the same check would overwrite what `text` points to
		values_[i].text = {field.text.data(), field.text.size()};
		if (!field.is_text) {
			field.json = write_json(field.check->tojson(event));
			values_[i].json = {field.json.data(), field.json.size()};
		}
	}
	return values_.data();
}

} // namespace falco::matcher
