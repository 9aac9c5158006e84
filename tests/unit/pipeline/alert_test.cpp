// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/alert.hpp"

#include "host/pipeline/priority.hpp"
#include "tests/unit/pipeline/time_zone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace falco::host {

namespace {

using test::TimeZone;

constexpr uint64_t kTime = 1465256864080226697;
constexpr const char *kPacific = "PST8PDT,M3.2.0,M11.1.0";

struct Value {
	std::optional<std::string> text, json;
};

falco_str str(const std::optional<std::string> &text)
{
	return text ? falco_str{text->data(), text->size()} : falco_str{nullptr, 0};
}

// The alert of the founding document.
Rule sensitive_file()
{
	Rule rule;
	rule.name = "read_sensitive_file_untrusted";
	rule.priority = 4;
	rule.source = "syscall";
	rule.tags = {"mitre", "filesystem", "mitre"};
	rule.fields = {"user.name", "proc.cmdline", "fd.name"};
	rule.output = {{"Sensitive file opened for reading by non-trusted program (user=", -1, 0},
		       {"", 0, 0},
		       {" command=", -1, 0},
		       {"", 1, 0},
		       {" file=", -1, 0},
		       {"", 2, 0},
		       {")", -1, 0}};
	return rule;
}

std::vector<Value> sensitive_values()
{
	return {{"root", {}}, {"cat /etc/shadow", {}}, {"/etc/shadow", {}}};
}

AlertPtr make(const Rule &rule, const std::vector<Value> &given, FormatOptions format = {}, uint64_t time = kTime)
{
	std::vector<falco_value> values;
	for (const Value &value : given)
		values.push_back({str(value.text), str(value.json)});
	const falco_match match{sizeof(falco_match), 0, time, 7, values.data()};
	return std::make_shared<Alert>(match,
				       std::make_shared<RuleTexts>(std::make_shared<const RuleSet>(RuleSet{rule})),
				       std::make_shared<Alert::Run>(std::move(format), "0123456789abcdef"), 12);
}

std::string message_of(const Rule::Piece &piece, const Value &value)
{
	Rule rule;
	rule.fields = {"field"};
	rule.output = {{"[", -1, 0}, piece, {"]", -1, 0}};
	return make(rule, {value})->message();
}

FormatOptions all_keys()
{
	FormatOptions format;
	format.json_keys = {false, true, true, true, true, true};
	format.hostname = "ubuntu";
	return format;
}

} // namespace

TEST(AlertText, is_the_line_of_the_founding_document)
{
	const TimeZone zone(kPacific);
	const AlertPtr alert = make(sensitive_file(), sensitive_values(), {}, 1465320005408091526);
	EXPECT_EQ(alert->line(LineStyle::text),
		  "10:20:05.408091526: Warning Sensitive file opened for reading by non-trusted program (user=root "
		  "command=cat /etc/shadow file=/etc/shadow)");
	EXPECT_EQ(alert->line(LineStyle::bare_text),
		  "Sensitive file opened for reading by non-trusted program (user=root "
		  "command=cat /etc/shadow file=/etc/shadow)");
}

TEST(AlertJson, has_static_fields_among_those_of_the_output)
{
	FormatOptions format = all_keys();
	format.static_fields = {{"\"a\":", "\"1\""}, {"\"proc.cmdline\":", "\"2\""}, {"\"z\":", "\"3\""}};
	EXPECT_THAT(
		make(sensitive_file(), sensitive_values(), format)->line(LineStyle::json),
		testing::HasSubstr(
			R"("output_fields":{"a":"1","evt.time":1465256864080226697,"fd.name":"/etc/shadow","proc.cmdline":"cat /etc/shadow",)"
			R"("user.name":"root","z":"3"})"));
	Rule rule;
	rule.output = {{"text", -1, 0}};
	EXPECT_THAT(make(rule, {}, format)->line(LineStyle::json),
		    testing::HasSubstr(
			    R"("output_fields":{"a":"1","evt.time":1465256864080226697,"proc.cmdline":"2","z":"3"})"));
}

TEST(AlertJson, has_no_fields_that_are_for_the_text_only)
{
	Rule rule;
	rule.fields = {"proc.name", "%toupper(proc.name)", "fd.num"};
	rule.output = {{"", 1, 0}};
	const AlertPtr alert = make(rule, {{"cat", {}}, {"CAT", {}}, {"3", {}}}, all_keys());
	EXPECT_EQ(alert->message(), "CAT");
	EXPECT_THAT(alert->line(LineStyle::json),
		    testing::HasSubstr(
			    R"("output_fields":{"evt.time":1465256864080226697,"fd.num":"3","proc.name":"cat"})"));
	Alert::View view;
	alert->fill(view);
	ASSERT_EQ(view.alert.field_count, 2u);
	EXPECT_STREQ(view.alert.fields[0].name, "proc.name");
	EXPECT_STREQ(view.alert.fields[1].name, "fd.num");
}

TEST(AlertText, can_have_iso_8601_times)
{
	const TimeZone zone(kPacific);
	Rule rule;
	rule.priority = 0;
	rule.output = {{"text", -1, 0}};
	FormatOptions format;
	format.iso_8601 = true;
	EXPECT_EQ(make(rule, {}, format)->line(LineStyle::text), "2016-06-06T23:47:44.080226697+0000: Emergency text");
}

TEST(AlertText, names_every_priority)
{
	const char *names[] = {"Emergency", "Alert",  "Critical",      "Error",
			       "Warning",   "Notice", "Informational", "Debug"};
	for (int i = 0; i < 8; ++i)
		EXPECT_STREQ(priority_name(i), names[i]);
	EXPECT_STREQ(priority_name(-1), "Emergency");
	EXPECT_STREQ(priority_name(99), "Debug");
}

TEST(AlertText, prints_na_for_a_field_without_value)
{
	EXPECT_EQ(message_of({"", 0, 0}, {}), "[<NA>]");
	EXPECT_EQ(message_of({"", 0, 6}, {}), "[<NA>  ]");
	EXPECT_EQ(message_of({"", 0, 0}, {"", {}}), "[]");
}

TEST(AlertText, escapes_values_and_literals)
{
	EXPECT_EQ(message_of({"", 0, 0}, {"a\nb\xff", {}}), "[a\\nb\\xff]");
	EXPECT_EQ(message_of({"a\nb", -1, 0}, {}), "[a\\nb]");
}

TEST(AlertText, pads_and_cuts_to_the_width)
{
	EXPECT_EQ(message_of({"", 0, 5}, {"abc", {}}), "[abc  ]");
	EXPECT_EQ(message_of({"", 0, 5}, {"abcdefg", {}}), "[abcde]");
	EXPECT_EQ(message_of({"", 0, 3}, {"ab\xc3\xbc", {}}), "[ab ]");
	EXPECT_EQ(message_of({"", 0, 3}, {"ab\n", {}}), "[ab ]");
}

TEST(AlertJson, is_the_line_of_the_founding_document)
{
	const TimeZone zone(kPacific);
	const AlertPtr alert = make(sensitive_file(), sensitive_values());
	EXPECT_EQ(
		alert->line(LineStyle::json),
		R"j({"output":"16:47:44.080226697: Warning Sensitive file opened for reading by non-trusted program )j"
		R"j((user=root command=cat /etc/shadow file=/etc/shadow)","priority":"Warning",)j"
		R"j("rule":"read_sensitive_file_untrusted","time":"2016-06-06T23:47:44.080226697Z"})j");
	EXPECT_EQ(alert->line(LineStyle::bare_json),
		  R"j({"output":"Sensitive file opened for reading by non-trusted program )j"
		  R"j((user=root command=cat /etc/shadow file=/etc/shadow)","priority":"Warning",)j"
		  R"j("rule":"read_sensitive_file_untrusted","time":"2016-06-06T23:47:44.080226697Z"})j");
}

TEST(AlertJson, shows_further_keys_when_asked_to)
{
	EXPECT_EQ(
		make(sensitive_file(), {{"root", {}}, {{}, {}}, {"3", "[3,\"x\"]"}}, all_keys())
			->line(LineStyle::bare_json),
		R"j({"hostname":"ubuntu","output":"Sensitive file opened for reading by non-trusted program )j"
		R"j((user=root command=<NA> file=3)","output_fields":{"evt.time":1465256864080226697,"fd.name":[3,"x"],"proc.cmdline":null,)j"
		R"j("user.name":"root"},"priority":"Warning","rule":"read_sensitive_file_untrusted","source":"syscall",)j"
		R"j("tags":["filesystem","mitre"],"time":"2016-06-06T23:47:44.080226697Z"})j");
}

TEST(AlertJson, has_the_time_in_front_of_the_output_among_the_fields)
{
	Rule rule;
	rule.output = {{"text", -1, 0}};
	FormatOptions format = all_keys();
	format.iso_8601 = true;
	EXPECT_THAT(make(rule, {}, format)->line(LineStyle::json),
		    testing::HasSubstr(R"("output_fields":{"evt.time.iso8601":1465256864080226697})"));
	rule.fields = {"evt.time", "evt.time.iso8601"};
	EXPECT_THAT(make(rule, {{"a", "1"}, {"b", "2"}}, format)->line(LineStyle::json),
		    testing::HasSubstr(R"("output_fields":{"evt.time":1,"evt.time.iso8601":2})"));
	rule.has_events = false;
	rule.fields = {};
	EXPECT_THAT(make(rule, {}, format)->line(LineStyle::json), testing::HasSubstr(R"("output_fields":{})"));
}

TEST(AlertJson, can_have_the_message_beside_the_output)
{
	const TimeZone zone(kPacific);
	Rule rule;
	rule.name = "r";
	rule.output = {{"text", -1, 0}};
	FormatOptions format;
	format.json_keys.message = true;
	const AlertPtr alert = make(rule, {}, format);
	const std::string line =
		R"j({"message":"text","output":"16:47:44.080226697: Emergency text","priority":"Emergency",)j"
		R"j("rule":"r","time":"2016-06-06T23:47:44.080226697Z"})j";
	EXPECT_EQ(alert->line(LineStyle::json), line);
	Alert::View view;
	alert->fill_alone(view, LineStyle::json);
	EXPECT_EQ(std::string(view.alert.line.data, view.alert.line.size), line);
}

TEST(AlertJson, can_leave_out_the_output_and_have_nothing_to_list)
{
	FormatOptions format = all_keys();
	format.json_keys.output = false;
	Rule rule;
	rule.name = "r";
	EXPECT_EQ(
		make(rule, {}, format)->line(LineStyle::json),
		R"j({"hostname":"ubuntu","output_fields":{"evt.time":1465256864080226697},"priority":"Emergency","rule":"r","source":"","tags":[],)j"
		R"j("time":"2016-06-06T23:47:44.080226697Z"})j");
}

TEST(AlertJson, is_one_line_of_valid_json_whatever_the_values)
{
	std::string every_byte;
	for (int i = 0; i < 256; ++i)
		every_byte += static_cast<char>(i);
	Rule rule = sensitive_file();
	rule.name = "a \"rule\"\n\xff";
	const AlertPtr alert = make(rule, {{every_byte, {}}, {"x", "[1,\n2]"}, {"y", "\"\xff\""}}, all_keys());
	const std::string &line = alert->line(LineStyle::json);
	for (const char c : line)
		EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
	const nlohmann::json parsed = nlohmann::json::parse(line);
	EXPECT_EQ(parsed["output_fields"]["proc.cmdline"], "x");
	EXPECT_EQ(parsed["output_fields"]["fd.name"], "y");
	EXPECT_EQ(parsed["rule"], "a \"rule\"\n\xef\xbf\xbd");
}

TEST(Alert, gives_plugins_all_it_has)
{
	const AlertPtr alert = make(sensitive_file(), {{"ro\not", {}}, {"", {}}, {{}, {}}}, all_keys());
	Alert::View filled;
	alert->fill(filled, LineStyle::bare_text);
	const falco_alert &view = filled.alert;
	EXPECT_EQ(view.struct_size, sizeof(falco_alert));
	EXPECT_EQ(view.priority, 4);
	EXPECT_EQ(view.time_ns, kTime);
	EXPECT_EQ(view.sequence, 12u);
	EXPECT_STREQ(view.id, "0123456789abcdef-12");
	EXPECT_STREQ(view.rule, "read_sensitive_file_untrusted");
	EXPECT_STREQ(view.source, "syscall");
	EXPECT_STREQ(view.hostname, "ubuntu");
	ASSERT_STREQ(view.tags[0], "filesystem");
	ASSERT_STREQ(view.tags[1], "mitre");
	ASSERT_EQ(view.tags[2], nullptr);
	EXPECT_EQ(std::string(view.line.data, view.line.size), alert->message());
	EXPECT_EQ(std::string(view.message.data, view.message.size), alert->message());
	ASSERT_EQ(view.field_count, 3u);
	EXPECT_STREQ(view.fields[0].name, "user.name");
	EXPECT_EQ(std::string(view.fields[0].value.text.data, view.fields[0].value.text.size), "ro\not");
	EXPECT_NE(view.fields[1].value.text.data, nullptr);
	EXPECT_EQ(view.fields[1].value.text.size, 0u);
	EXPECT_EQ(view.fields[2].value.text.data, nullptr);
	EXPECT_EQ(view.fields[2].value.json.data, nullptr);
}

TEST(Alert, copies_what_dies_with_the_event)
{
	AlertPtr alert;
	{
		std::vector<Value> values = sensitive_values();
		alert = make(sensitive_file(), values);
		for (Value &value : values)
			value.text->assign(value.text->size(), '#');
	}
	EXPECT_NE(alert->message().find("file=/etc/shadow"), std::string::npos);
}

TEST(Alert, composes_each_form_once_for_all_threads)
{
	const AlertPtr alert = make(sensitive_file(), sensitive_values());
	std::vector<const std::string *> seen(8);
	std::vector<std::thread> threads;
	for (size_t i = 0; i < seen.size(); ++i) {
		threads.emplace_back([&, i] { seen[i] = &alert->line(i % 2 ? LineStyle::json : LineStyle::text); });
	}
	for (std::thread &thread : threads)
		thread.join();
	for (size_t i = 2; i < seen.size(); ++i)
		EXPECT_EQ(seen[i], seen[i - 2]);
	EXPECT_NE(*seen[0], *seen[1]);
}

} // namespace falco::host
