// SPDX-License-Identifier: Apache-2.0
#include "host/app/replay_worker.hpp"

#include "common/trace_paths.hpp"
#include "host/app/capabilities.hpp"
#include "host/app/capture_loop.hpp"
#include "host/app/make_plugins.hpp"
#include "host/app/match_stream.hpp"
#include "host/config/paths.hpp"
#include "host/error.hpp"

#include <csignal>
#include <exception>
#include <sys/prctl.h>
#include <unistd.h>

namespace falco::host {

namespace {

class ReplayWorker {
public:
	ReplayWorker(ConfigRequest request, const std::vector<std::string> &files, int output)
	    : request_(std::move(request)), files_(files), config_(read_config(request_)),
	      log_(false, false, FALCO_LOG_ERROR), writer_(output)
	{
		services_.version = FALCO_VERSION;
		services_.log_level = FALCO_LOG_ERROR; // the parent says the same, and once
		services_.log = [](const std::string &, falco_level, std::string_view) {};
		matcher_ = make_matcher(config_, services_);
		rules_ = load_rules(*matcher_, config_, log_);
	}

	void replay(uint32_t file)
	{
		writer_.begin(file);
		for (const std::string &failure : read(files_[file])) {
			writer_.failure(failure);
		}
		writer_.end();
	}

private:
	std::vector<std::string> read(const std::string &path)
	{
		try {
			request_.trace_files = {path};
			const Config config = read_config(request_);
			SourceChoice choice([](falco_level, const std::string &) {});
			make_sources(config, services_, *matcher_, log_, choice);
			const std::atomic<bool> never{false};
			CaptureLoop loop(
				choice.source(), *matcher_,
				[&](const falco_match &match) {
					writer_.match(match, rules_->at(match.rule).fields.size());
					if (path == kStandardInput) {
						writer_.flush(); // it may be long until there is more
					}
				},
				never);
			loop.on_open = [this, &choice] { drop_privileges(choice.library()); };
			return loop.run();
		} catch (const std::exception &e) {
			return {e.what()};
		}
	}

	void drop_privileges(const std::string &library)
	{
		if (config_.capabilities.drop && !dropped_) {
			std::string warning; // the parent's own is logged
			drop_capabilities(needed_capabilities(config::library_base(library), config_.capabilities),
					  warning);
			dropped_ = true;
		}
	}

	ConfigRequest request_;
	const std::vector<std::string> &files_;
	const Config config_;
	Log log_;
	HostServices services_;
	MatchWriter writer_;
	std::unique_ptr<Matcher> matcher_;
	std::shared_ptr<const RuleSet> rules_;
	bool dropped_ = false;
};

} // namespace

int run_replay_worker(ConfigRequest request, const std::vector<std::string> &files, std::atomic<uint32_t> &next_file,
		      int output, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) {
		return 1; // it ended before it could be noticed
	}
	try {
		ReplayWorker worker(std::move(request), files, output);
		for (uint32_t file; (file = next_file.fetch_add(1)) < files.size();) {
			worker.replay(file);
		}
		return 0;
	} catch (const std::exception &) {
		return 1; // the parent finds the same mistake, or that this process has ended
	}
}

} // namespace falco::host
