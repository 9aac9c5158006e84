// SPDX-License-Identifier: Apache-2.0
//
// Random conditions over all fields and operators of the recordings' events, with values that occur in them, have the
// verdicts of libsinsp's own filters: on the recordings as they are, and with damaged and unusual events.
//
//   FALCO_SEED      where the random numbers begin (default 1), or "time": anywhere
//   FALCO_ROUNDS    how many sets of rules of each kind (default 1); each is tried on every recording
//   FALCO_SECONDS   instead of a number of rounds: for how long new ones are begun
#include "damaged_trace.hpp"
#include "network_trace.hpp"
#include "random_rules.hpp"
#include "verdicts.hpp"

#include "plugins/matcher-sinsp/kept_state.hpp"

#include "tests/support/temp_dir.hpp"

#include <chrono>
#include <iostream>
#include <random>
#include <set>

using namespace falco::matcher;

namespace {

constexpr size_t kSampled = 12000; // events that values are taken from

constexpr double kMostRefused = 0.25; // of a damaged trace, a third of whose events is unusual

const char *const kRecordings[] = {"acts.scap", "mixed.scap", "heavy.scap"};

std::string recording(const char *name)
{
	return std::string(FALCO_TRACES) + "/" + name;
}

// Some of the fields, so that many rules ask for each.
std::vector<SampledField> choose(std::vector<SampledField> fields, size_t number, unsigned seed)
{
	std::mt19937 random(seed);
	std::shuffle(fields.begin(), fields.end(), random);
	fields.resize(std::min(fields.size(), number));
	return fields;
}

unsigned first_seed()
{
	const char *text = std::getenv("FALCO_SEED");
	return text && std::string(text) == "time" ? std::random_device()() : number_from("FALCO_SEED", 1);
}

// Which rounds there are: so many, or all that begin before the time is over.
class Rounds {
public:
	bool begin() { return seconds_ > 0 ? std::chrono::steady_clock::now() < end_ : begun_++ < rounds_; }

private:
	const unsigned rounds_ = number_from("FALCO_ROUNDS", 1), seconds_ = number_from("FALCO_SECONDS", 0);
	const std::chrono::steady_clock::time_point end_ =
		std::chrono::steady_clock::now() + std::chrono::seconds(seconds_);
	unsigned begun_ = 0;
};

// Runs `round` with one seed after the other for every recording, and says how much was compared.
template <typename Round>
void for_all_rounds(Round round)
{
	const unsigned first = first_seed();
	std::cout << "FALCO_SEED=" << first << std::endl;
	std::vector<std::vector<SampledField>> fields; // by recording
	for (const char *name : kRecordings) {
		fields.push_back(sample_fields(recording(name), kSampled));
	}
	uint64_t pairs = 0, matches = 0;
	unsigned seed = first;
	for (Rounds rounds; rounds.begin(); seed++) {
		for (size_t i = 0; i < fields.size(); i++) {
			const Comparison done = round(recording(kRecordings[i]), fields[i], seed);
			pairs += done.verdicts;
			matches += done.matches;
			ASSERT_FALSE(testing::Test::HasFailure()) << "FALCO_SEED=" << seed;
		}
	}
	EXPECT_GT(matches, 0u);
	std::cout << pairs << " pairs of a rule and an event compared in " << seed - first << " rounds; " << matches
		  << " were matches" << std::endl;
}

Comparison compare_rules(RandomRules rules, size_t number, const std::string &trace, uint64_t events,
			 double most_refused = 0.1)
{
	const LoadedRules loaded(rules.rules(number));
	EXPECT_THAT(loaded.errors, testing::IsEmpty());
	return compare(loaded, trace, events, true, most_refused);
}

// Fields that libsinsp compares with several values, networks, and some of which transformers make others.
std::vector<SampledField> choose_shared(std::vector<SampledField> fields, unsigned seed)
{
	static const std::set<std::string> names = {
		"fd.ip",         "fd.net",        "fd.port",      "fd.proto",    "fd.cnet",   "fd.snet",
		"fd.lnet",       "fd.rnet",       "fd.sip",       "proc.aname",  "proc.aexe", "proc.aexepath",
		"proc.acmdline", "proc.aenv",     "proc.apid",    "proc.name",   "proc.args", "proc.exepath",
		"fd.name",       "evt.arg.flags", "evt.arg.path", "evt.arg.name"};
	fields.erase(std::remove_if(fields.begin(), fields.end(),
				    [](const SampledField &field) { return names.count(field.name) == 0; }),
		     fields.end());
	return choose(std::move(fields), 8, seed);
}

} // namespace

TEST(RandomConditions, over_all_fields_have_the_verdicts_of_libsinsp)
{
	for_all_rounds([](const std::string &trace, const std::vector<SampledField> &fields, unsigned seed) {
		return compare_rules({fields, seed}, 250, trace, 6000);
	});
}

TEST(RandomConditions, in_large_numbers_over_few_fields_have_the_verdicts_of_libsinsp)
{
	for_all_rounds([](const std::string &trace, const std::vector<SampledField> &fields, unsigned seed) {
		const auto chosen = choose(fields, 12, seed);
		return compare_rules({chosen, seed}, 1500, trace, 1000);
	});
}

TEST(RandomConditions, in_large_numbers_over_several_values_and_transformers_have_the_verdicts_of_libsinsp)
{
	constexpr size_t kChanged = 2;
	const falco::test::TempDir folder;
	const std::string network = folder.file("network.scap");
	for_all_rounds([&](const std::string &trace, const std::vector<SampledField> &fields, unsigned seed) {
		const auto chosen = choose_shared(fields, seed);
		Comparison done = compare_rules({chosen, seed, kChanged}, 800, trace, 800);
		falco::test::network_trace(seed).save(network);
		const auto of_network = choose_shared(sample_fields(network, kSampled, 7), seed);
		const Comparison more = compare_rules({of_network, seed, kChanged}, 1200, network, UINT64_MAX);
		done.verdicts += more.verdicts;
		done.matches += more.matches;
		return done;
	});
}

TEST(RandomConditions, have_the_verdicts_of_libsinsp_on_damaged_events)
{
	const falco::test::TempDir folder;
	for_all_rounds([&](const std::string &trace, std::vector<SampledField> fields, unsigned seed) {
		// A check that throws ends the reference's questions about an event, so these fields would be asked
		// less.
		fields.erase(std::remove_if(fields.begin(), fields.end(),
					    [](const SampledField &field) { return keeps_state(field.name); }),
			     fields.end());
		const std::string damaged = folder.file("damaged.scap");
		damage_trace(trace, damaged, 6000, seed);
		const auto chosen = seed % 2 ? fields : choose(fields, 30, seed);
		return compare_rules({chosen, seed}, 250, damaged, 6000, kMostRefused);
	});
}
