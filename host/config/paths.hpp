// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <system_error>
#include <vector>

namespace falco::host::config {

// `path` if it is absolute, else below `folder`. Nothing else is resolved: links and ".." stay as written.
std::string absolute_path(const std::string &path, const std::string &folder);

// The file's name without folders and without ".so": what a library is called.
std::string library_base(const std::string &library);

// Whether the name ends in .yaml or .yml: a file that is read where a folder is named.
bool is_yaml_file(const std::string &name);

// Those of a folder, in lexical order. `error`: why it cannot be read.
std::vector<std::string> yaml_files_in(const std::string &folder, std::error_code &error);

} // namespace falco::host::config
