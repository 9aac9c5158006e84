// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/alert_template.hpp"

#include "host/config/template.hpp"
#include "tests/unit/pipeline/rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace falco::host::test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

std::vector<TemplatePiece> pieces(const std::string &text)
{
	yaml::Node node;
	node.kind = yaml::Kind::scalar;
	node.text = text;
	return config::read_template(node, "template");
}

// A rule that shows one field and has another one that the host asked for.
Rule two_fields()
{
	Rule rule = simple_rule("two fields");
	rule.tags = {"b", "a"};
	rule.fields = {"text", "extra.field"};
	rule.extra_fields = 1;
	return rule;
}

AlertPtr alert_of(const Rule &rule, const std::string &shown, const std::string &extra)
{
	const falco_value values[] = {{{shown.data(), shown.size()}, {}}, {{extra.data(), extra.size()}, {}}};
	const falco_match match{sizeof(falco_match), 0, 1465256864080226697, 1, values};
	FormatOptions format;
	format.hostname = "ubuntu";
	format.json_keys.output_fields = true;
	return std::make_shared<Alert>(match,
				       std::make_shared<RuleTexts>(std::make_shared<const RuleSet>(RuleSet{rule})),
				       std::make_shared<Alert::Run>(format, "0123456789abcdef"), 12);
}

std::string composed(const std::string &text, const AlertPtr &alert)
{
	AlertTemplate filled(pieces(text));
	std::string line = "what was there before";
	filled.compose(*alert, line);
	return line;
}

} // namespace

TEST(AlertTemplate, knows_what_every_alert_has)
{
	const AlertPtr alert = alert_of(two_fields(), "shown", "more");
	EXPECT_EQ(composed("%rule|%priority|%message|%source|%hostname|%tags|%id|%sequence|%time_iso_8601", alert),
		  "two fields|Warning|shown|syscall|ubuntu|a,b|0123456789abcdef-12|12|2016-06-06T23:47:44.080226697Z");
	EXPECT_THAT(composed("%time", alert), testing::EndsWith(".080226697"));
}

TEST(AlertTemplate, fills_in_fields_shown_or_not)
{
	const AlertPtr alert = alert_of(two_fields(), "shown", "mo\nre");
	EXPECT_EQ(composed("%text %extra.field %no.such 5%%\n", alert), "shown mo\\nre <NA> 5%\\n");
	EXPECT_EQ(composed("[%10text][%2text]", alert), "[shown     ][sh]");
}

TEST(AlertTemplate, goes_on_with_alerts_of_other_rules)
{
	Rule other = simple_rule("other");
	other.fields = {"extra.field", "x"};
	AlertTemplate filled(pieces("%extra.field"));
	std::string line;
	const AlertPtr first = alert_of(two_fields(), "a", "b"), second = alert_of(other, "c", "d");
	std::string lines;
	for (const AlertPtr &alert : {first, second, first}) {
		filled.compose(*alert, line);
		lines += line;
	}
	EXPECT_EQ(lines, "bcb");
}

TEST(AlertTemplate, is_not_seen_in_other_formats)
{
	const AlertPtr alert = alert_of(two_fields(), "shown", "more");
	EXPECT_THAT(alert->line(LineStyle::json), HasSubstr(R"("text":"shown"})"));
	Alert::View view;
	alert->fill(view, LineStyle::text);
	EXPECT_EQ(view.alert.field_count, 1u);
}

TEST(AlertTemplate, is_an_outputs_own)
{
	FakeOutput mine({false, false, true}), plain({false, false, true});
	Rig rig;
	InstanceConfig config = Rig::instance("mine");
	config.format = Format::templated;
	config.format_template = pieces("%rule says %text");
	rig.add(mine, config);
	rig.add(plain, Rig::instance("plain"));
	rig.start();
	rig.deliver("1");
	rig.deliver("2");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(mine.lines(), ElementsAre("rule says 1", "rule says 2"));
	EXPECT_THAT(plain.lines(), ElementsAre("1", "2"));
}

} // namespace falco::host::test
