// SPDX-License-Identifier: Apache-2.0
//
// What the configuration and the command line say about rules.
#include "tests/e2e/fixture.hpp"

#include <filesystem>

using namespace falco::test;
using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

class RuleSelection : public FalcoTest {
protected:
	// The names of the rules that are matched.
	std::string shown(std::vector<std::string> arguments, const std::string &configuration = "")
	{
		dir_.write("falco.yaml",
			   "stdout_output: {enabled: true}\nlog_stderr: true\nlog_syslog: false\n" + configuration);
		arguments.emplace_back("-L");
		const Finished falco = run(arguments);
		EXPECT_EQ(falco.status, 0) << falco.err;
		err_ = falco.err;
		std::string names;
		for (const char *name : {"write_etc", "read_group_shadow"}) {
			if (falco.out.find(name) != std::string::npos) {
				names += std::string(name) + " ";
			}
		}
		return names;
	}

	std::string err_;
};

TEST_F(RuleSelection, goes_by_the_options)
{
	EXPECT_EQ(shown({}), "write_etc read_group_shadow ");
	EXPECT_EQ(shown({"-D", "write*"}), "read_group_shadow ");
	EXPECT_EQ(shown({"-D", "write_etc", "-D", "read_group_shadow"}), "");
	EXPECT_EQ(shown({"-T", "files"}), "read_group_shadow ");
	EXPECT_EQ(shown({"-t", "files"}), "write_etc ");
	EXPECT_EQ(shown({"-D", "nosuch"}), "write_etc read_group_shadow ");
	EXPECT_THAT(err_, HasSubstr("nothing to disable: no rule is called 'nosuch'"));
}

TEST_F(RuleSelection, goes_by_the_configuration)
{
	EXPECT_EQ(shown({}, "rules: [{disable: {rule: '*'}}, {enable: {tag: files}}]\n"), "write_etc ");
	EXPECT_EQ(shown({"-D", "write_etc"}, "rules: [{enable: {rule: write_etc}}]\n"), "read_group_shadow ");
	EXPECT_EQ(shown({}, "priority: error\n"), "read_group_shadow ");
	EXPECT_EQ(shown({"-o", "rules[]={disable: {rule: read_group_shadow}}"}), "write_etc ");
}

TEST_F(RuleSelection, shows_in_the_alerts)
{
	const Finished falco = replay(kTraces + "mixed.scap", {"-T", "files"});
	ASSERT_EQ(falco.status, 0) << falco.err;
	EXPECT_EQ(alerts_in(replay(kTraces + "mixed.scap").out).size(), 3U);
	EXPECT_EQ(alerts_in(falco.out).size(), 0U);
}

TEST_F(RuleSelection, says_where_a_faulty_entry_stands)
{
	const auto refusal = [this](const std::string &configuration) {
		dir_.write("falco.yaml", "stdout_output: {enabled: true}\n" + configuration);
		const Finished falco = run({"-L"});
		EXPECT_EQ(falco.status, 1);
		return falco.err;
	};
	EXPECT_THAT(refusal("rules: [{disable: {rul: x}}]\n"), HasSubstr("falco.yaml:2:20: "));
	EXPECT_THAT(refusal("rules: [{off: {rule: x}}]\n"), HasSubstr("unknown key 'off'"));
	EXPECT_THAT(refusal("rules: [{enable: {rule: x}, disable: {rule: y}}]\n"), HasSubstr("falco.yaml:2:9: "));
	EXPECT_THAT(refusal("rules: [{enable: {}}]\n"), HasSubstr("rules[0].enable"));
	EXPECT_THAT(refusal("rules: x\n"), HasSubstr("falco.yaml:2:8: "));
	EXPECT_THAT(refusal("append_output: [{match: {rul: x}}]\n"), HasSubstr("falco.yaml:2:26: "));
}

// Only the matcher knows the fields, and it gets JSON.
TEST_F(RuleSelection, says_where_a_faulty_addition_to_outputs_stands)
{
	const auto refusals = [this](const std::string &additions) {
		dir_.write("falco.yaml", "stdout_output: {enabled: true}\nappend_output:\n" + additions);
		const Finished run_of_falco = replay(kTraces + "mixed.scap"),
			       explain = run_falco(
				       {"explain", "-c", config_, "-r", rules_, "-e", kTraces + "mixed.scap"});
		EXPECT_EQ(run_of_falco.status, 1);
		EXPECT_EQ(explain.status, 1);
		return std::vector<std::string>{run_of_falco.err, explain.err};
	};
	const std::string unknown = "unknown field '%proc.nam' (did you mean 'proc.name'?)";
	EXPECT_THAT(refusals("  - extra_output: ok\n  - extra_output: 'by %proc.nam'\n"),
		    Each(HasSubstr("falco.yaml:4:19: append_output[1].extra_output: " + unknown)));
	EXPECT_THAT(refusals("  - extra_fields: [proc.name, proc.nam]\n"),
		    Each(HasSubstr("falco.yaml:3:31: append_output[0].extra_fields[1]: " + unknown)));
	EXPECT_THAT(refusals("  - extra_fields: [{a.b: '%proc.name', a: x, a.c: '%proc.nam'}]\n"),
		    Each(HasSubstr("falco.yaml:3:51: append_output[0].extra_fields[0].a.c: " + unknown)));
	EXPECT_THAT(refusals("  - extra_fields: [{who: ''}]\n"),
		    Each(AllOf(HasSubstr("falco.yaml:3:"), HasSubstr("append_output[0].extra_fields[0]"))));
	EXPECT_THAT(
		refusals("  - extra_fields: [{'%who': '%proc.name'}]\n"),
		Each(HasSubstr("append_output[0].extra_fields[0].%who: expected a name that does not begin with %")));
}

TEST_F(RuleSelection, of_the_command_line_is_checked)
{
	EXPECT_THAT(run({"-t", "x", "-D", "y"}).err, HasSubstr("-D and -T do not go with it"));
	EXPECT_THAT(run({"-p", "%proc.name"}).err, HasSubstr("append_output"));
}

TEST_F(RuleSelection, goes_with_additions_to_outputs)
{
	dir_.write("falco.yaml", R"(
stdout_output: {enabled: true}
json_output: true
json_include_output_fields_property: true
log_syslog: false
append_output:
  - match: {rule: write_etc}
    extra_output: "on %evt.type by %proc.pname"
  - match: {tags: [files]}
    extra_fields: [evt.type, {who: "%user.name of %proc.name", plain: text}, toupper(proc.name)]
  - match: {source: k8s_audit}
    extra_output: never
  - match: {rule: read_group_shadow}
    extra_output: never
  - match: {tags: [files, host]}
    extra_output: never
)");
	const Finished falco = replay(kTraces + "mixed.scap");
	ASSERT_EQ(falco.status, 0) << falco.err;
	const json alert = json::parse(lines_of(falco.out).at(0));
	const json &fields = alert["output_fields"];
	EXPECT_EQ(fields["evt.type"], "openat");
	EXPECT_EQ(fields["plain"], "text");
	EXPECT_EQ(fields["toupper(proc.name)"], "BASH");
	EXPECT_EQ(fields["who"], fields["user.name"].get<std::string>() + " of bash");
	EXPECT_EQ(fields["proc.pname"], "scaprec");
	EXPECT_THAT(alert["output"].get<std::string>(), testing::EndsWith("newtool) on openat by scaprec"));
	EXPECT_THAT(falco.out, Not(HasSubstr("never")));
}

TEST_F(RuleSelection, reads_files_and_folders_in_the_order_they_are_named)
{
	std::filesystem::create_directory(dir_.file("rules.d"));
	std::filesystem::create_directory(dir_.file("empty.d"));
	dir_.write("rules.d/b.yml", "- rule: write_etc\n  desc: second\n  override: {desc: replace}\n");
	dir_.write("rules.d/a.yaml", "- rule: write_etc\n  desc: first\n  override: {desc: replace}\n");
	const Finished falco =
		run_falco({"-c", config_, "-r", dir_.file("empty.d"), "-r", rules_, "-r", dir_.file("rules.d"), "-L"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("second"));
	EXPECT_THAT(run_falco({"-c", config_, "-r", dir_.file("empty.d"), "-L"}).err, HasSubstr("holds no .yaml"));
}
