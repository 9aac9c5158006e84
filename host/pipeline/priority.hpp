// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace falco::host {

constexpr int kPriorities = 8;

// "Emergency" ... "Debug"; what lies outside of 0 ... 7 counts as the nearest of them.
const char *priority_name(int priority);

// The same rule for whoever needs the number.
int clamp_priority(int priority);

} // namespace falco::host
