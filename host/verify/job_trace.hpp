// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/plugins/plugin.hpp"
#include "host/verify/temp_file.hpp"

#include <map>
#include <optional>
#include <string>

namespace falco::host {

struct TestJob;

// Builds the traces that files of cases describe. In one thread.
class TraceBuilds {
public:
	// Writes the trace that `file` describes at this JSON pointer to `output`. Throws Error, with the place in the
	// file, for a description that is wrong.
	void build(const std::string &file, const std::string &at, const std::string &output,
		   const std::string &plugin_dir);

private:
	// By folder of plugins. They stay: a tool keeps the file that it read last, and most often that of the next
	// case.
	std::map<std::string, Tool> tools_;
};

// The trace of a job: a recording, or one that is built from its description in the file of cases and goes with this.
class JobTrace {
public:
	// Throws what TraceBuilds::build does.
	JobTrace(const TestJob &job, TraceBuilds &builds, const std::string &plugin_dir);

	const std::string &path() const { return path_; }

private:
	std::optional<TempFile> built_;
	std::string path_;
};

} // namespace falco::host
