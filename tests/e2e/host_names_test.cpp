// SPDX-License-Identifier: Apache-2.0
//
// Rules with names of hosts in a replay, with a resolver that answers late.
#include "tests/e2e/fixture.hpp"

using namespace falco::test;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

namespace {

class HostNames : public testing::Test {
protected:
	// Of acts.scap's connections, those to this host, and those to service.example or not.
	Finished falco(std::vector<std::string> arguments, const std::string &matcher, const std::string &more = "")
	{
		const auto config = dir_.write("falco.yaml", "stdout_output: {enabled: true}\nlog_stderr: true\n"
							     "log_syslog: false\nrule_matching: all\nplugins:\n"
							     "  - {library: matcher-sinsp, config: {" +
								     matcher + "}}\n" + more);
		const auto rules =
			dir_.write("rules.yaml", rule("here", "fd.sip = 127.0.0.1") +
							 rule("named", "fd.sip.name = service.example") +
							 rule("unnamed", "fd.sip = 127.0.0.1 and fd.sip.name "
									 "!= service.example") +
							 rule("rest", "fd.sip = 127.0.0.1 and not fd.sip.name "
								      "= service.example"));
		arguments.insert(arguments.end(), {"-c", config, "-r", rules, "-e", kTraces + "acts.scap"});
		RunOptions options;
		options.environment = {"LD_PRELOAD=" FALCO_LATE_RESOLVER};
		return run_falco(arguments, options);
	}

	static size_t count(const Finished &finished, const std::string &rule)
	{
		size_t number = 0;
		for (const auto &alert : alerts_in(finished.out)) {
			number += alert.find(" of " + rule + ".") != std::string::npos ? 1 : 0;
		}
		return number;
	}

private:
	static std::string rule(const std::string &name, const std::string &condition)
	{
		return "- {rule: " + name + ", desc: d, output: connection of " + name +
		       "., priority: info, condition: evt.type = connect and evt.dir = < and " + condition + "}\n";
	}

	TempDir dir_;
};

std::vector<std::string> questions_in(const Finished &finished)
{
	std::vector<std::string> questions;
	for (const auto &line : lines_of(finished.err)) {
		if (line.find(" asked for ") != std::string::npos) {
			questions.push_back(line);
		}
	}
	return questions;
}

} // namespace

TEST_F(HostNames, are_never_asked_for_in_a_replay_whichever_evaluator_decides)
{
	for (const std::string evaluator : {"fast", "reference", "verify"}) {
		const auto done = falco({}, "evaluator: " + evaluator, "explain: {rules: [\"*\"], rate: 1000/s}\n");
		EXPECT_EQ(done.status, 0) << done.err;
		EXPECT_THAT(questions_in(done), IsEmpty());
		EXPECT_GT(count(done, "here"), 0U);
		EXPECT_EQ(count(done, "named"), 0U);
		EXPECT_EQ(count(done, "unnamed"), 0U);
		EXPECT_EQ(count(done, "rest"), count(done, "here"));
		EXPECT_THAT(done.err, Not(HasSubstr("evaluators differ")));
	}
}

TEST_F(HostNames, have_their_answers_before_a_replay_that_asks_for_them_begins)
{
	for (const std::string evaluator : {"fast", "reference", "verify"}) {
		const auto done = falco({}, "resolve_names: always, evaluator: " + evaluator);
		EXPECT_EQ(done.status, 0) << done.err;
		EXPECT_THAT(questions_in(done), Not(IsEmpty()));
		EXPECT_THAT(questions_in(done), Each(StartsWith("a thread asked for service.example")));
		EXPECT_GT(count(done, "here"), 0U);
		EXPECT_EQ(count(done, "named"), count(done, "here"));
		EXPECT_EQ(count(done, "unnamed"), 0U);
	}
}
