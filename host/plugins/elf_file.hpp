// SPDX-License-Identifier: Apache-2.0
//
// What must be known about a shared object before the loader maps it. A file is untrusted input: every offset is
// checked against its size.
#pragma once

#include <string>
#include <vector>

namespace falco::host {

// Why the file cannot be a shared object of this machine, or an empty string. Says it in words the loader lacks.
std::string elf_problem(const std::string &path);

// Whether the loader looks up the functions this shared object itself calls when it maps it (linked with -z now), so
// that a missing one is found then, whatever the mode it is opened in.
bool binds_at_load(const std::string &path);

struct ExportedSymbols {
	std::string problem; // why the symbols cannot be told; empty: they can
	std::vector<std::string> names;
};

// The names of all symbols that the shared object defines for others, from its dynamic symbol table, which stripping
// leaves in place.
ExportedSymbols exported_symbols(const std::string &path);

} // namespace falco::host
