// SPDX-License-Identifier: Apache-2.0
//
// Every code: a file that brings it and, for warnings, one that does not; that it is in the documentation, and that a
// warning can be silenced in the item that it is about.
#include "loaded_rules.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

using namespace falco::matcher;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

namespace {

std::string rule(const std::string &name, const std::string &condition)
{
	return "- rule: " + name + "\n  desc: d\n  condition: " + condition + "\n  output: x\n  priority: INFO\n";
}

const std::string kOpen = rule("r", "evt.type = open");
const std::string kExcept = kOpen + "  exceptions: [{name: e, fields: proc.name, values: [a]}]\n";

// Ten times ten times ten ... values.
std::string huge_list()
{
	std::string text = "- list: l0\n  items: [a, b, c, d, e, f, g, h, i, j]\n";
	for (int i = 1; i < 8; i++) {
		const std::string inner = "l" + std::to_string(i - 1);
		text += "- list: l" + std::to_string(i) + "\n  items: [" + inner;
		for (int j = 1; j < 10; j++) {
			text += ", " + inner;
		}
		text += "]\n";
	}
	return text + rule("r", "evt.type = open and proc.name in (l7)");
}

struct ErrorCase {
	const char *code;
	std::string text;
};

const ErrorCase kErrors[] = {
	{"yaml", "- rule: [\n"},
	{"not-a-list", "a: b\n"},
	{"not-a-map", "- text\n"},
	{"unknown-item", "- rul: r\n"},
	{"mixed-item", "- rule: r\n  macro: m\n"},
	{"no-name", "- list:\n  items: [a]\n"},
	{"missing-key", "- macro: m\n"},
	{"empty-value", "- macro: m\n  condition: ''\n"},
	{"wrong-type", "- macro: m\n  condition: [a]\n"},
	{"bad-priority", "- rule: r\n  desc: d\n  condition: evt.type = open\n  output: x\n  priority: high\n"},
	{"bad-override", kOpen + "- rule: r\n  priority: ERROR\n  override: {priority: append}\n"},
	{"bad-requirement", "- required_engine_version: x\n"},
	{"syntax", rule("r", "evt.type = open and")},
	{"bad-condition", rule("r", "evt.typ = open")},
	{"too-deep", rule("r", std::string(1001, '(') + "evt.type = open" + std::string(1001, ')'))},
	{"too-large", huge_list()},
	{"bad-output", rule_with("evt.type = open", "\"%proc.nam\"")},
	{"bad-exception", kOpen + "  exceptions: [{name: e}]\n"},
	{"unknown-base", "- rule: r\n  desc: d\n  override: {desc: append}\n"},
	{"redefined-source", kOpen + kOpen + "  source: other\n"},
	{"unknown-macro", rule("r", "opened")},
	{"unknown-list", rule("r", "evt.type in opens")},
	{"list-as-value", "- list: l\n  items: [a, b]\n" + rule("r", "evt.type = open and proc.name = l")},
	{"recursive-macro", "- macro: m\n  condition: not m\n"},
	{"recursive-list", "- list: l\n  items: [l]\n" + rule("r", "evt.type = open and proc.name in (l)")},
	{"engine-version", "- required_engine_version: 99.0.0\n"},
	{"missing-plugin", "- required_plugin_versions: [{name: json, version: 0.1.0}]\n"},
};

// In `wrong` the line "@" is where the item says which warnings to ignore.
struct WarningCase {
	const char *code;
	std::string wrong, right;
};

const WarningCase kWarnings[] = {
	{"other-source", kOpen + "  source: k8s_audit\n@\n", kOpen + "  source: syscall\n"},
	{"no-event-type", rule("r", "proc.name = cat") + "@\n", kOpen},
	{"unknown-field", rule("r", "evt.type = open and proc.nam = cat") + "  skip-if-unknown-filter: true\n@\n",
	 rule("r", "evt.type = open and proc.name = cat") + "  skip-if-unknown-filter: true\n"},
	{"unused-macro", "- macro: m\n  condition: evt.type = open\n@\n",
	 "- macro: m\n  condition: evt.type = open\n" + rule("r", "m")},
	{"unused-list", "- list: l\n  items: [a]\n@\n",
	 "- list: l\n  items: [a]\n" + rule("r", "evt.type = open and proc.name in (l)")},
	{"unknown-key", kOpen + "  prio: high\n@\n", kOpen + "  tags: [a]\n"},
	{"unknown-warning", kOpen + "  ignore_warnings: [%long-nam]\n", kOpen + "  ignore_warnings: [long-name]\n"},
	{"deprecated", kOpen + "- rule: r\n  condition: and proc.name = cat\n  append: true\n@\n",
	 kOpen + "- rule: r\n  condition: and proc.name = cat\n  override: {condition: append}\n"},
	{"no-values", kExcept + "- rule: r\n  exceptions: [{name: e}]\n  override: {exceptions: append}\n@\n",
	 kExcept + "- rule: r\n  exceptions: [{name: e, values: [b]}]\n  override: {exceptions: append}\n"},
	{"exception-twice",
	 kOpen + "  exceptions: [{name: e, fields: proc.name, values: [a]}, {name: e, fields: fd.name, values: "
		 "[b]}]\n@\n",
	 kOpen + "  exceptions: [{name: e, fields: proc.name, values: [a]}, {name: f, fields: fd.name, values: "
		 "[b]}]\n"},
	{"na-comparison", rule("r", "evt.type = open and container.name in (<NA>, x)") + "@\n",
	 rule("r", "evt.type = open and proc.name != <NA>")},
	{"suspicious-value", rule("r", "evt.type = open and proc.name = proc.pname") + "@\n",
	 rule("r", "evt.type = open and proc.name = val(proc.pname)")},
	{"ignored-event", rule("r", "evt.type = read") + "@\n", kOpen},
	{"always-true", rule("r", "evt.type = open and (proc.name = cat or not proc.name = cat)") + "@\n",
	 rule("r", "evt.type = open and (proc.name = cat or not proc.pname = cat)")},
	{"bad-regex", rule("r", "evt.type = open and proc.name regex \"a(b\"") + "@\n",
	 rule("r", "evt.type = open and proc.name regex \"a(b)\"")},
	{"hidden-rule", kOpen + rule("s", "evt.type = open and proc.name = cat") + "@\n",
	 kOpen + rule("s", "evt.type = openat and proc.name = cat")},
	{"long-name", rule("r", "evt.type = open and proc.name = systemd-resolved") + "@\n",
	 rule("r", "evt.type = open and proc.name = systemd-resolve")},
	{"never-matches", rule("r", "evt.type = open and proc.name = cat and proc.name = dog") + "@\n",
	 rule("r", "evt.type = open and (proc.name = cat or proc.name = dog)")},
	{"redundant-part", rule("r", "evt.type = open and proc.name = cat and proc.name in (cat, dog)") + "@\n",
	 rule("r", "evt.type = open and proc.name = cat and not proc.pname in (cat, dog)")},
	{"macro-after-rule", rule("r", "m") + "@\n- macro: m\n  condition: evt.type = open\n",
	 "- macro: m\n  condition: evt.type = open\n" + rule("r", "m")},
	{"bad-name", "- macro: a-b\n  condition: evt.type = open\n@\n", "- macro: a_b\n  condition: evt.type = open\n"},
	{"bad-list-name", "- list: a b\n  items: [x]\n@\n", "- list: a-b\n  items: [x]\n"},
	{"redefined", kOpen + rule("r", "evt.type = openat") + "@\n", kOpen + rule("s", "evt.type = openat")},
	{"replaces-nothing", "- list: l\n  items: [a]\n  override: {items: replace}\n@\n",
	 "- list: l\n  items: [a]\n- list: l\n  items: [b]\n  override: {items: replace}\n"},
};

std::string replaced(std::string text, const std::string &what, const std::string &by)
{
	const size_t at = text.find(what);
	return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

auto with_code(const std::string &code)
{
	return Contains(HasSubstr(" " + code + " "));
}

std::string text_of(const std::filesystem::path &path)
{
	std::ifstream file(path);
	return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST(FindingCodes, of_errors_have_a_file_that_brings_them)
{
	for (const auto &example : kErrors) {
		EXPECT_THAT(LoadedRules(example.text).errors, with_code(example.code));
	}
	EXPECT_THAT(LoadedRules(rule("r", "evt.type = read"), strict()).errors, with_code("ignored-event"));
	const char *missing[] = {"/nonexistent/rules.yaml", nullptr};
	Findings findings;
	read_rules(missing, findings);
	EXPECT_EQ(findings.errors(), 1u); // unreadable; see Validate in the end-to-end tests
}

TEST(FindingCodes, of_warnings_have_a_file_that_brings_them_and_one_that_does_not)
{
	for (const auto &example : kWarnings) {
		const std::string text = replaced(replaced(example.wrong, "@\n", ""), "%", "");
		const LoadedRules wrong(text);
		EXPECT_THAT(wrong.warnings, with_code(example.code)) << text;
		EXPECT_THAT(wrong.errors, testing::IsEmpty()) << text;
		EXPECT_THAT(LoadedRules(example.right).warnings, Not(with_code(example.code))) << example.right;
		EXPECT_THAT(LoadedRules(example.right).errors, testing::IsEmpty()) << example.right;
	}
}

TEST(FindingCodes, of_warnings_can_be_silenced_in_the_item)
{
	for (const auto &example : kWarnings) {
		const std::string code = example.code;
		const std::string text = replaced(replaced(example.wrong, "@\n", "  ignore_warnings: [" + code + "]\n"),
						  "%", code + ", ");
		EXPECT_THAT(LoadedRules(text).warnings, Not(with_code(code))) << text;
		EXPECT_THAT(LoadedRules(text).warnings, Not(with_code("unknown-warning"))) << text;
	}
}

TEST(FindingCodes, all_have_an_example_here)
{
	std::vector<std::string> errors = {"ignored-event", "unreadable"};
	// About the configuration: see RuleSelection; about no item: see RulesFile.
	std::vector<std::string> warnings = {"selects-nothing", "unknown-entry"};
	for (const auto &example : kErrors) {
		errors.emplace_back(example.code);
	}
	for (const auto &example : kWarnings) {
		warnings.emplace_back(example.code);
	}
	for (const auto &code : finding_codes()) {
		EXPECT_THAT(code.is_warning ? warnings : errors, Contains(code.name));
	}
}

TEST(FindingCodes, in_the_source_are_all_listed)
{
	const std::regex call("(?:\\berror|\\bwarn)\\((?:entry, )?\"([a-z-]+)\"");
	size_t calls = 0;
	for (const auto &file : std::filesystem::directory_iterator(FALCO_SOURCE_DIR "/plugins/matcher-sinsp")) {
		const std::string text = text_of(file.path());
		for (std::sregex_iterator it(text.begin(), text.end(), call), end; it != end; ++it) {
			EXPECT_NE(find_code((*it)[1]), nullptr) << (*it)[1] << " in " << file.path();
			calls++;
		}
	}
	EXPECT_GT(calls, 60u);
}

TEST(FindingCodes, are_explained_in_the_documentation_with_what_to_do)
{
	const std::string page = text_of(FALCO_SOURCE_DIR "/docs/RULES.md");
	for (const auto &code : finding_codes()) {
		const std::string row = "</a>`" + std::string(code.name) + "` |";
		const size_t begin = page.find(row);
		ASSERT_NE(begin, std::string::npos) << code.name;
		const std::string line = page.substr(begin, page.find('\n', begin) - begin);
		EXPECT_THAT(line, testing::ContainsRegex("` \\| [^|]+[a-z0-9`)] \\| .*[a-z`*].* \\|$"));
		EXPECT_NE(category_text(code.category), nullptr) << code.category;
	}
}

TEST(FindingCodes, have_the_category_of_their_level)
{
	EXPECT_STREQ(find_code("ignored-event", true)->category, "LOAD_COMPILE_CONDITION");
	EXPECT_STREQ(find_code("ignored-event", false)->category, "LOAD_ERR_COMPILE_CONDITION");
	EXPECT_STREQ(find_code("redefined")->category, "LOAD_WARNING_EXTENSION");
	EXPECT_EQ(find_code("nosuch"), nullptr);
}
