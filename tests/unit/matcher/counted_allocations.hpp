// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// How many objects `new` has made in this program so far, on any thread.
uint64_t allocations();
