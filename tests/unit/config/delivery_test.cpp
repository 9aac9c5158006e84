// SPDX-License-Identifier: Apache-2.0
//
// The keys that say how an output's alerts are delivered.
#include "host/config/template.hpp"
#include "tests/unit/config/config_fixture.hpp"

namespace falco::host {
namespace {

using std::chrono::milliseconds;

class Delivery : public ConfigTest {
protected:
	// An output with these keys.
	InstanceConfig output(const std::string &keys)
	{
		const Config config = load("x_output: {enabled: true, " + keys + "}\n");
		EXPECT_EQ(config.warnings, std::vector<std::string>{});
		return config.outputs.at(0);
	}
};

TEST_F(Delivery, is_plain_by_default)
{
	const InstanceConfig plain = output("filter: {}");
	EXPECT_TRUE(plain.filter.sources.empty());
	EXPECT_FALSE(plain.batch.has_value());
	EXPECT_FALSE(plain.dedup.has_value());
	EXPECT_FALSE(plain.spool.has_value());
	EXPECT_FALSE(plain.retry.never_give_up);
}

TEST_F(Delivery, has_blocks_of_its_own)
{
	const InstanceConfig given =
		output("filter: {source: [syscall, internal]}, batch: {max_alerts: 7, max_ms: 30}, "
		       "dedup: {by: [proc.name, rule], window: 5m, max_keys: 9}, "
		       "spool: {dir: spool, max_bytes: 2097152, max_age: 2h, on_full: drop_old, sync: false}");
	EXPECT_EQ(given.filter.sources, (std::vector<std::string>{"syscall", "internal"}));
	EXPECT_EQ(given.batch->max_alerts, 7u);
	EXPECT_EQ(given.batch->max_wait, milliseconds(30));
	EXPECT_EQ(given.dedup->by.at(0).name, "proc.name");
	EXPECT_EQ(given.dedup->window, milliseconds(300000));
	EXPECT_EQ(given.dedup->max_keys, 9u);
	EXPECT_EQ(given.spool->dir, folder_ + "/spool");
	EXPECT_EQ(given.spool->max_bytes, 2097152u);
	EXPECT_EQ(given.spool->max_age, milliseconds(7200000));
	EXPECT_EQ(given.spool->on_full, OnFull::drop_old);
	EXPECT_FALSE(given.spool->sync);
}

TEST_F(Delivery, from_a_spool_is_never_given_up_unless_the_user_says_so)
{
	EXPECT_TRUE(output("spool: {dir: /s}").retry.never_give_up);
	EXPECT_TRUE(output("spool: {dir: /s}, retry: {max_ms: 9000}").retry.never_give_up);
	EXPECT_FALSE(output("spool: {dir: /s}, retry: {give_up_after: 1m}").retry.never_give_up);
	EXPECT_TRUE(output("retry: {give_up_after: never}").retry.never_give_up);
}

TEST_F(Delivery, has_a_template_of_text_and_values)
{
	const InstanceConfig given = output("format: template, template: \"100%% %rule.%20proc.name: "
					    "%toupper(fd.name)[%proc.aname[2]]\"");
	EXPECT_EQ(given.format, Format::templated);
	std::string text;
	for (const TemplatePiece &piece : given.format_template)
		text += piece.name.empty() ? piece.literal : "<" + piece.name + "," + std::to_string(piece.width) + ">";
	EXPECT_EQ(text, "100% <rule,0>.<proc.name,20>: <toupper(fd.name),0>[<proc.aname[2],0>]");
	std::vector<std::string> wanted;
	for (const WantedField &field : config::wanted_fields(given))
		wanted.push_back(field.name);
	EXPECT_EQ(wanted, (std::vector<std::string>{"proc.name", "toupper(fd.name)", "proc.aname[2]"}));
}

struct Case {
	const char *keys;
	const char *message;
};

std::ostream &operator<<(std::ostream &stream, const Case &test_case)
{
	return stream << test_case.keys;
}

class BadDelivery : public ConfigTest, public testing::WithParamInterface<Case> {};

TEST_P(BadDelivery, is_refused_at_its_place)
{
	EXPECT_EQ(failure("x_output:\n  enabled: true\n  " + std::string(GetParam().keys) + "\n"),
		  std::string("falco.yaml:") + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
	All, BadDelivery,
	testing::Values(
		Case{"filter: {source: {}}", "3:20: x_output.filter.source: expected a list of sources, found a map"},
		Case{"batch: 5", "3:10: x_output.batch: expected a map of keys and values, found '5'"},
		Case{"batch: {max_alerts: 0}",
		     "3:23: x_output.batch.max_alerts: expected a whole number of alerts from 1 to 100000, found '0'"},
		Case{"batch: {max_ms: 1s}",
		     "3:19: x_output.batch.max_ms: expected a whole number of milliseconds from 0 "
		     "to 3600000, found '1s'"},
		Case{"dedup: {window: soon}",
		     "3:19: x_output.dedup.window: expected a time such as 60s, 500ms, 2m or 1h, a week at most, found "
		     "'soon'"},
		Case{"dedup: {window: 0}", "3:19: x_output.dedup.window: expected a time above 0, found '0'"},
		Case{"dedup: {by: [rule, id]}",
		     "3:22: x_output.dedup.by: 'id' is another one for every alert, so none repeats; remove it"},
		Case{"dedup: {max_keys: -1}",
		     "3:21: x_output.dedup.max_keys: expected a whole number from 1 to 10000000, found '-1'"},
		Case{"spool: {max_age: 1h}",
		     "3:10: x_output.spool: the key 'dir' is missing: the folder that undelivered "
		     "alerts are kept in"},
		Case{"spool: {dir: []}", "3:16: x_output.spool.dir: expected a folder, found a list"},
		Case{"spool: {dir: /s, max_bytes: 5}",
		     "3:31: x_output.spool.max_bytes: expected a whole number of bytes "
		     "from 1048576 to 1099511627776, found '5'"},
		Case{"spool: {dir: /s, on_full: wait}",
		     "3:29: x_output.spool.on_full: expected block, drop_new or drop_old, found 'wait'"},
		Case{"spool: {dir: /s, sync: perhaps}",
		     "3:26: x_output.spool.sync: expected true or false, found 'perhaps'"},
		Case{"format: xml", "3:11: x_output.format: expected text, json or template, found 'xml'"},
		Case{"format: template",
		     "3:11: x_output: the key 'template' is missing: what 'format: template' fills in, "
		     "such as \"%time %rule %proc.name\""},
		Case{"template: '%rule'",
		     "3:13: x_output.template: has no effect without 'format: template'; add that"},
		Case{"format: template\n  template: 'a % b'",
		     "4:13: x_output.template: at '% b': expected a name after the %; a percent sign is written as %%"},
		Case{"format: template\n  template: '%proc.aname[2'",
		     "4:13: x_output.template: at '%proc.aname[2': expected a ] that closes the ["},
		Case{"format: template\n  template: '%toupper(proc.name'",
		     "4:13: x_output.template: at '%toupper(proc.name': expected a ) that closes the ("},
		Case{"format: template\n  template: '%9999rule'",
		     "4:13: x_output.template: at '%9999rule': a value's width is at most 4096"}));

TEST_F(Delivery, warns_of_unknown_keys_with_the_nearest)
{
	EXPECT_EQ(warning("x_output: {enabled: true, spool: {dir: /s, max_byte: 5}}\n"),
		  "falco.yaml:1:44: unknown key 'x_output.spool.max_byte' (did you mean 'max_bytes'?); it is ignored");
	EXPECT_EQ(warning("x_output: {enabled: true, dedup: {windows: 5}}\n"),
		  "falco.yaml:1:35: unknown key 'x_output.dedup.windows' (did you mean 'window'?); it is ignored");
	EXPECT_EQ(
		warning("x_output: {enabled: true, batch: {max_alert: 5}}\n"),
		"falco.yaml:1:35: unknown key 'x_output.batch.max_alert' (did you mean 'max_alerts'?); it is ignored");
}

} // namespace
} // namespace falco::host
