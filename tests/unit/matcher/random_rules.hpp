// SPDX-License-Identifier: Apache-2.0
//
// Random conditions over the fields and operators of libsinsp, with values that occur in a recording.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace falco::matcher {

struct SampledField {
	std::string name;
	enum class Kind { text, buffer, network, interval, other } kind = Kind::other;
	std::vector<std::string> values;
};

// Every field that needs no argument, and some with one, with values they have in the first events of a recording, one
// of `every`.
std::vector<SampledField> sample_fields(const std::string &trace, size_t events, size_t every = 37);

class RandomRules {
public:
	// Of these fields; they must outlive it. One check of `changed` asks for what a transformer makes of a field.
	RandomRules(const std::vector<SampledField> &fields, unsigned seed, size_t changed = 8)
	    : fields_(fields), random_(seed), changed_(changed)
	{
	}

	// A rules file; every condition of it is one that libsinsp takes.
	std::string rules(size_t number);

private:
	size_t below(size_t limit) { return random_() % limit; }
	template <typename Of>
	const auto &one_of(const Of &of)
	{
		return of[below(std::size(of))];
	}

	std::string condition();
	std::string term();
	std::string check_of(const SampledField &field);
	// The field, or what a transformer makes of it.
	std::string changed(const std::string &field);
	// What a check with this operator compares with.
	std::string right_of(const std::string &op, const SampledField &field);
	std::string value_for(const std::string &op, const SampledField &field);

	const std::vector<SampledField> &fields_;
	std::mt19937 random_;
	const size_t changed_;
};

} // namespace falco::matcher
