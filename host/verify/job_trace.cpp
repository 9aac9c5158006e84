// SPDX-License-Identifier: Apache-2.0
#include "host/verify/job_trace.hpp"

#include "host/app/tool_run.hpp"
#include "host/error.hpp"

namespace falco::host {

JobTrace::JobTrace(const TestJob &job, const std::string &plugin_dir) : path_(job.test->traces[job.trace])
{
	if (job.test->inline_trace.empty()) {
		return;
	}
	built_.emplace("");
	HostServices services;
	services.version = FALCO_VERSION;
	services.hostname = "localhost";
	services.log_level = FALCO_LOG_ERROR;
	services.log = [](const std::string &, falco_level, std::string_view) {};
	std::string said;
	ToolStreams streams;
	streams.out = [](std::string_view) {};
	streams.err = [&](std::string_view text) { said.append(text); };
	Tool builder(load_tool("trace", plugin_dir), "trace", services);
	const int status = builder.run(
		"build", {{"file", path_}, {"at", job.test->inline_trace}, {"output", built_->path()}, {"force", true}},
		streams);
	if (status != 0) {
		throw Error(said.empty() ? "the trace could not be built" : said);
	}
	path_ = built_->path();
}

} // namespace falco::host
