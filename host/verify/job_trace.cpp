// SPDX-License-Identifier: Apache-2.0
#include "host/verify/job_trace.hpp"

#include "host/app/tool_run.hpp"
#include "host/error.hpp"
#include "host/verify/test_run.hpp"

namespace falco::host {

namespace {

// Tools keep a reference.
const HostServices &quiet_services()
{
	static const HostServices services = [] {
		HostServices quiet;
		quiet.version = FALCO_VERSION;
		quiet.hostname = "localhost";
		quiet.log_level = FALCO_LOG_ERROR;
		quiet.log = [](const std::string &, falco_level, std::string_view) {};
		return quiet;
	}();
	return services;
}

} // namespace

void TraceBuilds::build(const std::string &file, const std::string &at, const std::string &output,
			const std::string &plugin_dir)
{
	auto tool = tools_.find(plugin_dir);
	if (tool == tools_.end()) {
		tool = tools_.try_emplace(plugin_dir, load_tool("trace", plugin_dir), "trace", quiet_services()).first;
	}
	std::string said;
	ToolStreams streams;
	streams.out = [](std::string_view) {};
	streams.err = [&](std::string_view text) { said.append(text); };
	const int status =
		tool->second.run("build", {{"file", file}, {"at", at}, {"output", output}, {"force", true}}, streams);
	if (status != 0) {
		throw Error(said.empty() ? "the trace could not be built" : said);
	}
}

JobTrace::JobTrace(const TestJob &job, TraceBuilds &builds, const std::string &plugin_dir)
    : path_(job.test->traces[job.trace])
{
	if (job.test->inline_trace.empty()) {
		return;
	}
	built_.emplace("");
	builds.build(path_, job.test->inline_trace, built_->path(), plugin_dir);
	path_ = built_->path();
}

} // namespace falco::host
