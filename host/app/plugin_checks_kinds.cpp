// SPDX-License-Identifier: Apache-2.0
//
// P-13 to P-18 and P-21: what holds for one kind of plugin.
#include "host/app/plugin_check_instance.hpp"
#include "host/plugins/schema.hpp"

#include <chrono>
#include <random>

namespace falco::host {

namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr int kLongestNextMs = 1100; // a second is what it may take; the machine may be busy

// Reads to the end. Numbers and times to answer are judged on the way.
CheckResult read_capture(CheckedInstance &source)
{
	uint64_t last = 0;
	for (;;) {
		falco_event event;
		const auto asked = Clock::now();
		const falco_status status = source.next(event);
		const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - asked);
		if (taken.count() > kLongestNextMs)
			return {Verdict::fail,
				"next took " + std::to_string(taken.count()) + " ms, more than a second"};
		if (status == FALCO_END) return {};
		if (status == FALCO_TIMEOUT) continue;
		if (status != FALCO_OK)
			return {Verdict::fail, "next failed with status " + std::to_string(status) + " after event " +
						       std::to_string(last)};
		if (event.number <= last)
			return {Verdict::fail,
				"event " + std::to_string(event.number) + " comes after event " + std::to_string(last)};
		last = event.number;
	}
}

// Something that is a rule for many matchers; one that does not know this language is asked about nothing but faults.
constexpr const char *kUsualRule = "- rule: falco_plugin_check\n"
				   "  desc: a rule that is right\n"
				   "  condition: proc.name = falco_plugin_check\n"
				   "  output: \"%proc.name\"\n"
				   "  priority: INFO\n";

// No text, no YAML, no rule.
constexpr std::string_view kBrokenRules{"\xff\xfe\0- rule: [unclosed\n\t\"}\n", 25};

std::string bad_load_problem(CheckedInstance &matcher, const std::string &path, const char *what)
{
	const LoadOutcome outcome = matcher.load(path);
	const std::string about = std::string("load of ") + what;
	if (outcome.status == FALCO_OK) return about + " succeeded";
	if (outcome.status != FALCO_ERR_CONFIG)
		return about + " returned the status " + std::to_string(outcome.status) + ", not FALCO_ERR_CONFIG";
	if (outcome.errors == 0) return about + " put no error into the report";
	if (outcome.rules > 0) return about + " announced rules although it failed";
	return {};
}

} // namespace

void require_something_to_read(const CheckSubject &source)
{
	if (source.request.with.empty())
		throw CheckEnd{{Verdict::skip, "needs something to read: give it with --with FILE.scap"}};
	if (!source.table->config_schema || !Schema(source.table->config_schema).find_property("paths"))
		throw CheckEnd{{Verdict::skip, "reads no files: its schema has no key 'paths'"}};
}

CheckResult check_output_texts(const CheckSubject &subject)
{
	CheckedInstance output(subject, "check");
	output.require_made();
	std::string every_byte;
	for (int byte = 0; byte < 256; ++byte)
		every_byte += static_cast<char>(byte);
	const std::pair<std::string, std::string> cases[] = {
		{"", ""},
		{std::string(size_t{1} << 20, 'x'), std::string(size_t{1} << 20, 'y')},
		{"\xe2\x82\xac and \xf0\x9f\x90\xa6", "\xff\xfe\x80 is not UTF-8"},
		{"100% %s %n {} \\ \" '", every_byte},
		{"text", std::string("before\0after", 12)},
	};
	for (const auto &[text, bytes] : cases) {
		const SampleAlert alert(text, bytes);
		output.write(alert.get());
		output.flush();
	}
	return {};
}

CheckResult check_output_order(const CheckSubject &subject)
{
	for (unsigned seed = 0; seed < 10; ++seed) {
		CheckedInstance output(subject, "check");
		output.require_made();
		if (seed % 2 == 0)
			output.flush();
		else
			output.reopen();
		std::mt19937_64 random(seed);
		random_calls(output, random, 20);
	}
	return {};
}

CheckResult check_source_stream(const CheckSubject &subject)
{
	require_something_to_read(subject);
	json config = json::parse(subject.config);
	config["paths"] = json::array_t(kCheckCaptures, subject.request.with);
	const CheckSubject several{subject.request, subject.table, config.dump()};
	CheckedInstance source(several, "check");
	source.require_made();
	for (int capture = 1; capture <= kCheckCaptures; ++capture) {
		const falco_status started = source.start();
		if (started != FALCO_OK)
			return {Verdict::fail, "start number " + std::to_string(capture) + " does not open " +
						       subject.request.with + " (status " + std::to_string(started) +
						       ")"};
		CheckResult result = read_capture(source);
		if (result.verdict != Verdict::pass) return result;
		falco_event event;
		for (int i = 0; i < 3; ++i)
			if (source.next(event) != FALCO_END) return {Verdict::fail, "next goes on after the end"};
		source.stop();
	}
	const falco_status after = source.start();
	if (after == FALCO_OK) source.stop();
	if (after == FALCO_END) return {};
	return {Verdict::fail,
		"start after the last capture returned the status " + std::to_string(after) + ", not FALCO_END"};
}

CheckResult check_tool_refusals(const CheckSubject &subject)
{
	CheckedInstance tool(subject, "check");
	tool.require_made();
	for (const char *arguments : {"{}", "{\"unknown\": [1, null]}"}) {
		const falco_status status = tool.run("no-such-command", arguments);
		if (status == FALCO_OK) return {Verdict::fail, "run of a command that it does not have succeeded"};
		if (status != FALCO_ERR_CONFIG)
			return {Verdict::fail, "run of a command that it does not have returned the status " +
						       std::to_string(status) + ", not FALCO_ERR_CONFIG"};
	}
	return {};
}

CheckResult check_bad_rules(const CheckSubject &subject)
{
	CheckedInstance matcher(subject, "check");
	matcher.require_made();
	const MemoryFile usual(kUsualRule), broken(kBrokenRules);
	const bool given = !subject.request.with.empty();
	const LoadOutcome good = matcher.load(given ? subject.request.with : usual.path());
	if (given && good.status != FALCO_OK)
		return {Verdict::fail, "refuses the rules of --with " + subject.request.with};
	const std::string before = matcher.state();
	for (const auto &[path, what] : {std::pair(broken.path(), "a broken file"),
					 std::pair(std::string("/nonexistent/falco-plugin-check"), "a missing file")}) {
		const std::string problem = bad_load_problem(matcher, path, what);
		if (!problem.empty()) return {Verdict::fail, problem};
		if (matcher.state() != before)
			return {Verdict::fail, std::string("load of ") + what + " changed the rules that were loaded"};
	}
	if (good.rules == 0) return {Verdict::pass, "with no rule loaded before: give a file with some by --with"};
	return {};
}

} // namespace falco::host
