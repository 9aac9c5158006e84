// SPDX-License-Identifier: Apache-2.0
//
// A recording's files: out.000001.scap, out.000002.scap, ..., out.scap. The order of the names is that of time, also
// for a replay of the whole folder.
#pragma once

#include "numbered_files.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace falco::recorder {

class FileRing {
public:
	// `max_files`: how many there may be, with PATH itself; 0: any number.
	FileRing(const std::string &path, size_t max_files);

	const std::string &path() const { return files_.path(); }

	// What is wrong with PATH as a place for a recording; empty: nothing.
	std::string problem() const;

	// Gives PATH a number when there is such a file, makes room for a new one, and makes that: readable for its
	// owner alone. Returns its descriptor and puts the files that were removed into `removed`. Throws
	// std::runtime_error.
	int open_next(std::vector<std::string> &removed);

private:
	NumberedFiles files_;
	size_t max_files_;
};

} // namespace falco::recorder
