// SPDX-License-Identifier: Apache-2.0
//
// What rules cost: counts that are exact, times that add up, and the evaluator's verdicts.
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/graph_evaluator.hpp"
#include "plugins/matcher-sinsp/profile_report.hpp"
#include "plugins/matcher-sinsp/profiling_evaluator.hpp"

#include <functional>
#include <numeric>

using namespace falco::matcher;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

const char *const kRules = R"yaml(- macro: opened
  condition: (evt.type = openat and evt.dir = <)
- macro: below_etc
  condition: (opened and fd.name startswith /etc)
- rule: a
  desc: d
  condition: below_etc and proc.name = cat
  output: o
  priority: info
- rule: b
  desc: d
  condition: opened and fd.name startswith /etc and fd.name endswith shadow
  output: o
  priority: info
- rule: counts
  desc: d
  condition: opened and evt.deltatime > 1
  output: o
  priority: info
)yaml";

std::string shipped_rules()
{
	std::ifstream file(FALCO_RULES_FILE);
	return {std::istreambuf_iterator<char>(file), {}};
}

// Calls `visit` for each event of a recording.
void replay(sinsp &inspector, const std::string &trace, const std::function<void(sinsp_evt *)> &visit)
{
	inspector.open_savefile(FALCO_TRACES "/" + trace);
	sinsp_evt *event = nullptr;
	for (int32_t result; (result = inspector.next(&event)) != SCAP_EOF;) {
		if (result == SCAP_SUCCESS) visit(event);
	}
}

const json &named(const json &list, const char *key, const std::string &name)
{
	static const json none;
	for (const json &entry : list) {
		if (entry.at(key) == name) return entry;
	}
	ADD_FAILURE() << "no " << name;
	return none;
}

uint64_t sum(const json &list, const char *key)
{
	return std::accumulate(list.begin(), list.end(), uint64_t{0},
			       [key](uint64_t all, const json &entry) { return all + entry.at(key).get<uint64_t>(); });
}

json profile_of(const LoadedRules &loaded, const std::string &trace, uint32_t sample)
{
	sinsp inspector;
	Profiler profiler(loaded.files, loaded.rules, false, sample);
	profiler.bind(&inspector);
	ProfilingEvaluator evaluator(std::make_unique<GraphEvaluator>(loaded.rules, false, &inspector), profiler);
	GraphEvaluator plain(loaded.rules, false, &inspector);
	std::vector<uint64_t> matches(loaded.rules.size());
	replay(inspector, trace, [&](sinsp_evt *event) {
		std::vector<uint32_t> found, expected;
		plain.evaluate(event, true, expected);
		evaluator.evaluate(event, true, found);
		EXPECT_EQ(found, expected) << event->get_num();
		for (const uint32_t rule : found) {
			matches[rule]++;
		}
	});
	json profile = profiler.result();
	for (size_t rule = 0; rule < matches.size() && sample == 1; rule++) {
		if (profile["left_out"].empty()) {
			EXPECT_EQ(profile["rules"][rule]["matched"], matches[rule]);
		}
	}
	profiler.unbind();
	return profile;
}

} // namespace

TEST(Profiler, counts_exactly_and_its_times_add_up)
{
	const LoadedRules loaded(kRules);
	const json profile = profile_of(loaded, "acts.scap", 1);
	EXPECT_THAT(profile["left_out"], ElementsAre("counts"));
	EXPECT_EQ(profile["profiled"], profile["events"]);
	const json &a = profile["rules"][0], &b = profile["rules"][1];
	const uint64_t opens = a["matched"].get<uint64_t>() + a["failed"].get<uint64_t>();
	EXPECT_GT(opens, 0u);
	EXPECT_GT(profile["events_with_rules"], opens) << "the rule that counts is asked at all that are not ignored";
	// Asked by both rules, run once; what the type decides is not run.
	const json &prefix = named(profile["checks"], "text", "fd.name startswith /etc");
	EXPECT_EQ(prefix["asked"], 2 * opens);
	EXPECT_EQ(prefix["run"], opens);
	const json &suffix = named(profile["checks"], "text", "fd.name endswith shadow");
	EXPECT_EQ(2 * suffix["asked"].get<uint64_t>(), prefix["held"]);
	EXPECT_EQ(named(profile["checks"], "text", "evt.type = openat")["asked"], 2 * opens);
	EXPECT_EQ(named(profile["checks"], "text", "evt.type = openat")["run"], 0);
	EXPECT_EQ(named(profile["macros"], "name", "opened")["asked"], 2 * opens);
	EXPECT_EQ(named(profile["macros"], "name", "below_etc")["held"], suffix["asked"]);
	EXPECT_EQ(named(profile["fields"], "name", "fd.name")["read"], opens);

	const uint64_t shared = sum(profile["rules"], "shared_ns");
	EXPECT_GT(shared, 0u);
	EXPECT_NEAR(static_cast<double>(shared), static_cast<double>(sum(profile["checks"], "time_ns")), 10);
	EXPECT_NEAR(static_cast<double>(shared), static_cast<double>(sum(profile["fields"], "time_ns")), 10);
	for (const json *rule : {&a, &b}) {
		EXPECT_LE((*rule)["shared_ns"], (*rule)["alone_ns"]);
		EXPECT_NEAR(static_cast<double>(sum((*rule)["times"], "time_ns")), (*rule)["shared_ns"].get<double>(),
			    10);
	}
	EXPECT_LE(named(profile["macros"], "name", "below_etc")["time_ns"], a["shared_ns"]);
	EXPECT_THAT(a["times"].dump(), HasSubstr(R"("path":["macro below_etc","fd.name startswith /etc"])"));
}

TEST(Profiler, divides_equal_shares_equally)
{
	std::string rules;
	for (const char *name : {"a", "b"}) {
		rules += "- {rule: " + std::string(name) +
			 ", desc: d, output: o, priority: info, "
			 "condition: evt.type = openat and fd.name startswith /nowhere}\n";
	}
	const json profile = profile_of(LoadedRules(rules), "acts.scap", 1);
	const json &a = profile["rules"][0], &b = profile["rules"][1];
	EXPECT_EQ(a["shared_ns"], b["shared_ns"]);
	EXPECT_EQ(a["alone_ns"], b["alone_ns"]);
	EXPECT_NEAR(a["alone_ns"].get<double>(), 2 * a["shared_ns"].get<double>(), 2);
}

TEST(Profiler, agrees_with_the_evaluator_on_the_shipped_rules)
{
	const json profile = profile_of(LoadedRules(shipped_rules()), "mixed.scap", 1);
	EXPECT_EQ(profile["refused"], 0);
	const double events = profile["events"], timed = profile["timed"];
	EXPECT_NEAR(timed, 4000 + (events - 4000) / 4, events / 100); // all at first, then one in four
}

TEST(Profiler, multiplies_what_a_sample_counts)
{
	const LoadedRules loaded(kRules);
	const json all = profile_of(loaded, "mixed.scap", 1), some = profile_of(loaded, "mixed.scap", 10);
	EXPECT_EQ(some["sample"], 10);
	EXPECT_EQ(some["events"], all["events"]);
	const double events = all["events"], profiled = some["profiled"];
	EXPECT_NEAR(profiled, events / 10, events / 100);
	const double every = all["checks"][2]["run"], estimate = some["checks"][2]["run"];
	EXPECT_EQ(all["checks"][2]["text"], "fd.name startswith /etc");
	EXPECT_NEAR(estimate, every, every / 5);
}

TEST(RandomGaps, say_of_one_in_so_many_calls_that_it_is_due)
{
	RandomGaps each(1), gaps(1000);
	uint64_t due = 0;
	std::set<uint64_t> remainders;
	for (uint64_t call = 0; call < 1'000'000; call++) {
		EXPECT_TRUE(each.is_due());
		if (gaps.is_due()) {
			due++;
			remainders.insert(call % 2);
		}
		EXPECT_EQ(gaps.calls(), call + 1);
	}
	EXPECT_NEAR(static_cast<double>(due), 1000, 100);
	EXPECT_EQ(remainders.size(), 2u);
}

TEST(RandomGaps, may_begin_with_calls_that_are_all_due)
{
	RandomGaps gaps(10, 5);
	uint64_t stands_for = 0;
	for (int call = 1; call <= 10'000; call++) {
		const bool due = gaps.is_due();
		EXPECT_TRUE(due || call > 5);
		stands_for += due ? gaps.weight() : 0;
		if (call == 5) {
			EXPECT_EQ(stands_for, 5u);
		}
	}
	EXPECT_NEAR(static_cast<double>(stands_for), 10'000, 1'000);
}

TEST(ProfileReport, refuses_samples_that_are_none)
{
	EXPECT_FALSE(ProfileReport(json()).is_wanted());
	EXPECT_EQ(ProfileReport(json::object()).sample(), 1000u);
	EXPECT_EQ(ProfileReport(json{{"sample", "1/1"}}).sample(), 1u);
	for (const char *sample : {"", "1000", "1/", "1/0", "2/3", "1/x", "1/-5", "1/10000000000", "1/1.5"}) {
		EXPECT_THROW(ProfileReport(json{{"sample", sample}}), falco::ConfigError) << sample;
	}
	const ProfileReport nowhere(json{{"file", "/nowhere/profile"}});
	EXPECT_THROW(nowhere.try_file(), falco::ConfigError);
}
