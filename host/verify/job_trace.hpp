// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/verify/temp_file.hpp"
#include "host/verify/test_run.hpp"

#include <optional>
#include <string>

namespace falco::host {

// The trace of a job: a recording, or one that is built from its description in the file of cases and goes with this.
class JobTrace {
public:
	// Throws Error, with the place in the file, for a description that is wrong.
	JobTrace(const TestJob &job, const std::string &plugin_dir);

	const std::string &path() const { return path_; }

private:
	std::optional<TempFile> built_;
	std::string path_;
};

} // namespace falco::host
