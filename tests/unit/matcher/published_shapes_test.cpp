// SPDX-License-Identifier: Apache-2.0
//
// Rules in the shapes of the published files: they load, and what falco says of the recordings is what libsinsp's own
// filters and formatter say of them, event by event.
#include "verdicts.hpp"

#include "tests/support/run_falco.hpp"

#include <libsinsp/eventformatter.h>

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include <sstream>

using namespace falco::matcher;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

constexpr const char *kFile = FALCO_SOURCE_DIR "/tests/rules/published_shapes.yaml";

std::string text_of_file()
{
	std::ostringstream text;
	text << std::ifstream(kFile).rdbuf();
	return text.str();
}

// What a user sees of a rule, as its file says it: read without falco's loader.
struct Shown {
	std::string output, priority;
};

std::map<std::string, Shown> shown_by_rule()
{
	std::map<std::string, Shown> rules;
	for (const auto &item : YAML::LoadFile(kFile)) {
		if (!item["rule"] || !item["output"]) continue;
		Shown &rule = rules[item["rule"].as<std::string>()];
		rule.output = item["output"].as<std::string>();
		std::string word = item["priority"].as<std::string>();
		std::transform(word.begin() + 1, word.end(), word.begin() + 1, ::tolower);
		rule.priority = word == "Info" ? "Informational" : word;
		const std::string short_form = "%container.info";
		if (const size_t at = rule.output.find(short_form); at != std::string::npos) {
			rule.output.replace(at, short_form.size(),
					    "container_id=%container.id container_name=%container.name");
		}
	}
	return rules;
}

// One alert without what tells where and when it was made.
json only_compared(const json &alert)
{
	json kept;
	for (const char *key : {"rule", "time", "priority", "output", "output_fields"}) {
		kept[key] = alert.at(key);
	}
	return kept;
}

json formatted(sinsp_evt_formatter &formatter, sinsp_evt *event)
{
	std::string text, fields;
	formatter.tostring_withformat(event, text, sinsp_evt_formatter::OF_NORMAL);
	formatter.tostring_withformat(event, fields, sinsp_evt_formatter::OF_JSON);
	return {{"output", text}, {"output_fields", json::parse(fields)}};
}

std::string iso_8601(sinsp_evt *event)
{
	const auto seconds = static_cast<time_t>(event->get_ts() / 1'000'000'000);
	tm parts = {};
	gmtime_r(&seconds, &parts);
	char text[64];
	const size_t size = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.", &parts);
	std::snprintf(text + size, sizeof text - size, "%09luZ",
		      static_cast<unsigned long>(event->get_ts() % 1'000'000'000));
	return text;
}

std::vector<json> alerts_of_libsinsp(const LoadedRules &loaded, const std::string &trace)
{
	sinsp inspector;
	inspector.open_savefile(trace);
	sinsp_filter_check_list checks;
	ReferenceEvaluator filters(loaded.rules, false, &inspector);
	const auto shown = shown_by_rule();
	std::vector<std::unique_ptr<sinsp_evt_formatter>> formatters;
	for (const auto &rule : loaded.rules) {
		const Shown &of_rule = shown.at(rule.item->name);
		formatters.push_back(std::make_unique<sinsp_evt_formatter>(
			&inspector, "*%evt.time: " + of_rule.priority + " " + of_rule.output, checks));
	}
	std::vector<json> alerts;
	for (sinsp_evt *event = nullptr;;) {
		const int32_t result = inspector.next(&event);
		if (result == SCAP_EOF) {
			return alerts;
		}
		if (result != SCAP_SUCCESS) continue;
		std::vector<uint32_t> first;
		filters.evaluate(event, false, first);
		for (const uint32_t rule : first) {
			json alert = formatted(*formatters[rule], event);
			alert["rule"] = loaded.rules[rule].item->name;
			alert["priority"] = shown.at(alert["rule"]).priority;
			alert["time"] = iso_8601(event);
			alerts.push_back(std::move(alert));
		}
	}
}

std::vector<json> alerts_of_falco(const std::string &trace)
{
	const falco::test::Finished run =
		falco::test::run_falco({"-c", FALCO_SOURCE_DIR "/tests/rules/falco_test.yaml", "-r", kFile, "-e", trace,
					"-o", "json_output=true", "-o", "json_include_output_fields_property=true"});
	EXPECT_EQ(run.status, 0) << run.err;
	std::vector<json> alerts;
	for (const std::string &line : falco::test::lines_of(run.out)) {
		alerts.push_back(only_compared(json::parse(line)));
	}
	return alerts;
}

} // namespace

TEST(PublishedShapes, load_with_the_warnings_that_they_deserve)
{
	const LoadedRules loaded(text_of_file());
	EXPECT_THAT(loaded.errors, testing::IsEmpty());
	EXPECT_THAT(loaded.warnings,
		    ElementsAre(HasSubstr(" ignored-event Ignored event \"sendmsg\" in macro connects_out"),
				HasSubstr(" ignored-event Ignored event \"sendto\" in macro connects_out"),
				HasSubstr(" ignored-event Ignored event \"recvmsg\" in macro is_reached"),
				HasSubstr(" ignored-event Ignored event \"recvfrom\" in macro is_reached"),
				HasSubstr(" deprecated macro expected_writing: 'append: true' is deprecated"),
				HasSubstr(" macro-after-rule rule Memory of another process: ")));
}

TEST(PublishedShapes, raise_the_alerts_of_libsinsp)
{
	const LoadedRules loaded(text_of_file());
	std::set<std::string> raised;
	for (const std::string name : {"acts", "mixed", "heavy"}) {
		const std::string trace = FALCO_TRACES "/" + name + ".scap";
		const auto theirs = alerts_of_libsinsp(loaded, trace), ours = alerts_of_falco(trace);
		EXPECT_EQ(ours.size(), theirs.size()) << name;
		for (size_t i = 0; i < std::min(ours.size(), theirs.size()); i++) {
			EXPECT_EQ(ours[i], theirs[i]) << name << ", alert " << i;
			raised.insert(theirs[i].at("rule"));
		}
	}
	EXPECT_EQ(raised.size(), loaded.rules.size()) << "each rule that is on has something to say";
}
