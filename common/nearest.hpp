// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace falco {

// The one of `known` that a person who typed `word` most likely meant: the smallest edit distance (Damerau-Levenshtein,
// insertions, deletions, substitutions and swaps of neighbours count 1), if that is at most a third of the length; of
// several, the one with the longest beginning in common.
// Empty when nothing is near.
std::string nearest(std::string_view word, const std::vector<std::string> &known);

// " (did you mean 'X'?)", or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string> &known);

} // namespace falco
