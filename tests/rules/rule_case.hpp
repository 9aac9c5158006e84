// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/trace.hpp"

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace falco::test {

/// A container id as Docker gives them, and what %container.id shows of it.
inline const std::string kContainer(64, 'c');
inline const std::string kContainerId(12, 'c');

/// What is asked of one shipped rule: what it must see, what its alert says, and the near miss it must let pass.
struct RuleCase {
	using Script = void (*)(Trace &);

	std::string rule;
	std::string priority;
	Script fires;                          // and what else the rule looks at
	std::vector<std::string> output_facts; // pieces of the alert's output
	Script quiet;
	int alerts = 1; // how many alerts of the rule `fires` gives
};

/// Names a failing test after its rule.
inline void PrintTo(const RuleCase &rule_case, std::ostream *stream)
{
	*stream << rule_case.rule;
}

[[nodiscard]] std::vector<RuleCase> reading_cases();
[[nodiscard]] std::vector<RuleCase> writing_cases();
[[nodiscard]] std::vector<RuleCase> changing_cases();
[[nodiscard]] std::vector<RuleCase> process_cases();
[[nodiscard]] std::vector<RuleCase> network_cases();
[[nodiscard]] std::vector<RuleCase> privilege_cases();

/// All of them.
[[nodiscard]] inline std::vector<RuleCase> all_rule_cases()
{
	std::vector<RuleCase> all;
	for (const auto &part :
	     {reading_cases(), writing_cases(), changing_cases(), process_cases(), network_cases(), privilege_cases()})
		all.insert(all.end(), part.begin(), part.end());
	return all;
}

/// Programs and users that many cases begin with.
[[nodiscard]] inline Pid root_shell(Trace &trace)
{
	return trace.process(Process("bash").path("/bin/bash").user("root"));
}
[[nodiscard]] inline Pid alice_shell(Trace &trace)
{
	return trace.process(Process("bash").path("/bin/bash").user("alice").cwd("/home/alice"));
}
[[nodiscard]] inline Pid program(Trace &trace, const std::string &name)
{
	return trace.process(Process(name).user("root"));
}
/// A program that another one has started.
[[nodiscard]] inline Pid child_program(Trace &trace, const std::string &parent, const std::string &name)
{
	return trace.process(Process(name).user("root").parent(program(trace, parent)));
}

/// The same act by programs of several names.
inline void by_each(Trace &trace, const std::vector<std::string> &names, const std::function<void(Pid)> &act)
{
	for (const std::string &name : names)
		act(program(trace, name));
}

} // namespace falco::test
