// SPDX-License-Identifier: Apache-2.0
//
// What alerts show of events is what libsinsp's own formatter shows, as text and as JSON.
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/field_names.hpp"

#include <libsinsp/eventformatter.h>
#include <libsinsp/filter/parser.h>

#include <nlohmann/json.hpp>

using namespace falco::matcher;
using nlohmann::json;

namespace {

// Fields whose value depends on how often they were asked, and those that libsinsp leaves uninitialised.
const std::set<std::string> kDifferEachTime = {
	"evt.deltatime",   "evt.deltatime.s",    "evt.deltatime.ns",
	"thread.exectime", "thread.totexectime", "proc.exe_ino.ctime_duration_proc_start",
	"thread.cpu",      "thread.cpu.user",    "thread.cpu.system",
	"util.cnt",
};
// Those of which libsinsp reads nothing without an argument; it shows the process's value or that of an ancestor then.
const std::set<std::string> kUnread = {"proc.aname",    "proc.apid", "proc.aexe", "proc.aexepath",
				       "proc.acmdline", "proc.env",  "proc.aenv"};
// Those that the host's names stand for, which come later than libsinsp's.
const std::set<std::string> kNamesOfHosts = {"fd.cip.name", "fd.sip.name", "fd.lip.name", "fd.rip.name"};

std::vector<std::string> fields_to_show(const filter_check_list &checks)
{
	std::vector<std::string> fields = {"evt.rawarg.res", "evt.rawarg.mode", "evt.arg.flags",
					   "evt.arg[0]",     "proc.aname[1]",   "proc.env[PATH]"};
	for (const auto &field : field_names(checks)) {
		if (!kDifferEachTime.count(field) && !kNamesOfHosts.count(field) && !kUnread.count(field)) {
			fields.push_back(field);
		}
	}
	return fields;
}

// How many kinds there were; calls back once for each.
template <typename Callback>
size_t at_every_kind_of_event(sinsp &inspector, const Callback &callback)
{
	std::set<uint16_t> seen;
	for (sinsp_evt *event = nullptr;;) {
		const int32_t result = inspector.next(&event);
		if (result == SCAP_EOF) {
			return seen.size();
		}
		if (result == SCAP_SUCCESS && seen.insert(event->get_type()).second) {
			callback(event);
		}
	}
}

std::string text_of(const falco_value &value)
{
	return value.text.data ? std::string(value.text.data, value.text.size) : "<NA>";
}

// One output with both programs that fill it in.
class Output {
public:
	// Throws if libsinsp cannot use it.
	Output(std::string text, sinsp *inspector, sinsp_filter_check_list &checks)
	    : text_(std::move(text)), theirs_(inspector, "*" + text_, checks),
	      format_(parse_output(text_, inspector, checks)), ours_(format_, inspector, checks)
	{
	}

	void compare(sinsp_evt *event)
	{
		std::string text, fields;
		try {
			theirs_.tostring_withformat(event, text, sinsp_evt_formatter::OF_NORMAL);
			theirs_.tostring_withformat(event, fields, sinsp_evt_formatter::OF_JSON);
		} catch (const std::exception &) {
			text = "x <NA> y";
			fields = json{{format_.fields[0]->name, nullptr}}.dump();
		}
		const falco_value *values = ours_.extract(event);
		EXPECT_EQ(whole_text(values), text) << text_;
		EXPECT_EQ(fields_of(values), json::parse(fields, nullptr, false)) << text_;
	}

private:
	std::string whole_text(const falco_value *values) const
	{
		std::string text;
		for (const auto &piece : format_.pieces) {
			std::string shown = piece.field < 0 ? piece.literal : text_of(values[piece.field]);
			if (piece.width > 0) {
				shown.resize(piece.width, ' ');
			}
			text += shown;
		}
		return text;
	}

	json fields_of(const falco_value *values) const
	{
		json fields;
		for (size_t i = 0; i < format_.fields.size(); i++) {
			if (format_.fields[i]->for_text_only) continue;
			const auto &[text, as_json] = values[i];
			fields[format_.fields[i]->name] = as_json.data
								  ? json::parse(std::string(as_json.data, as_json.size))
							  : text.data ? json(std::string(text.data, text.size))
								      : json();
		}
		return fields;
	}

	std::string text_;
	sinsp_evt_formatter theirs_;
	OutputFormat format_;
	FieldExtractor ours_;
};

// The outputs that libsinsp takes; the others ours is to refuse, too.
std::vector<std::unique_ptr<Output>> make_outputs(const std::vector<std::string> &texts, sinsp &inspector,
						  sinsp_filter_check_list &checks)
{
	std::vector<std::unique_ptr<Output>> outputs;
	for (const auto &text : texts) {
		try {
			outputs.push_back(std::make_unique<Output>(text, &inspector, checks));
		} catch (const FormatError &e) {
			ADD_FAILURE() << text << ": " << e.what();
		} catch (const sinsp_exception &) {
			EXPECT_THROW(parse_output(text, &inspector, checks), FormatError) << text;
		}
	}
	return outputs;
}

size_t compare_at_every_kind_of_event(sinsp &inspector, const std::vector<std::unique_ptr<Output>> &outputs)
{
	return at_every_kind_of_event(inspector, [&](sinsp_evt *event) {
		for (const auto &output : outputs) {
			output->compare(event);
		}
	});
}

} // namespace

TEST(OutputValues, are_those_of_libsinsp_at_every_kind_of_event)
{
	sinsp inspector;
	inspector.open_savefile(FALCO_TRACES "/acts.scap");
	sinsp_filter_check_list checks;
	std::vector<std::string> texts;
	for (const auto &field : fields_to_show(checks)) {
		texts.push_back("x %" + field + " y");
	}
	const auto outputs = make_outputs(texts, inspector, checks);
	EXPECT_GT(outputs.size(), 200U);
	EXPECT_GT(compare_at_every_kind_of_event(inspector, outputs), 50U);
}

// The text has what the transformer makes of the value, the fields have the value itself under the field's own name.
TEST(OutputValues, that_are_transformed_are_those_of_libsinsp)
{
	sinsp inspector;
	inspector.open_savefile(FALCO_TRACES "/acts.scap");
	sinsp_filter_check_list checks;
	std::vector<std::string> texts = {
		"%toupper(proc.name)",
		"%proc.name %toupper(proc.name)",
		"%toupper(proc.name) %20tolower(toupper(proc.name))| %proc.name %toupper(proc.name)",
		"%basename(fd.name) %fd.directory %toupper(evt.arg.flags)",
	};
	for (const auto &field : fields_to_show(checks)) {
		for (const auto &transformer : libsinsp::filter::parser::supported_field_transformers()) {
			texts.push_back("x %" + transformer + "(" + field + ") y");
		}
	}
	const auto outputs = make_outputs(texts, inspector, checks);
	EXPECT_GT(outputs.size(), 200U);
	EXPECT_GT(compare_at_every_kind_of_event(inspector, outputs), 50U);
}

TEST(OutputValues, without_their_argument_are_those_of_the_process)
{
	sinsp inspector;
	inspector.open_savefile(FALCO_TRACES "/acts.scap");
	sinsp_filter_check_list checks;
	const auto extractor_of = [&](const std::string &text) {
		return FieldExtractor(parse_output(text, &inspector, checks), &inspector, checks);
	};
	for (const auto &field : kUnread) {
		const OutputFormat format = parse_output("x %" + field + " y", &inspector, checks);
		ASSERT_EQ(format.pieces.size(), 3U);
		EXPECT_EQ(format.fields[0]->name, "");
		EXPECT_EQ(format.pieces[2].literal, field + " y");
	}
	FieldExtractor unread = extractor_of("%proc.aname %proc.apid %proc.aexepath %proc.env x");
	FieldExtractor own = extractor_of("%proc.name %proc.pid %proc.exepath %proc.env");
	at_every_kind_of_event(inspector, [&](sinsp_evt *event) {
		const falco_value *values = unread.extract(event), *expected = own.extract(event);
		for (size_t i = 0; i < 4; i++) {
			EXPECT_EQ(text_of(values[i]), text_of(expected[i])) << i;
		}
	});
}
