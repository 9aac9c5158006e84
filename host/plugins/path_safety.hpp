// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::host {

// Why nobody but root and our own user must be able to have made `path` what it is, or an empty string: a regular file
// that belongs to one of the two, and that others cannot write to, in folders of which the same is true. Folders that
// others can write to are fine when they are sticky, as /tmp is: others cannot replace our files there. Symbolic links
// are followed, and both the way to the link and the way to its target are looked at. `path` must be absolute.
std::string path_problem(const std::string &path);

// Throws Error unless path_problem finds nothing. `what` names the file's role: "plugin", "rules file".
void require_safe_path(const std::string &path, const char *what);

} // namespace falco::host
