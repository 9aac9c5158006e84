// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace falco {

// The name of standard input in a list of paths.
inline constexpr const char *kStandardInput = "-";

// Whether a file in a folder is taken for a recording: *.scap and *.scap.gz.
bool is_trace_name(const std::string &path);

// The files that `paths` name, in order: a file stands for itself, a folder for the *.scap and *.scap.gz files in it in
// lexical order. Throws std::runtime_error for what is missing, neither file nor folder, unreadable, or a folder
// without any.
std::vector<std::string> expand_trace_paths(const std::vector<std::string> &paths);

} // namespace falco
