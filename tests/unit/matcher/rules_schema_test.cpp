// SPDX-License-Identifier: Apache-2.0
//
// The schema accepts what loading accepts. LoadedRules asks the same of every file that any test loads.
#include "loaded_rules.hpp"
#include "plugins/matcher-sinsp/rules_schema.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace falco::matcher;
using nlohmann::json;

namespace {

bool accepts(const std::string &yaml)
{
	return fits_rules_schema(yaml) == SchemaVerdict::accepts;
}

const std::string kRule = "- rule: r\n  desc: d\n  condition: evt.type = open\n  output: x\n  priority: WARN\n";

} // namespace

TEST(RulesSchema, accepts_what_loads)
{
	for (const std::string &yaml : {
		     std::string(""),
		     kRule,
		     kRule + "  tags: [a, 5]\n  enabled: no\n  source: syscall\n  warn_evttypes: false\n"
			     "  skip-if-unknown-filter: true\n  ignore_warnings: [long-name]\n",
		     kRule + "  exceptions:\n  - {name: x, fields: proc.name, values: [a]}\n"
			     "  - {name: y, fields: [proc.name, fd.name], comps: [in, =], values: [[[a, b], c]]}\n",
		     kRule + "- rule: r\n  condition: and proc.name = x\n  priority: err\n"
			     "  override: {condition: append, priority: replace}\n",
		     kRule + "- rule: r\n  condition: and proc.name = x\n  append: true\n",
		     kRule + "- rule: r\n  enabled: false\n",
		     kRule + "  append: false\n",
		     kRule + "- rule: r\n  desc: x\n  source: syscall\n  append: no\n  override: {desc: append}\n",
		     kRule + "  exceptions: [{name: x, fields: proc.name}]\n- rule: r\n"
			     "  exceptions: [{name: x, values: [a]}]\n  override: {exceptions: append}\n",
		     std::string("- list: l\n  items: [a, 1, true]\n- list: l\n  items: [b]\n  override: {items: "
				 "append}\n"),
		     std::string("- macro: m\n  condition: evt.type = open\n"),
		     std::string("- required_engine_version: 17\n- required_engine_version: 0.31.0\n"),
	     }) {
		EXPECT_TRUE(accepts(yaml)) << yaml;
		EXPECT_THAT(LoadedRules(yaml).errors, testing::IsEmpty()) << yaml;
	}
}

TEST(RulesSchema, refuses_what_does_not_load)
{
	for (const std::string &yaml : {
		     std::string("rule: r\n"),
		     std::string("- text\n"),
		     std::string("- rul: r\n"),
		     std::string("- rule: r\n"),
		     std::string("- rule: r\n  macro: m\n  condition: x\n"),
		     kRule + "  tags: a\n",
		     kRule + "  enabled: maybe\n",
		     kRule + "  override: {source: append}\n",
		     kRule + "- rule: r\n  priority: err\n  override: {priority: append}\n",
		     kRule + "- rule: r\n  desc: x\n  override: {desc: add}\n",
		     kRule + "- rule: r\n  desc: x\n  override: {}\n",
		     kRule + "  exceptions: [{fields: proc.name}]\n",
		     kRule + "  exceptions: {name: x}\n",
		     kRule + "  exceptions: [{name: x, fields: [], values: []}]\n",
		     std::string("- list: l\n"),
		     std::string("- list: l\n  items: a\n"),
		     std::string("- list: l\n  items: [[a]]\n"),
		     std::string("- macro: m\n"),
		     std::string("- macro: m\n  condition: [a]\n"),
		     std::string("- required_engine_version: x\n"),
		     std::string("- required_plugin_versions: [{name: x}]\n"),
		     std::string("- required_engine_version: 17\n  macro: m\n  condition: evt.type = open\n"),
		     std::string("- rule: r\n  desc: d\n  condition: evt.type = open\n  enabled: false\n"),
		     std::string("- rule: r\n  append: false\n"),
		     kRule + "- rule: r\n  append: true\n",
		     kRule + "- rule: r\n  desc: x\n  append: true\n",
		     kRule + "- rule: r\n  condition: and proc.name = a\n  append: true\n"
			     "  override: {condition: append}\n",
		     kRule + "- rule: r\n  override: {condition: append}\n",
		     kRule + "- rule: r\n  desc: a\n  condition: and proc.name = a\n"
			     "  override: {condition: append}\n",
		     kRule + "  exceptions: [{name: a}]\n",
		     kRule + "  exceptions: [{name: a, fields: [proc.name], comps: [startwith], values: [[a]]}]\n",
		     kRule + "  exceptions: [{name: a, fields: proc.name, comps: '=', values: [a]}]\n",
		     kRule + "  source: ' '\n",
	     }) {
		EXPECT_FALSE(accepts(yaml)) << yaml;
		EXPECT_THAT(LoadedRules(yaml).errors, testing::Not(testing::IsEmpty())) << yaml;
	}
}

TEST(RulesSchema, knows_every_priority_and_its_beginnings)
{
	for (const auto &name : priority_names()) {
		for (size_t length = 1; length <= name.size(); length++) {
			std::string yaml = kRule;
			yaml.replace(yaml.find("WARN"), 4, name.substr(0, length));
			EXPECT_TRUE(accepts(yaml)) << yaml;
		}
		std::string yaml = kRule;
		yaml.replace(yaml.find("WARN"), 4, name + "x");
		EXPECT_FALSE(accepts(yaml)) << yaml;
	}
}

TEST(RulesSchema, knows_the_codes_of_all_warnings)
{
	const json schema = json::parse(kRulesSchema);
	std::vector<std::string> codes = schema["definitions"]["codes"]["items"]["enum"];
	EXPECT_THAT(codes, testing::UnorderedElementsAreArray(Findings::warnings()));
}

TEST(RulesSchema, accepts_the_shipped_rules)
{
	std::ostringstream text;
	text << std::ifstream(FALCO_RULES_FILE).rdbuf();
	EXPECT_TRUE(accepts(text.str()));
}

namespace {

// The examples of docs/RULES.md that begin with this line.
std::vector<std::string> examples(const std::string &first_line)
{
	std::ifstream file(FALCO_SOURCE_DIR "/docs/RULES.md");
	std::vector<std::string> found;
	bool inside = false;
	for (std::string line; std::getline(file, line);) {
		if (line.rfind("```", 0) == 0) {
			inside = line == first_line;
			if (inside) found.emplace_back();
		} else if (inside) {
			found.back() += line + "\n";
		}
	}
	return found;
}

} // namespace

TEST(Documentation, has_examples_that_load)
{
	std::string rules;
	std::vector<std::string> of_several_documents;
	const auto all = examples("```yaml");
	EXPECT_GE(all.size(), 10u);
	for (const std::string &example : all) {
		if (example.find("\n---\n") != std::string::npos)
			of_several_documents.push_back(example);
		else
			rules += example;
	}
	const LoadedRules loaded(rules);
	EXPECT_THAT(loaded.errors, testing::IsEmpty());
	EXPECT_THAT(loaded.warnings, testing::IsEmpty());
	EXPECT_EQ(loaded.rules.size(), 6u); // the others are switched off
	EXPECT_TRUE(accepts(rules));

	ASSERT_EQ(of_several_documents.size(), 1u);
	const LoadedRules documents(of_several_documents[0]);
	EXPECT_THAT(documents.errors, testing::IsEmpty());
	EXPECT_THAT(documents.warnings, testing::IsEmpty());
	EXPECT_EQ(documents.rules.size(), 1u);
}

TEST(Documentation, has_examples_that_bring_a_warning)
{
	std::string rules;
	for (const std::string &example : examples("```yaml")) {
		rules += example.find("\n---\n") == std::string::npos ? example : "";
	}
	const auto warned = examples("```yaml warns");
	ASSERT_EQ(warned.size(), 2u);
	const char *codes[] = {" deprecated ", " redefined "};
	for (size_t i = 0; i < warned.size(); i++) {
		const LoadedRules loaded(rules + warned[i]);
		EXPECT_THAT(loaded.errors, testing::IsEmpty());
		EXPECT_THAT(loaded.warnings, testing::Contains(testing::HasSubstr(codes[i])));
		EXPECT_TRUE(accepts(rules + warned[i]));
	}
}

TEST(Documentation, has_an_example_that_is_refused_as_it_says)
{
	std::ostringstream page;
	page << std::ifstream(FALCO_SOURCE_DIR "/docs/RULES.md").rdbuf();
	const auto refused = examples("```yaml refused");
	ASSERT_EQ(refused.size(), 1u);
	const LoadedRules loaded(refused[0]);
	ASSERT_EQ(loaded.errors.size(), 1u);
	// "2:7 missing-plugin these rules need ..."
	const std::string &error = loaded.errors[0];
	const size_t code = error.find(' '), message = error.find(' ', code + 1);
	const std::string shown = "    rules.yaml:" + error.substr(0, code) + ": error: " + error.substr(message + 1) +
				  " [" + error.substr(code + 1, message - code - 1) + "]\n";
	EXPECT_THAT(page.str(), testing::HasSubstr(shown));
	EXPECT_TRUE(accepts(refused[0]));
}
