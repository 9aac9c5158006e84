// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/graph_evaluator.hpp"
#include "plugins/matcher-sinsp/reference_evaluator.hpp"
#include "plugins/matcher-sinsp/regex_guard.hpp"

using namespace falco::matcher;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

constexpr const char *kRules =
	"- rule: quick\n  desc: d\n  condition: evt.type != chroot and proc.name regex '[b'\n"
	"  output: o\n  priority: INFO\n"
	"- rule: slow\n  desc: d\n  condition: evt.type != chroot and toupper(proc.name) regex 'a(b'\n"
	"  output: o\n  priority: INFO\n"
	"- rule: not\n  desc: d\n  condition: evt.type != chroot and not proc.cmdline regex '*'\n"
	"  output: o\n  priority: INFO\n";

} // namespace

TEST(BadRegex, brings_our_warning_and_nothing_of_anybody_elses)
{
	testing::internal::CaptureStderr();
	const LoadedRules loaded(kRules);
	EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
	EXPECT_THAT(loaded.errors, testing::IsEmpty());
	EXPECT_THAT(loaded.warnings,
		    testing::Contains(HasSubstr("bad-regex rule quick: '[b' is no regular expression")));
	EXPECT_THAT(loaded.warnings,
		    testing::Contains(HasSubstr("bad-regex rule slow: 'a(b' is no regular expression")));
	EXPECT_THAT(loaded.warnings, testing::Contains(HasSubstr("bad-regex rule not: '*' is no regular expression")));
}

TEST(BadRegex, never_matches_and_is_silent_whoever_is_asked)
{
	LoadedRules loaded(kRules);
	sinsp inspector;
	inspector.open_savefile(std::string(FALCO_TRACES) + "/acts.scap");
	testing::internal::CaptureStderr();
	GraphEvaluator fast(loaded.rules, false, &inspector);
	ReferenceEvaluator reference(loaded.rules, false, &inspector);
	size_t events = 0;
	for (sinsp_evt *event = nullptr; events < 200;) {
		if (inspector.next(&event) != SCAP_SUCCESS) {
			break;
		}
		events++;
		std::vector<uint32_t> by_fast, by_reference;
		fast.evaluate(event, true, by_fast);
		reference.evaluate(event, true, by_reference);
		EXPECT_EQ(by_fast, by_reference);
		for (const uint32_t rule : by_fast) {
			EXPECT_EQ(loaded.rules[rule].item->name, "not");
		}
	}
	EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
	EXPECT_GT(events, 100u);
}

TEST(BadRegex, is_replaced_in_a_copy_and_good_ones_need_none)
{
	LoadedRules loaded(kRules);
	EXPECT_EQ(ast::as_string(without_bad_regexes(loaded.rules[0].condition.get()).get()),
		  "(evt.type != chroot and proc.name regex a^)");
	LoadedRules good("- rule: r\n  desc: d\n  condition: evt.type = open and proc.name regex 'a(b)'\n  output: o\n"
			 "  priority: INFO\n");
	EXPECT_EQ(without_bad_regexes(good.rules[0].condition.get()), nullptr);
}
