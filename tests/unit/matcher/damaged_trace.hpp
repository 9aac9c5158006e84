// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace falco::matcher {

// Writes the first `events` events of a recording, with the tables before them, where about a third of the events is
// unusual: parameters that are missing, empty, cut off, too long, filled with random bytes, or texts with NUL bytes and
// control characters within; types of events that do not exist. The same seed gives the same trace. Throws
// std::runtime_error.
void damage_trace(const std::string &from, const std::string &to, size_t events, unsigned seed);

} // namespace falco::matcher
