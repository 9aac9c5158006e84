// SPDX-License-Identifier: Apache-2.0
//
// One look-up of a field answers all its constants: how many checks an event takes does not depend on how many rules
// there are. And what libsinsp says of fields that it compares with several values, which is odd at times.
#include "network_trace.hpp"
#include "verdicts.hpp"

#include "tests/support/temp_dir.hpp"

#include <functional>

using namespace falco::matcher;

namespace {

std::string pair_of(int number)
{
	return std::to_string(number / 250) + "." + std::to_string(number % 250);
}

std::string text_of(int number)
{
	return std::to_string(number);
}

struct Kind {
	std::string begin;  // of a check, up to a constant that no event has
	std::string end;    // after it
	std::string exists; // a constant that some event has
	std::function<std::string(int)> constant = text_of;
};

// A kind of check for each kind of field and index.
const std::vector<Kind> kKinds = {
	{"fd.ip = ", "", "10.0.0.1", [](int number) { return "172.16." + pair_of(number); }},
	{"fd.ip = ", "", "fe80::1", [](int number) { return "fd00::" + text_of(number); }},
	{"fd.net = ", "", "10.0.0.0/16", [](int number) { return "172." + pair_of(number) + ".0/24"; }},
	{"fd.net in (", ")", "fe80::/16", [](int number) { return "fd00:" + text_of(number) + "::/33"; }},
	{"fd.snet = ", "", "fe80::/16", [](int number) { return "fd00:" + text_of(number) + "::/32"; }},
	{"fd.cnet in (", ")", "fe80::/15", [](int number) { return "fd00::" + text_of(number) + "/128"; }},
	{"fd.port = ", "", "53", [](int number) { return text_of(10000 + number); }},
	{"fd.port in (1, ", ")", "53", [](int number) { return text_of(10000 + number); }},
	{"fd.port > ", "", "40001", [](int number) { return text_of(60000 + number); }},
	{"proc.aname = ", "", "sshd", [](int number) { return "name" + text_of(number); }},
	{"proc.aname in (a, ", ")", "sshd", [](int number) { return "name" + text_of(number); }},
	{"proc.aexepath startswith ", "", "/usr/sbin/", [](int number) { return "/opt/" + text_of(number); }},
	{"proc.aexe endswith ", "", "bash", [](int number) { return "work" + text_of(number); }},
	{"proc.acmdline contains ", "", "passwd", [](int number) { return "x" + text_of(number); }},
	{"proc.aname glob ", "", "*er-1", [](int number) { return "*x" + text_of(number); }},
	{"proc.aexepath pmatch (", ")", "/usr", [](int number) { return "/opt/" + text_of(number); }},
	{"proc.acmdline icontains ", "", "PASSWD", [](int number) { return "x" + text_of(number); }},
	{"proc.aname regex ", "", "ssh.", [](int number) { return "x.*" + text_of(number); }},
	{"proc.aenv contains ", "", "WORK=", [](int number) { return "x" + text_of(number); }},
	{"proc.apid = ", "", "1", [](int number) { return text_of(50000 + number); }},
	{"tolower(proc.name) = ", "", "bash", [](int number) { return "name" + text_of(number); }},
	{"toupper(fd.name) startswith ", "", "/ETC", [](int number) { return "/OPT" + text_of(number); }},
	{"basename(fd.name) in (a, ", ")", "passwd", [](int number) { return "x" + text_of(number); }},
	{"tolower(basename(fd.name)) endswith ", "", "passwd", [](int number) { return "x" + text_of(number); }},
	{"b64(proc.name) contains ", "", "orker", [](int number) { return "x" + text_of(number); }},
	{"len(proc.cmdline) = ", "", "7", [](int number) { return text_of(1000 + number); }},
};

// Texts that are no numbers have to be quoted, numbers must not be where their order counts.
std::string check_of(const Kind &kind, const std::string &constant)
{
	const bool is_number = constant.find_first_not_of("0123456789") == std::string::npos;
	return kind.begin + (is_number ? constant : '"' + constant + '"') + kind.end;
}

struct Asked {
	uint64_t checks = 0, matches = 0;
};

// What is asked, about all events, of a rule that matches and `number` others.
Asked ask(const std::string &trace, const Kind &kind, int number)
{
	const auto rule = [&kind](const std::string &name, const std::string &constant) {
		return "- {rule: " + name +
		       ", desc: d, output: o, priority: info, condition: 'evt.type in (connect, "
		       "openat) and " +
		       check_of(kind, constant) + "'}\n";
	};
	std::string text = rule("exists", kind.exists);
	for (int other = 0; other < number; other++) {
		text += rule("r" + text_of(other), kind.constant(other));
	}
	const LoadedRules loaded(text);
	EXPECT_THAT(loaded.errors, testing::IsEmpty());
	sinsp inspector;
	inspector.open_savefile(trace);
	GraphEvaluator evaluator(loaded.rules, false, &inspector);
	Asked asked;
	sinsp_evt *event = nullptr;
	for (int32_t result; (result = inspector.next(&event)) != SCAP_EOF;) {
		if (result == SCAP_SUCCESS) {
			std::vector<uint32_t> matched;
			evaluator.evaluate(event, true, matched);
			asked.checks += evaluator.asked();
			asked.matches += matched.size();
		}
	}
	return asked;
}

class LookUps : public testing::Test {
protected:
	void SetUp() override { falco::test::network_trace(1).save(trace_); }

	falco::test::TempDir folder_;
	const std::string trace_ = folder_.file("network.scap");
};

} // namespace

TEST_F(LookUps, take_as_many_checks_for_a_thousand_rules_as_for_ten)
{
	for (const Kind &kind : kKinds) {
		SCOPED_TRACE(kind.begin + kind.exists + kind.end);
		const Asked few = ask(trace_, kind, 10), many = ask(trace_, kind, 1000);
		EXPECT_GT(few.matches, 0u);
		EXPECT_EQ(many.matches, few.matches);
		EXPECT_EQ(many.checks, few.checks);
	}
}

// Each is a rule of its own, and there are enough of each field for a look-up.
TEST_F(LookUps, have_the_verdicts_of_libsinsp_where_a_field_has_several_values)
{
	std::vector<std::string> conditions;
	for (const Kind &kind : kKinds) {
		conditions.push_back(check_of(kind, kind.exists));
		conditions.push_back("not " + conditions.back());
	}
	for (const char *condition : {
		     "fd.ip != 10.0.0.1",
		     "fd.ip in (10.0.0.1, 10.0.0.2)",
		     "fd.ip in (fe80::1, 10.0.0.1)",
		     "fd.ip = fe80::1",
		     "fd.ip != fe80::1",
		     "fd.ip exists",
		     "not fd.ip exists",
		     "fd.ip = ::ffff:a00:1",
		     "fd.net != 10.0.0.0/8",
		     "fd.net != fe80::/64",
		     "fd.net in (10.0.0.0/8, fe80::/64)",
		     "fd.net in (fe80::/64, 10.0.0.0/8)",
		     "fd.net exists",
		     "fd.net = 0.0.0.0/0",
		     "fd.net = ::/1",
		     "fd.snet in (10.0.0.0/8, fe80::/64)",
		     "fd.snet != fe80::/64",
		     "fd.snet = ::ffff:0:0/96",
		     "fd.port != 53",
		     "fd.port < 54",
		     "fd.port <= 53",
		     "fd.port >= 40002",
		     "fd.port in (53, 40000)",
		     "fd.port = domain",
		     "fd.port exists",
		     "fd.proto = 53",
		     "fd.proto in (54, 55)",
		     "fd.proto != 54",
		     "proc.aname != sshd",
		     "proc.aname exists",
		     "not proc.aname exists",
		     "proc.aname in (Bash, make)",
		     "proc.aname = ''",
		     "proc.aexe != ''",
		     "proc.aname < 5",
		     "proc.apid in (1, 1000)",
		     "proc.apid > 1000",
		     "proc.apid != 1",
		     "proc.apid exists",
		     "proc.aenv = ''",
		     "proc.aenv[0] contains WORK",
		     "tolower(fd.name) != b",
		     "len(fd.name) < 3",
		     "len(fd.types) > 1",
		     "toupper(proc.name) exists",
		     "b64(proc.name) exists",
		     "basename(fd.name) = ''",
	     }) {
		conditions.push_back(condition);
	}
	std::string text;
	for (size_t number = 0; number < conditions.size(); number++) {
		text += "- rule: r" + text_of(static_cast<int>(number)) +
			"\n  desc: d\n  output: o\n  priority: info\n  condition: >\n    " + conditions[number] + "\n";
	}
	const LoadedRules loaded(text);
	ASSERT_THAT(loaded.errors, testing::IsEmpty());
	EXPECT_GT(compare(loaded, trace_, UINT64_MAX).matches, 0u);
}
