// SPDX-License-Identifier: Apache-2.0
//
// The evaluator in use gives the verdicts of libsinsp's own filters, event by event, rule by rule, on recordings and on
// traces that are made.
//
//   FALCO_RULES_FILES    rules files to be held to it instead of the shipped one, with colons between them
#include "verdicts.hpp"

#include "plugins/matcher-sinsp/verifying_evaluator.hpp"
#include "tests/support/random_trace.hpp"
#include "tests/support/temp_dir.hpp"

#include <memory>
#include <sstream>

using namespace falco::matcher;

namespace {

// Conditions whose event types are decided in part, wholly, not at all, or are contradictory.
const char *const kConditions[] = {
	"evt.type = openat",
	"evt.type = openat and evt.dir = <",
	"evt.dir = > and evt.type in (open, openat, creat)",
	"not evt.dir = > and evt.type = openat and fd.name startswith /etc",
	"(evt.type = openat or evt.type = execve) and proc.name != cat",
	"evt.type = openat or fd.name startswith /etc",
	"not (evt.type = openat or evt.type = close) and proc.name = sh",
	"not evt.type in (openat, execve, clone)",
	"evt.type != openat and proc.name = sh",
	"evt.type = openat and evt.type = execve",
	"evt.type = sysinfo",
	"evt.type in (getuid, openat, sysinfo, sync) and evt.dir = <",
	"not evt.type = sysinfo and evt.dir = < and proc.name = sh",
	"evt.type = read and evt.dir = <",
	"evt.type = procexit",
	"syscall.type = openat and evt.dir = <",
	"evt.type contains open and evt.dir = <",
	"evt.type exists and proc.name = sh",
	"evt.dir != <  and evt.type = mkdir",
	"evt.is_open_write = true and not (evt.dir = < and fd.name startswith /dev)",
	"(evt.type = openat and evt.dir = <) or (evt.type = execve and evt.dir = >)",
	"evt.type = openat and (evt.dir = < or proc.name = sh)",
	"evt.failed = true and not evt.type = read",
};

// Conditions with fields that count when, and how often, they are asked, beside others that take turns with them.
const char *const kCounting[] = {
	"proc.name = nosuch",
	"evt.deltatime.ns <= 3000 and evt.type in (open, openat)",
	"evt.type in (open, openat) and evt.deltatime.ns <= 3000",
	"evt.deltatime < 100000 and evt.dir = <",
	"util.cnt > 30 and evt.type = openat and proc.name = bash",
	"util.cnt > 30",
	"evt.type = close and evt.dir = < and proc.name = bash",
	"util.cnt > 30",
	"not util.cnt < 100 or evt.type = execve",
	"evt.dir = < and evt.num > val(util.cnt)",
	"evt.type = openat and tolower(proc.name) = bash and thread.totexectime >= 0",
	"thread.exectime > 0 or util.cnt in (5, 50, 500)",
};

template <size_t size>
std::string rules_of(const char *const (&conditions)[size])
{
	std::string text;
	for (size_t i = 0; i < size; i++) {
		text += "- rule: r" + std::to_string(i) +
			"\n  desc: d\n  output: o\n  priority: info\n  condition: \"" + conditions[i] + "\"\n";
	}
	return text;
}

std::string tricky_rules()
{
	return rules_of(kConditions);
}

std::string contents(const std::string &path)
{
	std::ifstream file(path);
	EXPECT_TRUE(file) << path;
	return {std::istreambuf_iterator<char>(file), {}};
}

std::string shipped_rules()
{
	return contents(FALCO_RULES_FILE);
}

// The contents of the shipped one, or of those that were named.
std::vector<std::string> rules_files()
{
	const char *paths = std::getenv("FALCO_RULES_FILES");
	std::istringstream list(paths ? paths : FALCO_RULES_FILE);
	std::vector<std::string> rules;
	for (std::string path; std::getline(list, path, ':');) {
		rules.push_back(contents(path));
	}
	return rules;
}

// What bench/make_rules.py writes.
std::string made_rules(size_t number)
{
	const std::string command = "python3 " FALCO_SOURCE_DIR "/bench/make_rules.py " + std::to_string(number);
	const std::unique_ptr<std::FILE, int (*)(std::FILE *)> pipe(popen(command.c_str(), "re"), pclose);
	std::string text;
	char part[4096];
	for (size_t got; (got = std::fread(part, 1, sizeof part, pipe.get())) > 0;) {
		text.append(part, got);
	}
	return text;
}

void compare_on_all_recordings(const std::vector<std::string> &rules, uint64_t of_heavy = 5000)
{
	const LoadedRules loaded(rules);
	ASSERT_THAT(loaded.errors, testing::IsEmpty());
	uint64_t matches = 0;
	for (const bool everything : {false, true}) {
		for (const auto &[name, events] : std::initializer_list<std::pair<const char *, uint64_t>>{
			     {"acts.scap", UINT64_MAX}, {"mixed.scap", UINT64_MAX}, {"heavy.scap", of_heavy}}) {
			matches += compare(loaded, std::string(FALCO_TRACES "/") + name, events, everything).matches;
		}
	}
	EXPECT_GT(matches, 0u);
}

// Says that every event matches these rules.
class Saying final : public Evaluator {
public:
	explicit Saying(std::vector<uint32_t> rules) : rules_(std::move(rules)) {}
	void evaluate(sinsp_evt *, bool, std::vector<uint32_t> &matched) override { matched = rules_; }

private:
	std::vector<uint32_t> rules_;
};

} // namespace

TEST(Evaluators, agree_on_rules_files)
{
	compare_on_all_recordings(rules_files(), 100'000);
}

TEST(Evaluators, agree_on_conditions_that_an_events_type_decides_in_part)
{
	compare_on_all_recordings({tricky_rules()});
}

TEST(Evaluators, agree_on_conditions_that_count_how_often_they_are_asked)
{
	compare_on_all_recordings({rules_of(kCounting)});
}

TEST(Evaluators, agree_on_events_some_of_which_are_lost)
{
	const falco::test::TempDir folder;
	const LoadedRules loaded({tricky_rules(), shipped_rules()});
	ASSERT_THAT(loaded.errors, testing::IsEmpty());
	uint64_t matches = 0;
	for (unsigned seed = 1; seed <= 12; seed++) {
		SCOPED_TRACE(seed);
		falco::test::random_trace(seed).save(folder.file("random.scap"));
		matches += compare(loaded, folder.file("random.scap"), UINT64_MAX).matches;
	}
	EXPECT_GT(matches, 0u);
}

#ifdef FALCO_GENERATE_TRACE
TEST(Evaluators, agree_on_generated_traces)
{
	const falco::test::TempDir folder;
	const LoadedRules loaded(shipped_rules());
	ASSERT_THAT(loaded.errors, testing::IsEmpty());
	for (const std::string kind : {"all", "relevant"}) {
		const std::string trace = folder.file(kind + ".scap.gz");
		ASSERT_EQ(std::system((FALCO_GENERATE_TRACE " " + kind + " " + trace).c_str()), 0);
		EXPECT_GT(compare(loaded, trace, UINT64_MAX, false).matches, 0u);
	}
}
#endif

// What libsinsp compares is another thing than what it shows of these. Each holds at some event.
TEST(Evaluators, agree_on_fields_that_an_argument_makes_others)
{
	for (const char *condition : {
		     "proc.aenv[0] endswith /",
		     "proc.aenv[1] endswith /",
		     "evt.around[1795455180526521259] = 1",
		     "proc.aname[-1] = sh",
		     "proc.apid[-1] > 1",
		     "proc.aexe[-1] exists",
		     "proc.aname[1] = scaprec",
	     }) {
		const LoadedRules loaded(rule_with(condition));
		ASSERT_THAT(loaded.errors, testing::IsEmpty()) << condition;
		EXPECT_GT(compare(loaded, FALCO_TRACES "/acts.scap", UINT64_MAX).matches, 0u) << condition;
	}
}

// Each holds at some event.
TEST(Evaluators, agree_on_fields_and_transformers_on_both_sides_and_on_bytes)
{
	for (const char *condition : {
		     "evt.type = openat and tolower(proc.name) = cat",
		     "evt.type = openat and toupper(proc.name) = CAT",
		     "evt.type = execve and basename(proc.exepath) = val(proc.name)",
		     "evt.type in (open, openat) and evt.dir = < and len(fd.name) > 20",
		     "evt.type in (open, openat) and evt.dir = < and toupper(basename(fd.name)) endswith .SO.6",
		     "evt.type in (open, openat) and evt.dir = < and proc.pid > val(proc.ppid)",
		     "evt.type = openat and proc.name = val(proc.pname)",
		     "evt.type = openat and proc.name != val(proc.pname)",
		     "evt.type = openat and tolower(proc.name) = tolower(proc.pname)",
		     "evt.type in (read, write) and evt.dir = < and evt.buffer bstartswith 7f454c46",
		     "evt.type in (read, write) and evt.dir = < and evt.buffer bcontains 454c46",
		     "evt.type in (read, write) and evt.dir = < and b64(evt.buffer) exists",
	     }) {
		const LoadedRules loaded(rule_with(std::string("\"") + condition + "\""));
		ASSERT_THAT(loaded.errors, testing::IsEmpty()) << condition;
		EXPECT_GT(compare(loaded, FALCO_TRACES "/mixed.scap", UINT64_MAX).matches, 0u) << condition;
	}
}

TEST(Evaluators, agree_on_a_thousand_rules)
{
	const LoadedRules loaded(made_rules(1000) + shipped_rules());
	ASSERT_THAT(loaded.errors, testing::IsEmpty());
	uint64_t matches = 0;
	for (const char *name : {"acts.scap", "mixed.scap"}) {
		matches += compare(loaded, std::string(FALCO_TRACES "/") + name, 1000).matches;
	}
	EXPECT_GT(matches, 0u);
}

TEST(Evaluators, differences_are_counted_and_reported_and_libsinsp_is_believed)
{
	const LoadedRules loaded(std::vector<std::string>{tricky_rules()});
	std::vector<std::string> reports;
	VerifyingEvaluator verifying(loaded.rules, std::make_unique<Saying>(std::vector<uint32_t>{1, 2}),
				     std::make_unique<Saying>(std::vector<uint32_t>{2, 5}),
				     [&](const std::string &report) { reports.push_back(report); });
	sinsp inspector;
	inspector.open_savefile(FALCO_TRACES "/acts.scap");
	sinsp_evt *event = nullptr;
	while (inspector.next(&event) != SCAP_SUCCESS) {
	}
	for (int i = 0; i < 5; i++) {
		std::vector<uint32_t> matched;
		verifying.evaluate(event, true, matched);
		EXPECT_THAT(matched, testing::ElementsAre(2, 5));
	}
	EXPECT_EQ(verifying.differences(), 10u);
	const std::string begin =
		"evaluators differ: event " + std::to_string(event->get_num()) + " (" + event->get_name() + "), rule '";
	ASSERT_EQ(reports.size(), 6u); // three of each rule
	EXPECT_EQ(reports[0], begin + "r1': libsinsp says it does not match, the matcher's own evaluator the opposite");
	EXPECT_EQ(reports[1], begin + "r5': libsinsp says it matches, the matcher's own evaluator the opposite");
}
