// SPDX-License-Identifier: Apache-2.0
//
// falco plugin check: each bad habit is found by the check that is made for it, and by no other.
#include "host/app/plugin_commands.hpp"
#include "tests/unit/plugins/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

using testing::HasSubstr;

namespace falco::host {
namespace {

using nlohmann::json;

struct Outcome {
	int status = -1;
	std::map<std::string, json> checks;
	std::map<std::string, std::string> bad; // id: fail, crash or hang
	std::string result(const std::string &id) const { return checks.at(id)["result"]; }
	std::string detail(const std::string &id) const { return checks.at(id)["detail"]; }
};

Outcome check(const std::string &name, const std::string &with = "", const std::string &config = "",
	      std::chrono::milliseconds limit = std::chrono::seconds(30))
{
	PluginCheckRequest request;
	request.file = name.find('/') == std::string::npos ? test_plugin_dir() + "/" + name + ".so" : name;
	request.with = with;
	request.source = test_plugin_dir() + "/source-fake.so"; // only taps ask for it
	request.config = config;
	request.json = true;
	request.time_limit = limit;
	Outcome outcome;
	const json told = json::parse(printed_by([&] { outcome.status = plugin_check(request); }));
	for (const json &one : told["checks"]) {
		outcome.checks[one["id"]] = one;
		const std::string result = one["result"];
		if (result == "fail" || result == "crash" || result == "hang") outcome.bad[one["id"]] = result;
	}
	EXPECT_EQ(outcome.status, outcome.bad.empty() ? 0 : 1);
	EXPECT_EQ(told["result"], outcome.bad.empty() ? "pass" : "fail");
	return outcome;
}

using Bad = std::map<std::string, std::string>;

TEST(PluginCheck, passes_good_plugins)
{
	const TempDir dir;
	const std::string trace = dir.write("trace", "anything"), rules = dir.write("rules", "r 3 text\n");
	for (const auto &[name, with] :
	     {std::pair("output-fake", std::string()), std::pair("habit-none", std::string()),
	      std::pair("source-fake", trace), std::pair("matcher-fake", rules), std::pair("tap-fake", trace),
	      std::pair("tool-fake", std::string())}) {
		const Outcome outcome = check(name, with);
		EXPECT_EQ(outcome.bad, Bad()) << name;
		for (const char *id : {"P-01", "P-02", "P-03", "P-05", "P-06", "P-07", "P-08", "P-09", "P-10", "P-11",
				       "P-12", "P-19", "P-20"})
			EXPECT_EQ(outcome.result(id), "pass") << name << " " << id << " " << outcome.detail(id);
	}
}

TEST(PluginCheck, applies_to_a_kind_what_is_meant_for_it)
{
	const TempDir dir;
	const Outcome output = check("output-fake");
	EXPECT_EQ(output.result("P-13"), "pass");
	EXPECT_EQ(output.result("P-14"), "pass");
	EXPECT_EQ(output.result("P-15"), "pass");
	EXPECT_EQ(output.detail("P-22"), "has no write_batch");
	EXPECT_EQ(output.detail("P-16"), "is only for the kind source");
	const Outcome source = check("source-fake", dir.write("trace", "x"));
	EXPECT_EQ(source.result("P-16"), "pass");
	EXPECT_EQ(source.result("P-17"), "pass");
	EXPECT_EQ(source.result("P-13"), "skip");
	EXPECT_EQ(check("source-fake").detail("P-16"), "needs something to read: give it with --with FILE.scap");
	EXPECT_EQ(check("matcher-fake").result("P-18"), "pass");
	EXPECT_EQ(check("tool-fake").result("P-21"), "pass");
	EXPECT_EQ(check("tap-fake", dir.write("trace", "x")).result("P-23"), "pass");
	EXPECT_EQ(check("tap-fake").detail("P-23"), "needs events: give a trace with --with FILE.scap");
	EXPECT_THAT(check("tap-other", dir.write("trace", "x")).detail("P-23"),
		    HasSubstr("source-fake.so is no source of this tap's family"));
}

struct Habit {
	const char *plugin;
	const char *id;
	const char *result;
	const char *detail;
};

// Names of tests take no hyphen.
std::string plugin_name(const testing::TestParamInfo<Habit> &tested)
{
	std::string name = tested.param.plugin;
	for (char &c : name)
		if (c == '-') c = '_';
	return name;
}

class BadHabit : public testing::TestWithParam<Habit> {};

TEST_P(BadHabit, is_found_by_its_check_alone)
{
	const TempDir dir;
	const std::string name = GetParam().plugin;
	const Outcome outcome =
		check(name, name.rfind("source-", 0) == 0 || name.rfind("tap-", 0) == 0 ? dir.write("trace", "x") : "");
	Bad expected{{GetParam().id, GetParam().result}};
#ifdef __SANITIZE_ADDRESS__
	// The sanitizer sees the kept pointer in the next check as well, where it is read after its end.
	if (name == "habit-keeps-pointer") expected.emplace("P-15", "crash");
#endif
	EXPECT_EQ(outcome.bad, expected);
	EXPECT_THAT(outcome.detail(GetParam().id), HasSubstr(GetParam().detail));
}

INSTANTIATE_TEST_SUITE_P(
	PluginCheck, BadHabit,
	testing::Values(
		Habit{"unresolved", "P-03", "fail", "a_function_that_nobody_defines"},
		Habit{"no-entry", "P-03", "fail", "does not export falco_plugin_entry"},
		Habit{"habit-thread-on-load", "P-04", "fail", "loading changes the number of threads"},
		Habit{"habit-handler-on-load", "P-04", "fail", "loading changes signal handlers"},
		Habit{"habit-mask-on-load", "P-04", "fail", "loading changes the signal mask"},
		Habit{"habit-umask-on-load", "P-04", "fail", "loading changes the umask"},
		Habit{"habit-locale-on-load", "P-04", "fail", "loading changes the locale"},
		Habit{"habit-folder-on-load", "P-04", "fail", "loading changes the working directory"},
		Habit{"habit-environment-on-load", "P-04", "fail", "loading changes the environment"},
		Habit{"table-schema-host-key", "P-05", "fail", "a config_schema that uses the key 'queue'"},
		Habit{"table-newer-major", "P-05", "fail", "it was built for plugin ABI 2.0, this falco has 1.0"},
		Habit{"table-no-write", "P-05", "fail", "it does not set the required function write"},
		Habit{"habit-default", "P-06", "fail", "the default of 'n' must be a whole number"},
		Habit{"habit-crash", "P-07", "crash", "inside output/bad create (signal 11)"},
		Habit{"habit-exit", "P-07", "crash", "ended the process with exit status 3"},
		Habit{"habit-fatal", "P-07", "fail", "create failed: no reason to give up"},
		Habit{"habit-silent", "P-07", "fail", "create failed without a message"},
		Habit{"habit-status", "P-07", "fail", "create returned the status -77, which it may not"},
		Habit{"habit-overrun", "P-07", "fail", "create wrote beyond the error buffer"},
		Habit{"habit-config", "P-08", "crash",
		      "inside output/bad create (signal 11), trying the configuration "},
		Habit{"habit-single", "P-09", "fail", "a second instance cannot be created: there can be only one"},
		Habit{"habit-shared", "P-09", "fail",
		      "write returned other statuses than when there is one instance alone"},
		Habit{"habit-leak", "P-10", "fail", "200 times create and destroy leave 200 file descriptors"},
		Habit{"habit-leak-thread", "P-10", "fail", "leave 200 threads"},
		Habit{"habit-affine", "P-11", "fail", "calls succeed on one thread that fail"},
		Habit{"habit-exact-size", "P-12", "fail", "with tables that are longer: create refuses these settings"},
		Habit{"habit-reads-beyond", "P-12", "crash", "create (signal 11), trying tables of exactly their size"},
		Habit{"habit-long-text", "P-13", "crash", "inside output/bad write"},
		Habit{"habit-keeps-pointer", "P-14", "crash",
		      "inside output/bad flush (signal 11), trying to go on when the memory"},
		Habit{"habit-writes-argument", "P-14", "crash",
		      "inside output/bad write (signal 11), trying an alert in memory that cannot be written"},
		Habit{"habit-past-text", "P-14", "crash", "inside output/bad write (signal 11), trying an alert"},
		Habit{"habit-early-flush", "P-15", "crash", "inside output/bad flush"},
		Habit{"habit-metric", "P-15", "fail", "metrics gave the name 'caf"},
		Habit{"source-numbers", "P-16", "fail", "event 1 comes after event 149"},
		Habit{"source-end", "P-16", "fail", "next goes on after the end"},
		Habit{"source-second-start", "P-16", "fail", "start number 2 does not open"},
		Habit{"source-no-last", "P-16", "fail", "start after the last capture returned the status 0, not"},
		Habit{"source-slow", "P-16", "fail", " ms, more than a second"},
		Habit{"source-object", "P-17", "fail", "the object of event 1 cannot be read"},
		Habit{"matcher-accepts", "P-18", "fail", "load of a broken file succeeded"},
		Habit{"matcher-reports-nothing", "P-18", "fail", "put no error into the report"},
		Habit{"matcher-forgets", "P-18", "fail", "changed the rules that were loaded"},
		Habit{"habit-throw", "P-19", "fail", "in P-07: an exception (thrown by create) left output/bad create"},
		Habit{"habit-throw-write", "P-19", "fail",
		      "(thrown by write) left output/bad write: nothing may unwind"},
		Habit{"tap-one-capture", "P-23", "fail", "bind failed in capture 2: one capture is enough"},
		Habit{"tap-early-flush", "P-23", "fail", "flush failed in capture 1: nothing to flush"},
		Habit{"tap-keeps-open", "P-23", "fail", "is still open after its unbind"},
		Habit{"habit-batch", "P-22", "fail", "write_batch says that it took 257 of 256 alerts"},
		Habit{"tool-accepts", "P-21", "fail", "run of a command that it does not have succeeded"},
		Habit{"tool-gives-up", "P-21", "fail", "returned the status -3, not FALCO_ERR_CONFIG"},
		Habit{"tool-ends", "P-21", "crash", "inside tool/fake run (signal 6)"},
		Habit{"habit-noise", "P-20", "fail", "bytes to standard output: \"noise\""},
		Habit{"habit-noise-stderr", "P-20", "fail", "bytes to standard error: \"noise\""}),
	plugin_name);

TEST(PluginCheck, ends_what_hangs_and_says_where)
{
	const Outcome outcome = check("habit-hang", "", "", std::chrono::seconds(3));
	EXPECT_EQ(outcome.bad, (Bad{{"P-07", "hang"}}));
	EXPECT_EQ(outcome.detail("P-07"), "did not return within 3000 ms, inside output/bad create");
	EXPECT_EQ(outcome.detail("P-10"), "needs what P-07 found missing");
}

TEST(PluginCheck, warns_of_exports)
{
	const Outcome outcome = check("habit-export");
	EXPECT_EQ(outcome.bad, Bad());
	EXPECT_EQ(outcome.result("P-02"), "warn");
	EXPECT_THAT(outcome.detail("P-02"), HasSubstr("one_export_too_many"));
}

TEST(PluginCheck, warns_of_a_library_that_works_while_it_is_loaded)
{
	const Outcome outcome = check("habit-slow-on-load");
	EXPECT_EQ(outcome.bad, Bad());
	EXPECT_EQ(outcome.result("P-04"), "warn");
	EXPECT_THAT(outcome.detail("P-04"), HasSubstr(" ms of processor time, more than 250"));
}

TEST(PluginCheck, loads_nothing_that_is_no_library)
{
	const TempDir dir;
	const Outcome outcome = check(dir.write("text.so", "hello"));
	EXPECT_EQ(outcome.bad, (Bad{{"P-01", "fail"}}));
	EXPECT_EQ(outcome.result("P-03"), "skip");
	EXPECT_EQ(check(dir.path() + "/none.so").bad, (Bad{{"P-01", "fail"}}));
}

TEST(PluginCheck, a_refusal_of_the_settings_is_no_fault)
{
	const Outcome outcome = check("habit-refusing");
	EXPECT_EQ(outcome.bad, Bad());
	EXPECT_EQ(outcome.detail("P-07"), "refuses these settings: there is no such place");
	EXPECT_EQ(outcome.result("P-10"), "skip");
}

TEST(PluginCheck, uses_the_configuration_it_is_given)
{
	const TempDir dir;
	const std::string path = dir.path() + "/alerts";
	EXPECT_EQ(check("output-fake", "", json{{"path", path}}.dump()).bad, Bad());
	EXPECT_THAT(read_text(path), HasSubstr("an alert that falco plugin check wrote\n"));
	EXPECT_THAT(check("output-fake", "", R"({"path": 5})").detail("P-07"),
		    HasSubstr("--config does not fit the schema: path: must be a string"));
}

json fuzzed(const std::string &name, uint64_t seed, int seconds, int expected_status)
{
	PluginCheckRequest request;
	request.file = test_plugin_dir() + "/" + name + ".so";
	request.seed = seed;
	request.seconds = seconds;
	request.json = true;
	request.time_limit = std::chrono::seconds(60);
	int status = -1;
	const std::string report = printed_by([&] { status = plugin_fuzz(request); });
	EXPECT_EQ(status, expected_status) << report;
	return json::parse(report);
}

// "... (seed 12)"
uint64_t seed_in(const std::string &detail)
{
	return std::stoull(detail.substr(detail.rfind("seed ") + 5));
}

TEST(PluginFuzz, finds_what_a_seed_then_repeats)
{
	const json found = fuzzed("habit-config", 1000, 30, 1);
	EXPECT_EQ(found["result"], "crash");
	const std::string detail = found["detail"];
	EXPECT_THAT(detail, HasSubstr("inside output/bad create (signal 11)"));
	const uint64_t seed = seed_in(detail);
	EXPECT_GE(seed, 1000U);
	EXPECT_EQ(fuzzed("habit-config", seed, 0, 1)["detail"], detail);
	EXPECT_EQ(fuzzed("habit-config", seed, 0, 1)["result"], "crash");
}

TEST(PluginFuzz, passes_good_plugins_and_says_which_seeds_it_tried)
{
	for (const char *name : {"output-fake", "matcher-fake", "source-fake", "tap-fake"}) {
		const json found = fuzzed(name, 7, 1, 0);
		EXPECT_EQ(found["result"], "pass") << name << found;
		EXPECT_THAT(found["detail"].get<std::string>(), HasSubstr("seeds 7 to "));
	}
	EXPECT_EQ(fuzzed("output-fake", 7, 0, 0)["detail"], "1 round, seed 7");
}

TEST(PluginFuzz, ends_at_the_last_seed)
{
	EXPECT_EQ(fuzzed("output-fake", UINT64_MAX, 60, 0)["detail"], "1 round, seed " + std::to_string(UINT64_MAX));
}

TEST(PluginCheck, prints_a_table_for_people)
{
	PluginCheckRequest request;
	request.file = test_plugin_dir() + "/habit-silent.so";
	const std::string text = printed_by([&] { EXPECT_EQ(plugin_check(request), 1); });
	EXPECT_THAT(text, HasSubstr("P-01  pass  is a shared object of this machine with a safe owner and mode\n"));
	EXPECT_THAT(text, HasSubstr("P-07  fail  create works, or says what is wrong with the configuration\n"
				    "              create failed without a message\n"));
	EXPECT_THAT(text, HasSubstr("habit-silent.so: 6 pass, 1 fail, 16 skip\n"));
}

} // namespace
} // namespace falco::host
