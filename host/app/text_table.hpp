// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace falco::host {

// Rows of cells with every column as wide as its longest cell, two spaces apart; the last column is as it is. Control
// characters, which would break the lines or the terminal, become '?'.
std::string text_table(const std::vector<std::vector<std::string>> &rows);

} // namespace falco::host
