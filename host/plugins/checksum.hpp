// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::host {

// The SHA-256 of a file's content, in lower case hexadecimal. Throws Error when it cannot be read.
std::string sha256_of_file(const std::string &path);

} // namespace falco::host
