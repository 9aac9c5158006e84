// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::host::config {

// `path` if it is absolute, else below `folder`. Nothing else is resolved: links and ".." stay as written.
std::string absolute_path(const std::string &path, const std::string &folder);

// The file's name without folders and without ".so": what a library is called.
std::string library_base(const std::string &library);

} // namespace falco::host::config
