// SPDX-License-Identifier: Apache-2.0
//
// Explanations and counts of conditions: the parts are those of the files. That the verdicts are those of the evaluator
// in use: explained_verdicts_test.cpp.
#include "loaded_rules.hpp"
#include "shadow_rules.hpp"

#include "plugins/matcher-sinsp/explainer.hpp"

#include <nlohmann/json.hpp>

#include <functional>

using namespace falco::matcher;
using nlohmann::json;

namespace {

// Calls `visit` for each of the first events of a recording.
void replay(sinsp &inspector, const std::string &trace, uint64_t events, const std::function<void(sinsp_evt *)> &visit)
{
	inspector.open_savefile(FALCO_TRACES "/" + trace);
	for (uint64_t i = 0; i < events; i++) {
		sinsp_evt *event = nullptr;
		const int32_t result = inspector.next(&event);
		if (result == SCAP_EOF) {
			break;
		}
		if (result == SCAP_SUCCESS) {
			visit(event);
		}
	}
}

} // namespace

TEST(Explainer, shows_the_condition_as_it_was_written)
{
	const LoadedRules loaded(kShadowRules);
	ASSERT_THAT(loaded.errors, testing::IsEmpty());
	Explainer explainer(loaded.files, loaded.rules, false);
	const json condition = explainer.observed()["rules"][0]["condition"];
	ASSERT_EQ(condition["kind"], "and");
	const json &written = condition["parts"][0];
	EXPECT_EQ(written["parts"][0]["kind"], "macro");
	EXPECT_EQ(written["parts"][0]["text"], "opened");
	EXPECT_EQ(written["parts"][0]["line"], 7);
	EXPECT_EQ(written["parts"][0]["column"], 14);
	EXPECT_EQ(written["parts"][0]["end_column"], 20);
	const json &either = written["parts"][1];
	EXPECT_EQ(either["kind"], "or");
	EXPECT_EQ(either["parts"][0]["text"], "fd.name in (shadow_files)");
	EXPECT_EQ(either["parts"][0]["field"], "fd.name");
	EXPECT_EQ(either["parts"][0]["value"], "(/etc/shadow, /etc/gshadow)");
	EXPECT_EQ(either["parts"][1]["text"], "fd.name startswith /root");
	EXPECT_EQ(either["parts"][1]["line"], 8);
	EXPECT_EQ(either["parts"][1]["column"], 5);
	EXPECT_EQ(either["parts"][1]["end_column"], 29);
	EXPECT_EQ(written["parts"][2]["kind"], "not");
	EXPECT_EQ(written["parts"][2]["parts"][0]["text"], "proc.name = sshd");
	const json &exception = condition["parts"][1]["parts"][0];
	EXPECT_EQ(exception["kind"], "exception");
	EXPECT_EQ(exception["text"], "known_programs");
	EXPECT_EQ(exception["line"], 12);
	EXPECT_EQ(exception["parts"][0]["parts"][0]["text"], "proc.name = passwd");
	EXPECT_EQ(explainer.observed()["macros"][0]["condition"]["parts"][0]["text"], "evt.type in (open, openat)");
}

TEST(Explainer, marks_the_checks_that_decide_and_those_that_were_not_asked)
{
	const LoadedRules loaded(R"yaml(- rule: r
  desc: d
  condition: evt.type = openat and evt.dir = < and (proc.name = nobody or proc.name = noone) and fd.num >= 0
  output: o
  priority: info
)yaml");
	sinsp inspector;
	Explainer explainer(loaded.files, loaded.rules, false);
	explainer.bind(&inspector);
	json found;
	replay(inspector, "mixed.scap", 20000, [&](sinsp_evt *event) {
		if (found.is_null() && std::string(event->get_name()) == "openat" &&
		    event->get_direction() == SCAP_ED_OUT) {
			found = explainer.explain(event, 0);
		}
	});
	ASSERT_FALSE(found.is_null());
	EXPECT_EQ(found["concern"], "looks-at");
	EXPECT_EQ(found["matches"], false);
	const json &parts = found["condition"]["parts"];
	EXPECT_EQ(parts[0]["verdict"], true);
	EXPECT_EQ(parts[0]["seen"], "openat");
	EXPECT_FALSE(parts[0].contains("decides"));
	EXPECT_EQ(parts[2]["verdict"], false);
	EXPECT_EQ(parts[2]["decides"], true);
	EXPECT_EQ(parts[2]["parts"][0]["decides"], true);
	EXPECT_EQ(parts[2]["parts"][1]["decides"], true);
	EXPECT_EQ(parts[2]["parts"][1]["seen"], found["event"]["process"]);
	EXPECT_TRUE(parts[3]["verdict"].is_null());
	EXPECT_FALSE(parts[3].contains("seen"));
}

TEST(Explainer, tells_an_event_of_another_type_from_an_ignored_one)
{
	const LoadedRules loaded(R"yaml(- rule: r
  desc: d
  condition: evt.dir = < and proc.name exists
  output: o
  priority: info
  warn_evttypes: false
)yaml");
	sinsp inspector;
	Explainer explainer(loaded.files, loaded.rules, false);
	explainer.bind(&inspector);
	std::map<std::string, Concern> concerns;
	replay(inspector, "mixed.scap", 20000, [&](sinsp_evt *event) {
		const std::string direction = event->get_direction() == SCAP_ED_OUT ? " <" : " >";
		concerns[event->get_name() + direction] = explainer.concern(event, 0);
	});
	EXPECT_EQ(concerns.at("openat >"), Concern::event_type);
	EXPECT_EQ(concerns.at("openat <"), Concern::looks_at);
	EXPECT_EQ(concerns.at("read <"), Concern::ignored);
}

TEST(Explainer, counts_what_rejects_events_and_keeps_the_nearest_misses)
{
	const LoadedRules loaded(R"yaml(- rule: r
  desc: d
  condition: evt.type = openat and evt.dir = < and fd.name = /etc/shadow and proc.name = nobody
  output: o
  priority: info
)yaml");
	sinsp inspector;
	Explainer explainer(loaded.files, loaded.rules, false);
	explainer.bind(&inspector);
	Explainer::ObserveOptions options;
	options.near_misses = true;
	uint64_t openats = 0, shadows = 0, events = 0;
	sinsp_filter_check_list checks;
	const auto factory = std::make_shared<sinsp_filter_factory>(&inspector, checks);
	const auto shadow = sinsp_filter_compiler(factory, "fd.name = /etc/shadow").compile();
	replay(inspector, "acts.scap", UINT64_MAX, [&](sinsp_evt *event) {
		events++;
		if (std::string(event->get_name()) == "openat" && event->get_direction() == SCAP_ED_OUT) {
			openats++;
			shadows += shadow->run(event) ? 1 : 0;
		}
		explainer.observe(event, 0, options);
	});
	const json rule = explainer.observed()["rules"][0];
	ASSERT_GT(shadows, 0u);
	EXPECT_EQ(rule["matched"], 0);
	EXPECT_EQ(rule["failed"], openats);
	EXPECT_EQ(rule["of_other_types"], events - openats);
	ASSERT_EQ(rule["rejections"].size(), 2u);
	EXPECT_EQ(rule["rejections"][0]["text"], "fd.name = /etc/shadow");
	EXPECT_EQ(rule["rejections"][0]["events"], openats - shadows);
	EXPECT_EQ(rule["rejections"][1]["events"], shadows);
	EXPECT_EQ(rule["near_misses"][0]["lacking"], 1);
	EXPECT_EQ(rule["near_misses"][0]["events"], shadows);
	EXPECT_EQ(rule["near_misses"][0]["first"]["checks"][0]["text"], "proc.name = nobody");
}

TEST(Explainer, divides_the_time_of_a_check_among_the_rules_that_ask_it)
{
	const LoadedRules loaded(R"yaml(- rule: a
  desc: d
  condition: evt.type = openat and fd.name startswith /nowhere
  output: o
  priority: info
- rule: b
  desc: d
  condition: evt.type = openat and fd.name startswith /nowhere
  output: o
  priority: info
)yaml");
	sinsp inspector;
	Explainer explainer(loaded.files, loaded.rules, false);
	explainer.bind(&inspector);
	Explainer::ObserveOptions options;
	options.times = true;
	replay(inspector, "acts.scap", UINT64_MAX, [&](sinsp_evt *event) {
		explainer.observe(event, 0, options);
		explainer.observe(event, 1, options);
	});
	const json observed = explainer.observed();
	uint64_t run = 0, asked = 0, time = 0;
	for (const auto &check : observed["checks"]) {
		run += check["run"].get<uint64_t>();
		asked += check["asked"].get<uint64_t>();
		time += check["time_ns"].get<uint64_t>();
	}
	EXPECT_EQ(asked, 2 * run); // each event's check was run once for both
	EXPECT_GT(run, 0u);
	const uint64_t alone = observed["rules"][0]["alone_ns"], shared = observed["rules"][0]["shared_ns"];
	EXPECT_EQ(alone, time);
	EXPECT_EQ(observed["rules"][1]["alone_ns"], time);
	EXPECT_NEAR(static_cast<double>(shared), static_cast<double>(time) / 2, 1.0);
}
