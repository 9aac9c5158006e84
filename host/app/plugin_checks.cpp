// SPDX-License-Identifier: Apache-2.0
#include "host/app/plugin_checks.hpp"

namespace falco::host {

const char *verdict_name(Verdict verdict)
{
	switch (verdict) {
	case Verdict::pass:
		return "pass";
	case Verdict::fail:
		return "fail";
	case Verdict::warn:
		return "warn";
	case Verdict::skip:
		return "skip";
	case Verdict::crash:
		return "crash";
	case Verdict::hang:
		return "hang";
	case Verdict::unwound:
		return "unwound";
	}
	return "fail";
}

const std::vector<PluginCheck> &plugin_checks()
{
	constexpr falco_kind all = 0;
	static const std::vector<PluginCheck> checks{
		{"P-01", "is a shared object of this machine with a safe owner and mode", Stage::file, Stage::file, all,
		 check_file},
		{"P-02", "exports falco_plugin_entry and nothing else", Stage::file, Stage::file, all, check_exports},
		{"P-03", "loads at once, with no undefined symbol", Stage::file, Stage::library, all, check_loads},
		{"P-04", "loading starts no thread and changes nothing of the process", Stage::library, Stage::library,
		 all, check_load_leaves_process},
		{"P-05", "has a valid table with all required functions", Stage::library, Stage::table, all,
		 check_table},
		{"P-06", "has a schema that its own defaults fit", Stage::table, Stage::table, all, check_schema},
		{"P-07", "create works, or says what is wrong with the configuration", Stage::table, Stage::instance,
		 all, check_create},
		{"P-08", "survives any configuration: wrong types and random text end in an error", Stage::instance,
		 Stage::instance, all, check_odd_configs},
		{"P-09", "two instances do not disturb each other", Stage::instance, Stage::instance, all,
		 check_two_instances},
		{"P-10", "200 times create and destroy leak no file descriptor and no thread", Stage::instance,
		 Stage::instance, all, check_leaks},
		{"P-11", "may be called from different threads in turn", Stage::instance, Stage::instance, all,
		 check_other_threads},
		{"P-12", "takes tables that are longer than its own, and reads none beyond its size", Stage::instance,
		 Stage::instance, all, check_table_sizes},
		{"P-13", "takes any text: empty, 1 MiB, and fields of any bytes", Stage::instance, Stage::instance,
		 FALCO_KIND_OUTPUT, check_output_texts},
		{"P-14", "changes no alert and keeps no pointer into one", Stage::instance, Stage::instance,
		 FALCO_KIND_OUTPUT, check_alert_memory},
		{"P-15", "flush and reopen work at any time", Stage::instance, Stage::instance, FALCO_KIND_OUTPUT,
		 check_output_order},
		{"P-16", "event numbers rise, the end stays the end, start and stop repeat", Stage::instance,
		 Stage::instance, FALCO_KIND_SOURCE, check_source_stream},
		{"P-17", "an event can be read until the next one is asked for", Stage::instance, Stage::instance,
		 FALCO_KIND_SOURCE, check_event_objects},
		{"P-18", "refuses bad rules with a report and keeps the old ones", Stage::instance, Stage::instance,
		 FALCO_KIND_MATCHER, check_bad_rules},
		{kUnwindingId, "no exception leaves it", Stage::instance, Stage::instance, all, check_unwinding},
		{"P-20", "writes nothing to standard output or error", Stage::instance, Stage::instance, all,
		 check_quiet},
		{"P-21", "refuses a command that it does not have, and goes on", Stage::instance, Stage::instance,
		 FALCO_KIND_TOOL, check_tool_refusals},
		{"P-22", "write_batch says how many of the first alerts it took", Stage::instance, Stage::instance,
		 FALCO_KIND_OUTPUT, check_batches},
		{"P-23", "sees one capture after the other, flush works at any time, unbind lets go", Stage::instance,
		 Stage::instance, FALCO_KIND_TAP, check_tap_captures},
	};
	return checks;
}

} // namespace falco::host
