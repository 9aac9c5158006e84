// SPDX-License-Identifier: Apache-2.0
//
// Random conditions over all fields and operators of the recordings' events, with values that occur in them, have the
// verdicts of libsinsp's own filters: on the recordings as they are, and with damaged and unusual events.
//
//   FALCO_SEED      where the random numbers begin (default 1), or "time": anywhere
//   FALCO_ROUNDS    how many sets of rules of each kind (default 1); each is tried on every recording
//   FALCO_SECONDS   instead of a number of rounds: for how long new ones are begun
#include "damaged_trace.hpp"
#include "random_rules.hpp"
#include "verdicts.hpp"

#include "plugins/matcher-sinsp/kept_state.hpp"

#include "tests/support/temp_dir.hpp"

#include <chrono>
#include <iostream>
#include <random>

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

Comparison compare_random(const std::string &trace, const std::vector<SampledField> &fields, unsigned seed,
			  size_t rules, uint64_t events, double most_refused = 0.1)
{
	const LoadedRules loaded(RandomRules(fields, seed).rules(rules));
	EXPECT_THAT(loaded.errors, testing::IsEmpty());
	return compare(loaded, trace, events, true, most_refused);
}

} // namespace

TEST(RandomConditions, over_all_fields_have_the_verdicts_of_libsinsp)
{
	for_all_rounds([](const std::string &trace, const std::vector<SampledField> &fields, unsigned seed) {
		return compare_random(trace, fields, seed, 250, 6000);
	});
}

TEST(RandomConditions, in_large_numbers_over_few_fields_have_the_verdicts_of_libsinsp)
{
	for_all_rounds([](const std::string &trace, const std::vector<SampledField> &fields, unsigned seed) {
		return compare_random(trace, choose(fields, 12, seed), seed, 1500, 1000);
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
		return compare_random(damaged, seed % 2 ? fields : choose(fields, 30, seed), seed, 250, 6000,
				      kMostRefused);
	});
}
