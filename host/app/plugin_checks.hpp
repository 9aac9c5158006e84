// SPDX-License-Identifier: Apache-2.0
//
// What `falco plugin check` tries. Each check runs alone in a child process, so it may do to itself what it likes.
#pragma once

#include "host/app/plugin_commands.hpp"
#include "host/plugins/plugin.hpp"

#include <string>
#include <vector>

namespace falco::host {

// `unwound`: an exception left the plugin. It is told as a failure of P-19, whichever check it ended.
enum class Verdict { pass, fail, warn, skip, crash, hang, unwound };

const char *verdict_name(Verdict verdict);

struct CheckResult {
	Verdict verdict = Verdict::pass;
	std::string detail;
};

// What a check works on.
struct CheckSubject {
	const PluginCheckRequest &request; // file is absolute
	const falco_plugin *table;         // nullptr before Stage::table
	std::string config;                // of instances: JSON that fits the schema; from Stage::instance on
};

// What has to be there before a check can run. When a check that opens the next stage fails, the rest is skipped.
enum class Stage { file, library, table, instance };

struct PluginCheck {
	const char *id;
	const char *requirement;
	Stage needs;
	Stage opens;     // not above `needs`: opens nothing
	falco_kind kind; // that it applies to; 0: all
	CheckResult (*run)(const CheckSubject &subject);
};

// All checks, in the order in which they run.
const std::vector<PluginCheck> &plugin_checks();

// In the child: runs the check `request.internal_check` names and writes its result to kCheckResultFd. Does not return.
[[noreturn]] void run_check_here(const PluginCheckRequest &request);

// In the parent: runs one check in a child and waits for its result, at most the request's time limit.
CheckResult run_check_in_child(const PluginCheckRequest &request, const char *id);

// In the child: what is tried now, for the report of a crash or a hang.
void trying(const std::string &what);

constexpr int kCheckResultFd = 3;
constexpr const char *kUnwindingId = "P-19";
constexpr const char *kFuzzId = "fuzz"; // no row of the table: `falco plugin fuzz`

CheckResult check_file(const CheckSubject &subject);
CheckResult check_exports(const CheckSubject &subject);
CheckResult check_loads(const CheckSubject &subject);
CheckResult check_load_leaves_process(const CheckSubject &subject);
CheckResult check_table(const CheckSubject &subject);
CheckResult check_schema(const CheckSubject &subject);
CheckResult check_create(const CheckSubject &subject);
CheckResult check_two_instances(const CheckSubject &subject);
CheckResult check_leaks(const CheckSubject &subject);
CheckResult check_other_threads(const CheckSubject &subject);
CheckResult check_output_texts(const CheckSubject &subject);
CheckResult check_output_order(const CheckSubject &subject);
CheckResult check_source_stream(const CheckSubject &subject);
CheckResult check_tap_captures(const CheckSubject &subject);
CheckResult check_tool_refusals(const CheckSubject &subject);
CheckResult check_bad_rules(const CheckSubject &subject);
CheckResult check_quiet(const CheckSubject &subject);
CheckResult check_odd_configs(const CheckSubject &subject);
CheckResult check_table_sizes(const CheckSubject &subject);
CheckResult check_alert_memory(const CheckSubject &subject);
CheckResult check_event_objects(const CheckSubject &subject);
CheckResult check_unwinding(const CheckSubject &subject);
CheckResult check_batches(const CheckSubject &subject);
// Rounds of P-08, P-13 and P-15, each with a seed of its own, from the request's seed on and as long as it says.
CheckResult fuzz(const CheckSubject &subject);

} // namespace falco::host
