// SPDX-License-Identifier: Apache-2.0
//
// A rule's output: literal text and fields, in libsinsp's output syntax (%field, %20field, %toupper(field),
// %field[arg]; a * in front means what is always so here: a field without a value does not suppress the text).
#pragma once

#include <falco/plugin.h>

#include <libsinsp/filter_check_list.h>
#include <libsinsp/sinsp_filtercheck.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace Json {
class StreamWriter;
class Value;
} // namespace Json

class sinsp;
class sinsp_evt;

namespace falco::matcher {

// A format that cannot be used: why, and at which byte of the text.
class FormatError : public std::runtime_error {
public:
	FormatError(size_t offset, const std::string &message, bool unknown_field)
	    : std::runtime_error(message), offset_(offset), unknown_field_(unknown_field)
	{
	}
	size_t offset() const { return offset_; }
	// The reason is a field that does not exist.
	bool unknown_field() const { return unknown_field_; }

private:
	size_t offset_;
	bool unknown_field_;
};

using FormatErrors = std::vector<FormatError>;

class NamedAddress;
struct OutputFormat;

// One field of an output, as written: "proc.aname[2]", "toupper(proc.name)".
struct OutputField {
	std::string name;                      // with its argument and transformers; empty as in libsinsp: see unread()
	std::string bare;                      // without transformers
	std::vector<std::string> transformers; // outermost first

	// What a transformer makes of a field stands in the text; the field itself, which is among the fields as well,
	// is what the alert has besides, as in libsinsp.
	bool for_text_only = false;

	std::shared_ptr<const OutputFormat> composed; // set: the value is this text, and `name` is free
};

struct OutputPiece {
	std::string literal;
	int field = -1; // index into the fields
	unsigned width = 0;
};

using SharedField = std::shared_ptr<const OutputField>;

struct OutputFormat {
	std::vector<OutputPiece> pieces;
	std::vector<SharedField> fields; // each once
};

// Kept from one output to the next, it saves looking the same fields up again, and outputs have them in common.
struct KnownFields {
	std::unordered_set<std::string> words;               // that are fields, each with the character behind it
	std::unordered_map<std::string, SharedField> fields; // by name and bare name
};

// Throws FormatError. `inspector` is only asked which fields there are. %container.info stands for
// "container_id=%container.id container_name=%container.name".
OutputFormat parse_output(const std::string &text, sinsp *inspector, const filter_check_list &checks,
			  KnownFields *known = nullptr);

// The same, but what is wrong is added to `errors`, so that all fields that do not exist are told; then the format is
// of no use.
OutputFormat parse_output(const std::string &text, sinsp *inspector, const filter_check_list &checks,
			  FormatErrors &errors, KnownFields *known);

// Adds a space and the other output's text.
void append_output(OutputFormat &format, const OutputFormat &other);

// Takes the values of one rule's output fields from events. Bound to one inspector.
class FieldExtractor {
public:
	FieldExtractor(const OutputFormat &format, sinsp *inspector, const filter_check_list &checks);
	~FieldExtractor();

	// The values at this event, in the format's order; valid until the next call.
	const falco_value *extract(sinsp_evt *event);

private:
	struct Field {
		std::unique_ptr<sinsp_filter_check> check;
		bool is_text; // its JSON form is its text as a string
		std::string text, json;

		// Of a composed field, instead of the check.
		std::shared_ptr<const OutputFormat> composed;
		std::unique_ptr<FieldExtractor> parts;

		// Of a host's name: what it is the name of, instead of the check.
		std::shared_ptr<NamedAddress> address = nullptr;
	};
	// May throw what libsinsp throws.
	void ask_libsinsp(Field &field, sinsp_evt *event, falco_value &value);
	std::string write_json(const Json::Value &value);

	std::vector<Field> fields_;
	std::vector<falco_value> values_;
	std::unique_ptr<Json::StreamWriter> writer_; // null until it is needed
};

} // namespace falco::matcher
