// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/statistics.hpp"

#include <gtest/gtest.h>

namespace falco::host {

namespace {

Rule rule(std::string name, int priority)
{
	Rule made;
	made.name = std::move(name);
	made.priority = priority;
	return made;
}

std::shared_ptr<const RuleSet> rules(RuleSet set)
{
	return std::make_shared<const RuleSet>(std::move(set));
}

Outputs::Report report(std::string name, uint64_t dropped, uint64_t lost)
{
	return {std::move(name), 10, 7, 0, 0, dropped, lost};
}

} // namespace

TEST(Statistics, are_the_text_that_scripts_know)
{
	Statistics statistics;
	statistics.use_rules(rules({rule("quiet", 0), rule("read_sensitive_file_untrusted", 4), rule("info", 6)}));
	statistics.count(1);
	statistics.count(2);
	statistics.count(1);
	EXPECT_EQ(statistics.detected(), 3u);
	EXPECT_EQ(statistics.text({report("file", 0, 0)}), "Events detected: 3\n"
							   "Rule counts by severity:\n"
							   "   Error: 0\n"
							   "   Warning: 2\n"
							   "   Informational: 1\n"
							   "Triggered rules by rule name:\n"
							   "   read_sensitive_file_untrusted: 2\n"
							   "   info: 1\n");
}

TEST(Statistics, show_other_levels_when_they_occurred_in_severity_order)
{
	Statistics statistics;
	statistics.use_rules(rules({rule("d", 7), rule("e", 0)}));
	statistics.count(0);
	statistics.count(1);
	EXPECT_EQ(statistics.text({}), "Events detected: 2\n"
				       "Rule counts by severity:\n"
				       "   Emergency: 1\n"
				       "   Error: 0\n"
				       "   Warning: 0\n"
				       "   Informational: 0\n"
				       "   Debug: 1\n"
				       "Triggered rules by rule name:\n"
				       "   d: 1\n"
				       "   e: 1\n");
}

TEST(Statistics, are_whole_without_rules)
{
	Statistics statistics;
	statistics.count(0);
	EXPECT_EQ(statistics.text({}), "Events detected: 0\n"
				       "Rule counts by severity:\n"
				       "   Error: 0\n"
				       "   Warning: 0\n"
				       "   Informational: 0\n"
				       "Triggered rules by rule name:\n");
}

TEST(Statistics, count_alerts_of_falcos_own_apart)
{
	Statistics statistics;
	EXPECT_EQ(statistics.text({}, 2), statistics.text({}) + "Internal alerts: 2\n");
}

TEST(Statistics, list_outputs_when_one_lost_or_dropped_alerts)
{
	Statistics statistics;
	const std::string without = statistics.text({report("file", 0, 0)});
	EXPECT_EQ(statistics.text({report("file", 0, 0), report("kafka", 3, 0)}),
		  without + "Outputs:\n"
			    "   file: accepted 10, delivered 7, dropped 0 (queue full), lost 0\n"
			    "   kafka: accepted 10, delivered 7, dropped 3 (queue full), lost 0\n");
	EXPECT_NE(statistics.text({report("kafka", 0, 1)}), without);
}

TEST(Statistics, tell_what_else_became_of_alerts)
{
	Statistics statistics;
	const std::string without = statistics.text({});
	Outputs::Report output = report("http", 0, 0);
	output.filtered = 9;
	EXPECT_EQ(statistics.text({output}),
		  without +
			  "Outputs:\n   http: accepted 10, delivered 7, dropped 0 (queue full), lost 0, filtered 9\n");
	output.filtered = 0;
	output.retried = 8;
	EXPECT_EQ(statistics.text({output}),
		  without + "Outputs:\n   http: accepted 10, delivered 7, dropped 0 (queue full), lost 0, retried 8\n");
	output.filtered = 9;
	output.deduplicated = 1;
	output.dropped_spool = 2;
	output.dropped_old = 3;
	output.waiting = 4;
	output.oldest = std::chrono::milliseconds(50);
	EXPECT_EQ(statistics.text({output}),
		  without + "Outputs:\n   http: accepted 10, delivered 7, dropped 0 (queue full), lost 0, filtered 9, "
			    "deduplicated 1, retried 8, dropped 2 (spool full), dropped 3 (too old), waiting 4, "
			    "the oldest for 50 ms\n");
}

TEST(Statistics, keep_their_counts_over_a_reload)
{
	Statistics statistics;
	statistics.use_rules(rules({rule("a", 4), rule("b", 4), rule("c", 4)}));
	statistics.count(0);
	statistics.count(1);
	statistics.count(1);
	statistics.use_rules(rules({rule("new", 4), rule("b", 4)}));
	statistics.count(1);
	statistics.count(0);
	const std::string text = statistics.text({});
	EXPECT_NE(text.find("by rule name:\n   new: 1\n   b: 3\n   a: 1\n"), std::string::npos) << text;
	statistics.use_rules(rules({rule("a", 4)}));
	EXPECT_NE(statistics.text({}).find("by rule name:\n   a: 1\n   new: 1\n   b: 3\n"), std::string::npos);
}

} // namespace falco::host
