// SPDX-License-Identifier: Apache-2.0
#include "common/nearest.hpp"

#include <algorithm>
#include <cstddef>

namespace falco {
namespace {

// Damerau-Levenshtein distance with each pair of neighbours swapped at most once ("optimal string alignment"): three
// rows of the usual table are enough.
size_t distance(std::string_view a, std::string_view b)
{
	std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
	for (size_t j = 0; j <= b.size(); ++j)
		last[j] = j;
	for (size_t i = 1; i <= a.size(); ++i) {
		row[0] = i;
		for (size_t j = 1; j <= b.size(); ++j) {
			const size_t substituted = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
			row[j] = std::min({last[j] + 1, row[j - 1] + 1, substituted});
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
				row[j] = std::min(row[j], before[j - 2] + 1);
			}
		}
		before.swap(last);
		last.swap(row);
	}
	return last[b.size()];
}

// Of two candidates that are equally far the one that begins like the word is meant: people slip at the end of a word.
size_t common_beginning(std::string_view a, std::string_view b)
{
	const size_t most = std::min(a.size(), b.size());
	return static_cast<size_t>(
		std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(most), b.begin()).first - a.begin());
}

} // namespace

std::string nearest(std::string_view word, const std::vector<std::string> &known)
{
	const std::string *best = nullptr;
	size_t best_distance = word.size() / 3;
	for (const std::string &candidate : known) {
		// The lengths alone make it too far: also keeps enormous words cheap.
		const size_t shorter = std::min(word.size(), candidate.size());
		if (std::max(word.size(), candidate.size()) - shorter > best_distance) continue;
		const size_t found = distance(word, candidate);
		const bool nearer = best ? found < best_distance ||
						    (found == best_distance &&
						     common_beginning(word, candidate) > common_beginning(word, *best))
					 : found <= best_distance;
		if (!nearer) continue;
		best = &candidate;
		best_distance = found;
	}
	return best ? *best : std::string();
}

std::string did_you_mean(std::string_view word, const std::vector<std::string> &known)
{
	const std::string candidate = nearest(word, known);
	return candidate.empty() ? std::string() : " (did you mean '" + candidate + "'?)";
}

} // namespace falco
