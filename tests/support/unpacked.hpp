// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::test {

/// The bytes of a recording, unpacked if they are packed.
std::string unpacked(const std::string &path);

} // namespace falco::test
