// SPDX-License-Identifier: Apache-2.0
//
// Random conditions over all fields and operators of the recordings' events, with values that occur in them, have the
// verdicts of libsinsp's own filters: on the recordings as they are, and with damaged and unusual events.
//
//   FALCO_SEED      where the random numbers begin (default 1)
//   FALCO_ROUNDS    how many sets of rules of each kind (default 1); each is tried on every recording
#include "damaged_trace.hpp"
#include "random_rules.hpp"
#include "verdicts.hpp"

#include "tests/support/temp_dir.hpp"

#include <iostream>
#include <random>

using namespace falco::matcher;

namespace {

constexpr size_t kSampled = 12000; // events that values are taken from

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

// Runs `round` for every recording and seed, and says how much was compared.
template <typename Round>
void for_all_rounds(Round round)
{
	const unsigned first = number_from("FALCO_SEED", 1), rounds = number_from("FALCO_ROUNDS", 1);
	uint64_t verdicts = 0, matches = 0;
	for (const char *name : kRecordings) {
		const auto fields = sample_fields(recording(name), kSampled);
		for (unsigned seed = first; seed < first + rounds; seed++) {
			const Comparison done = round(recording(name), fields, seed);
			verdicts += done.verdicts;
			matches += done.matches;
			ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
		}
	}
	EXPECT_GT(matches, 0u);
	std::cout << verdicts << " verdicts compared, of which " << matches << " were matches" << std::endl;
}

Comparison compare_random(const std::string &trace, const std::vector<SampledField> &fields, unsigned seed,
			  size_t rules, uint64_t events)
{
	const LoadedRules loaded(RandomRules(fields, seed).rules(rules));
	EXPECT_THAT(loaded.errors, testing::IsEmpty());
	return compare(loaded, trace, events);
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
	for_all_rounds([&](const std::string &trace, const std::vector<SampledField> &fields, unsigned seed) {
		const std::string damaged = folder.file("damaged.scap");
		damage_trace(trace, damaged, 6000, seed);
		return compare_random(damaged, seed % 2 ? fields : choose(fields, 30, seed), seed, 250, 6000);
	});
}
