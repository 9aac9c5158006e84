// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/alert_record.hpp"

#include <gtest/gtest.h>

#include <random>

namespace falco::host {

namespace {

falco_str str(const std::string &text)
{
	return {text.data(), text.size()};
}

std::string text_of(const falco_str &text)
{
	return text.data ? std::string(text.data, text.size) : "(none)";
}

struct Sample {
	Sample()
	{
		alert.priority = 3;
		alert.time_ns = 1465256864080226697;
		alert.sequence = 12;
		alert.id = "0123456789abcdef-12";
		alert.rule = "rule";
		alert.source = "syscall";
		alert.hostname = "ubuntu";
		alert.tags = tags;
		alert.line = str(line);
		alert.message = str(message);
		alert.fields = fields;
		alert.field_count = 3;
	}
	std::string line = "10:20: Error the message", message = "the message", json = "17",
		    zero = std::string("a\0b", 3);
	const char *tags[3] = {"one", "two", nullptr};
	falco_field fields[3] = {{"text", {str(zero), {nullptr, 0}}},
				 {"number", {str(json), str(json)}},
				 {"none", {{nullptr, 0}, {nullptr, 0}}}};
	falco_alert alert{};
};

} // namespace

TEST(AlertRecord, brings_back_all_of_an_alert)
{
	Sample sample;
	for (const std::string &message : {std::string("the message"), std::string("other"), std::string()}) {
		sample.alert.message = str(message);
		Parcel parcel;
		encode_record(sample.alert, parcel.record);
		ASSERT_TRUE(decode_record(parcel));
		const falco_alert &alert = parcel.view.alert;
		EXPECT_EQ(alert.priority, 3);
		EXPECT_EQ(alert.time_ns, sample.alert.time_ns);
		EXPECT_EQ(alert.sequence, 12u);
		EXPECT_STREQ(alert.id, sample.alert.id);
		EXPECT_STREQ(alert.rule, "rule");
		EXPECT_STREQ(alert.source, "syscall");
		EXPECT_STREQ(alert.hostname, "ubuntu");
		EXPECT_STREQ(alert.tags[0], "one");
		EXPECT_STREQ(alert.tags[1], "two");
		EXPECT_EQ(alert.tags[2], nullptr);
		EXPECT_EQ(text_of(alert.line), sample.line);
		EXPECT_EQ(text_of(alert.message), message);
		ASSERT_EQ(alert.field_count, 3u);
		EXPECT_STREQ(alert.fields[0].name, "text");
		EXPECT_EQ(text_of(alert.fields[0].value.text), sample.zero);
		EXPECT_EQ(text_of(alert.fields[0].value.json), "(none)");
		EXPECT_EQ(text_of(alert.fields[1].value.json), "17");
		EXPECT_EQ(text_of(alert.fields[2].value.text), "(none)");
	}
}

TEST(AlertRecord, stores_a_message_that_the_line_ends_with_only_once)
{
	Sample sample;
	std::string with, without;
	encode_record(sample.alert, with);
	sample.line.back() = 'E';
	encode_record(sample.alert, without);
	EXPECT_GE(without.size(), with.size() + sample.message.size());
}

TEST(AlertRecord, that_is_damaged_is_found_out)
{
	const Sample sample;
	std::string good;
	encode_record(sample.alert, good);
	for (size_t i = 0; i < good.size(); ++i) {
		Parcel parcel;
		parcel.record = good;
		parcel.record[i] = static_cast<char>(parcel.record[i] ^ 0x10);
		EXPECT_FALSE(decode_record(parcel)) << i;
		parcel.record = good.substr(0, i);
		EXPECT_FALSE(decode_record(parcel)) << i;
	}
}

} // namespace falco::host
