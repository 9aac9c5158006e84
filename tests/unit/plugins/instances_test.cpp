// SPDX-License-Identifier: Apache-2.0
//
// Instances of the fakes, driven through the wrappers.
#include "tests/plugins/fake_event.h"
#include "tests/unit/plugins/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace falco::host {
namespace {

using nlohmann::json;

template <typename Instance>
std::unique_ptr<Instance> make(const char *plugin, const FakeServices &services, const json &config = json::object())
{
	const Plugin loaded = test_plugin(plugin);
	return std::make_unique<Instance>(loaded, "one", defaults_with(loaded, config), services.services);
}

TEST(Source, reads_numbered_events_to_the_end)
{
	const FakeServices services;
	const auto source = make<Source>("source-fake", services, {{"events", 2}});
	ASSERT_TRUE(source->start("open close").ok());
	EXPECT_NE(source->context(), nullptr);
	falco_event event;
	falco_error error;
	ASSERT_EQ(source->next(event, error), FALCO_OK);
	EXPECT_EQ(event.number, 1u);
	EXPECT_STREQ(static_cast<fake_event *>(event.object)->name, "open");
	EXPECT_EQ(source->next(event, error), FALCO_OK);
	EXPECT_EQ(source->next(event, error), FALCO_END);
	EXPECT_EQ(event.number, 0u);
	source->stop();
	EXPECT_EQ(source->start("").code, FALCO_END);
	EXPECT_THAT(services.lines(), ElementsAre("one: start for \"open close\"", "one: stop", "one: start for \"\""));
}

TEST(Source, knows_whether_it_is_live)
{
	const FakeServices services;
	EXPECT_FALSE(make<Source>("source-fake", services)->live());
	const auto live = make<Source>("source-fake-live", services, {{"events", 0}, {"endless", true}});
	EXPECT_TRUE(live->live());
	ASSERT_TRUE(live->start("").ok());
	falco_event event;
	falco_error error;
	EXPECT_EQ(live->next(event, error), FALCO_TIMEOUT);
}

TEST(Source, passes_failures_on_with_their_reason)
{
	const FakeServices services;
	const auto source = make<Source>("source-fake", services, {{"fail_at", 1}});
	ASSERT_TRUE(source->start("").ok());
	falco_event event;
	falco_error error;
	EXPECT_EQ(source->next(event, error), FALCO_ERR_FATAL);
	EXPECT_EQ(error.status, FALCO_ERR_FATAL);
	EXPECT_STREQ(error.message, "the fake capture broke");
	const auto broken = make<Source>("source-fake", services, {{"fail_start", true}});
	const Status status = broken->start("");
	EXPECT_EQ(status.code, FALCO_ERR_FATAL);
	EXPECT_EQ(status.message, "the fake device cannot be opened");
}

TEST(Matcher, loads_rules_and_copies_them)
{
	const FakeServices services;
	const TempDir dir;
	const auto matcher = make<Matcher>("matcher-fake", services);
	const LoadResult result = matcher->load({dir.write("a", "first 3 saw %name as %number!\n?be careful\n"),
						 dir.write("b", "# nothing\n\nsecond 7 text\n")});
	EXPECT_TRUE(result.status.ok());
	ASSERT_THAT(result.rules, SizeIs(2));
	const Rule &rule = result.rules[0];
	EXPECT_EQ(rule.name, "first");
	EXPECT_EQ(rule.priority, 3);
	EXPECT_EQ(rule.desc, "about first");
	EXPECT_EQ(rule.source, "fake");
	EXPECT_THAT(rule.tags, ElementsAre("fake"));
	EXPECT_THAT(rule.fields, ElementsAre("name", "number"));
	ASSERT_THAT(rule.output, SizeIs(5));
	EXPECT_EQ(rule.output[0].literal, "saw ");
	EXPECT_EQ(rule.output[1].field, 0);
	EXPECT_EQ(rule.output[3].field, 1);
	EXPECT_EQ(rule.output[4].literal, "!");
	ASSERT_THAT(result.findings, SizeIs(1));
	EXPECT_EQ(result.findings[0].str(), dir.path() + "/a:2:1: be careful [fake]");
	EXPECT_EQ(result.findings[0].level, FALCO_LOG_WARN);
	EXPECT_EQ(matcher->interests(), "");
}

TEST(Matcher, brings_no_rules_when_one_is_wrong)
{
	const FakeServices services;
	const TempDir dir;
	const auto matcher = make<Matcher>("matcher-fake", services);
	const LoadResult result = matcher->load({dir.write("a", "good 3 text\nbad 9 text\n")});
	EXPECT_EQ(result.status.code, FALCO_ERR_CONFIG);
	EXPECT_EQ(result.status.message, "the rules are wrong");
	EXPECT_THAT(result.rules, IsEmpty());
	EXPECT_EQ(result.findings.at(0).str(), dir.path() + "/a:2:1: expected NAME PRIORITY OUTPUT [fake]");
}

struct Matches {
	std::vector<std::string> lines;
	falco_match_sink sink{sizeof(falco_match_sink), 0, &lines, [](void *ctx, const falco_match *match) {
				      static_cast<std::vector<std::string> *>(ctx)->push_back(
					      std::to_string(match->rule) + " " +
					      std::string(match->values[0].text.data, match->values[0].text.size));
			      }};
};

TEST(Matcher, matches_a_sources_events)
{
	const FakeServices services;
	const TempDir dir;
	const auto source = make<Source>("source-fake", services);
	const auto matcher = make<Matcher>("matcher-fake", services, {{"every", 2}});
	EXPECT_NO_THROW(check_families(*source, *matcher));
	ASSERT_TRUE(matcher->load({dir.write("a", "r 3 text\n")}).status.ok());
	ASSERT_TRUE(source->start(matcher->interests()).ok());
	ASSERT_TRUE(matcher->bind(source->context()).ok());
	Matches found;
	falco_event event;
	falco_error error;
	while (source->next(event, error) == FALCO_OK)
		ASSERT_EQ(matcher->match(event, found.sink, error), FALCO_OK);
	EXPECT_THAT(found.lines, ElementsAre("0 close", "0 close", "0 close", "0 close", "0 close"));
	matcher->unbind();
	source->stop();
	EXPECT_EQ(matcher->match(event, found.sink, error), FALCO_ERR_FATAL);
	EXPECT_STREQ(error.message, "match without bind");
}

TEST(CheckFamilies, names_both_when_they_differ)
{
	const FakeServices services;
	const auto matcher = make<Matcher>("matcher-fake", services);
	const auto other = make<Source>("source-other", services);
	EXPECT_EQ(error_of([&] { check_families(*other, *matcher); }),
		  "source 'one' and matcher 'one' do not fit together: the one makes events of the family other/1, the "
		  "other "
		  "takes those of fake/1; use plugins of the same family");
}

TEST(CheckFamilies, tells_two_copies_of_one_library)
{
	const FakeServices services;
	const auto matcher = make<Matcher>("matcher-fake", services);
	const auto anchored = make<Source>("source-fake-anchored", services);
	EXPECT_EQ(error_of([&] { check_families(*anchored, *matcher); }),
		  "source 'one' and matcher 'one' each carry their own copy of fake/1; they must share one: link both "
		  "to the "
		  "same shared library");
}

TEST(Output, writes_flushes_reopens_and_is_destroyed)
{
	const FakeServices services;
	const TempDir dir;
	const std::string path = dir.path() + "/alerts";
	{
		const auto output = make<Output>("output-fake", services, {{"path", path}, {"calls", true}});
		EXPECT_TRUE(output->has_flush());
		EXPECT_FALSE(output->has_batch());
		EXPECT_FALSE(output->bare());
		EXPECT_TRUE(output->write(LineAlert("first").get()).ok());
		EXPECT_TRUE(output->flush().ok());
		EXPECT_TRUE(output->reopen().ok());
	}
	EXPECT_EQ(read_text(path), "first\nflush\nreopen\ndestroy\n");
	EXPECT_TRUE(make<Output>("output-fake-bare", services)->bare());
}

TEST(Output, tells_failures_for_now_from_those_for_good)
{
	const FakeServices services;
	const LineAlert alert("x");
	const auto output = make<Output>("output-fake", services, {{"busy", 1}, {"fatal_at", 2}, {"throw_at", 3}});
	const Status busy = output->write(alert.get()), gone = output->write(alert.get()),
		     thrown = output->write(alert.get());
	EXPECT_EQ(busy.code, FALCO_ERR_RETRY);
	EXPECT_EQ(busy.message, "the fake destination is busy");
	EXPECT_EQ(gone.code, FALCO_ERR_FATAL);
	EXPECT_EQ(thrown.code, FALCO_ERR_FATAL);
	EXPECT_EQ(thrown.message, "unknown exception");
	EXPECT_TRUE(output->write(alert.get()).ok());
}

TEST(Output, writes_one_by_one_what_cannot_be_written_at_once)
{
	const FakeServices services;
	const TempDir dir;
	const auto output = make<Output>("output-fake", services, {{"path", dir.path() + "/a"}, {"fatal_at", 2}});
	const LineAlert first("1"), second("2"), third("3");
	size_t taken = 99;
	EXPECT_EQ(output->write_batch({&first.get(), &second.get(), &third.get()}, taken).code, FALCO_ERR_FATAL);
	EXPECT_EQ(taken, 1u);
}

TEST(Create, says_which_instance_failed_and_why)
{
	const FakeServices services;
	EXPECT_EQ(error_of([&] {
			  make<Output>("output-fake", services, {{"refuse", "/x: Permission denied"}});
		  }),
		  "Error with one output: /x: Permission denied");
	EXPECT_EQ(error_of([&] { make<Output>("habit-silent", services); }),
		  "Error with one output: create failed and gave no reason");
	EXPECT_EQ(error_of([&] { make<Output>("habit-status", services); }),
		  "Error with one output: create returned the status -77, which it may not: the plugin is faulty");
}

} // namespace
} // namespace falco::host
