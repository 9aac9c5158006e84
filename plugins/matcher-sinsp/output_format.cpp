// SPDX-License-Identifier: Apache-2.0
#include "output_format.hpp"

#include "field_names.hpp"
#include "host_name_check.hpp"
#include "plugins/family-sinsp/host_name_fields.hpp"

#include <libsinsp/filter/parser.h>
#include <libsinsp/sinsp_exception.h>
#include <libsinsp/sinsp_filter_transformers.h>

#include <json/json.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <sstream>

namespace falco::matcher {

namespace {

constexpr unsigned kMaxWidth = 4096;

// The characters of fields' names.
constexpr const char *kInNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._";

// What older rules write where the container's identity should stand.
const std::string kContainerInfo = "%container.info";
const std::string kContainerInfoText = "container_id=%container.id container_name=%container.name";

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

// The same for a field with its transformers. Throws what libsinsp throws if one does not go with what it is applied
// to.
std::unique_ptr<sinsp_filter_check> make_check(const OutputField &field, sinsp *inspector,
					       const filter_check_list &checks)
{
	size_t length = 0;
	auto check = make_check(field.bare.c_str(), inspector, checks, length);
	for (auto it = field.transformers.rbegin(); it != field.transformers.rend(); ++it) {
		check->add_transformer(transformer_type(*it));
	}
	return check;
}

int index_of(OutputFormat &format, const SharedField &field)
{
	auto &fields = format.fields;
	const auto known = std::find_if(fields.begin(), fields.end(), [&](const SharedField &other) {
		return other == field || (other->name == field->name && other->bare == field->bare &&
					  other->for_text_only == field->for_text_only);
	});
	if (known != fields.end()) {
		return static_cast<int>(known - fields.begin());
	}
	fields.push_back(field);
	return static_cast<int>(fields.size() - 1);
}

void add_pieces(OutputFormat &format, const OutputFormat &other)
{
	for (OutputPiece piece : other.pieces) {
		if (piece.field >= 0) {
			piece.field = index_of(format, other.fields[static_cast<size_t>(piece.field)]);
		}
		format.pieces.push_back(std::move(piece));
	}
}

// Reads one output text from left to right.
class Parser {
public:
	Parser(const std::string &text, sinsp *inspector, const filter_check_list &checks, KnownFields *known)
	    : text_(text), inspector_(inspector), checks_(checks), known_(known)
	{
		pos_ = !text.empty() && text[0] == '*' ? 1 : 0;
	}

	OutputFormat parse(FormatErrors &errors)
	{
		while (pos_ < text_.size()) {
			if (text_[pos_] == '%') {
				try {
					parse_field();
				} catch (const FormatError &e) {
					errors.push_back(e);
					pos_ = e.unknown_field() ? std::min(text_.find('%', pos_), text_.size())
								 : text_.size();
				}
			} else {
				const size_t end = std::min(text_.find('%', pos_), text_.size());
				format_.pieces.push_back({text_.substr(pos_, end - pos_), -1, 0});
				pos_ = end;
			}
		}
		format_.pieces.shrink_to_fit(); // there are as many outputs as rules
		format_.fields.shrink_to_fit();
		return std::move(format_);
	}

private:
	void parse_field()
	{
		if (text_.compare(pos_, kContainerInfo.size(), kContainerInfo) == 0) {
			add_pieces(format_, parse_output(kContainerInfoText, inspector_, checks_, known_));
			pos_ += kContainerInfo.size();
			return;
		}
		const size_t start = pos_++;
		if (text_.compare(pos_, 1, "%") == 0) {
			format_.pieces.push_back({"%", -1, 0});
			pos_++;
			return;
		}
		if (pos_ == text_.size()) {
			throw FormatError(start, "the output ends in a %: expected a field after it", false);
		}
		const unsigned width = parse_width(start);
		OutputField field;
		const size_t name_start = pos_;
		while (parse_transformer(field)) {
		}
		const size_t bare_start = pos_;
		pos_ += field_length(bare_start);
		if (pos_ == bare_start) {
			refuse_argument(bare_start);
		}
		field.bare = pos_ > bare_start ? text_.substr(bare_start, pos_ - bare_start) : unread(bare_start);
		for (size_t i = 0; i < field.transformers.size(); i++, pos_++) {
			if (pos_ >= text_.size() || text_[pos_] != ')') {
				throw FormatError(pos_, "expected a ) that closes " + field.transformers[0] + "(",
						  false);
			}
		}
		field.name = text_.substr(name_start, pos_ - name_start);
		if (!field.transformers.empty()) {
			require_transformers_fit(field, name_start);
			field.for_text_only = true;
			OutputField plain;
			plain.name = plain.bare = field.bare;
			index_of(format_, share(std::move(plain)));
		}
		format_.pieces.push_back({"", index_of(format_, share(std::move(field))), width});
	}

	SharedField share(OutputField field)
	{
		if (!known_) {
			return std::make_shared<const OutputField>(std::move(field));
		}
		SharedField &known = known_->fields[field.name + ' ' + field.bare];
		if (!known) {
			known = std::make_shared<const OutputField>(std::move(field));
		}
		return known;
	}

	unsigned parse_width(size_t start)
	{
		unsigned width = 0;
		while (pos_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[pos_]))) {
			width = width * 10 + static_cast<unsigned>(text_[pos_++] - '0');
			if (width > kMaxWidth) {
				throw FormatError(start, "a field's width is at most " + std::to_string(kMaxWidth),
						  false);
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

	void require_transformers_fit(const OutputField &field, size_t start) const
	{
		try {
			make_check(field, inspector_, checks_);
		} catch (const sinsp_exception &e) {
			throw FormatError(start, "field '%" + field.name + "': " + e.what(), false);
		}
	}

	size_t field_length(size_t start) const
	{
		const size_t end = std::min(text_.find_first_not_of(kInNames, start), text_.size());
		const char behind = end < text_.size() ? text_[end] : '\0';
		if (!known_ || (behind != '\0' && behind != ' ' && behind != ')')) {
			return look_up(start);
		}
		std::string word = text_.substr(start, end - start);
		word += behind;
		if (known_->words.count(word)) {
			return end - start;
		}
		const size_t length = look_up(start);
		if (length == end - start) {
			known_->words.insert(std::move(word));
		}
		return length;
	}

	// libsinsp would take what stands in brackets for literal text.
	void refuse_argument(size_t start) const
	{
		const std::string word = word_at(start);
		if (text_.compare(start + word.size(), 1, "[") == 0) {
			throw FormatError(start, "field '%" + word + "': " + bad_argument(word + '[', checks_), false);
		}
	}

	// libsinsp reads nothing of a field that may have an argument, has none and is not the last of the text: the
	// name stays as literal text. Which ancestor's value it shows is chance there; here it is the process's own.
	std::string unread(size_t start) const
	{
		size_t length = 0;
		const std::string name =
			make_check(text_.c_str() + start, inspector_, checks_, length)->get_field_info()->m_name;
		return name == "proc.env" || name == "proc.aenv" ? name : name + "[0]";
	}

	std::string word_at(size_t start) const
	{
		return text_.substr(start, std::min(text_.find_first_not_of(kInNames, start), text_.size()) - start);
	}

	size_t look_up(size_t start) const
	{
		const char *name = text_.c_str() + start;
		size_t length = 0;
		try {
			make_check(name, inspector_, checks_, length);
		} catch (const std::exception &e) {
			const size_t end = text_.find_first_not_of(kInNames, start);
			const std::string word = word_at(start);
			const bool unknown = *e.what() == '\0';
			const bool transforms = end < text_.size() && text_[end] == '(';
			throw FormatError(
				start,
				!unknown     ? "field '%" + word + "': " + field_message(e.what())
				: transforms ? "unknown transformer '" + word + "'" + did_you_mean_transformer(word)
					     : "unknown field '%" + word + "'" + did_you_mean_field(word, checks_),
				unknown);
		}
		return length;
	}

	const std::string &text_;
	sinsp *inspector_;
	const filter_check_list &checks_;
	KnownFields *known_; // null: nobody keeps them
	size_t pos_;
	OutputFormat format_;
};

// Fields that are text as text and a number of nanoseconds as JSON.
bool is_time(const std::string &bare)
{
	return bare == "evt.outputtime" || bare.compare(0, 8, "evt.time") == 0 ||
	       bare.compare(0, 12, "evt.datetime") == 0;
}

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

// The text with these values of its fields.
std::string compose(const OutputFormat &format, const falco_value *values)
{
	std::string text;
	for (const auto &piece : format.pieces) {
		if (piece.field < 0) {
			text += piece.literal;
			continue;
		}
		const falco_str &value = values[piece.field].text;
		std::string shown = value.data ? std::string(value.data, value.size) : "<NA>";
		if (piece.width > 0) {
			shown.resize(piece.width, ' ');
		}
		text += shown;
	}
	return text;
}

// Of the frequent kinds, which need no writer.
std::optional<std::string> simple_json(const Json::Value &value)
{
	switch (value.type()) {
	case Json::nullValue:
		return "null";
	case Json::intValue:
		return std::to_string(value.asLargestInt());
	case Json::uintValue:
		return std::to_string(value.asLargestUInt());
	case Json::booleanValue:
		return value.asBool() ? "true" : "false";
	default:
		return std::nullopt;
	}
}

} // namespace

OutputFormat parse_output(const std::string &text, sinsp *inspector, const filter_check_list &checks,
			  KnownFields *known)
{
	FormatErrors errors;
	OutputFormat format = parse_output(text, inspector, checks, errors, known);
	if (!errors.empty()) {
		throw FormatError(errors.front());
	}
	return format;
}

OutputFormat parse_output(const std::string &text, sinsp *inspector, const filter_check_list &checks,
			  FormatErrors &errors, KnownFields *known)
{
	return Parser(text, inspector, checks, known).parse(errors);
}

void append_output(OutputFormat &format, const OutputFormat &other)
{
	format.pieces.push_back({" ", -1, 0});
	add_pieces(format, other);
}

FieldExtractor::FieldExtractor(const OutputFormat &format, sinsp *inspector, const filter_check_list &checks)
    : values_(format.fields.size())
{
	for (const auto &field : format.fields) {
		if (field->composed) {
			fields_.push_back({nullptr,
					   true,
					   {},
					   {},
					   field->composed,
					   std::make_unique<FieldExtractor>(*field->composed, inspector, checks)});
			continue;
		}
		if (field->transformers.empty() && sinsp_family::is_host_name_field(field->bare)) {
			fields_.push_back({nullptr,
					   true,
					   {},
					   {},
					   nullptr,
					   nullptr,
					   std::make_shared<NamedAddress>(field->bare, inspector)});
			continue;
		}
		auto check = make_check(*field, inspector, checks);
		const bool is_text = is_text_type(*check->get_transformed_field_info()) && !is_time(field->bare);
		fields_.push_back({std::move(check), is_text, {}, {}, nullptr, nullptr});
	}
}

FieldExtractor::~FieldExtractor() = default;

const falco_value *FieldExtractor::extract(sinsp_evt *event)
{
	for (size_t i = 0; i < fields_.size(); i++) {
		auto &field = fields_[i];
		values_[i] = {};
		if (field.parts) {
			field.text = compose(*field.composed, field.parts->extract(event));
			values_[i].text = {field.text.data(), field.text.size()};
			continue;
		}
		if (field.address) {
			const std::string_view address = field.address->of(event);
			field.text = address.empty() ? std::string() : HostNames::instance().name_of(address);
			if (!field.text.empty()) {
				values_[i].text = {field.text.data(), field.text.size()};
			}
			continue;
		}
		try {
			ask_libsinsp(field, event, values_[i]);
		} catch (const std::exception &) {
			values_[i] = {}; // it cannot show such an argument: the alert comes without
		}
	}
	return values_.data();
}

void FieldExtractor::ask_libsinsp(Field &field, sinsp_evt *event, falco_value &value)
{
	const char *text = field.check->tostring(event);
	if (!text) {
		return;
	}
	field.text = text; // a second extraction by the same check would overwrite what `text` points to
	value.text = {field.text.data(), field.text.size()};
	if (!field.is_text) {
		field.json = write_json(field.check->tojson(event));
		value.json = {field.json.data(), field.json.size()};
	}
}

std::string FieldExtractor::write_json(const Json::Value &value)
{
	if (auto text = simple_json(value)) {
		return *std::move(text);
	}
	if (!writer_) { // which takes longer to make than to write
		Json::StreamWriterBuilder builder;
		builder["indentation"] = "";
		writer_.reset(builder.newStreamWriter());
	}
	std::ostringstream text;
	writer_->write(value, &text);
	return text.str();
}

} // namespace falco::matcher
