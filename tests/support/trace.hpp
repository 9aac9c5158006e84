// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/trace-builder/trace.hpp"

namespace falco::test {

using namespace falco::trace; // the tests build their traces as `falco trace build` does

} // namespace falco::test
