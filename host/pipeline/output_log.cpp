// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/output_log.hpp"

namespace falco::host {

std::string duration_text(std::chrono::steady_clock::duration duration)
{
	using namespace std::chrono;
	const auto whole = duration_cast<milliseconds>(duration).count();
	return whole < 1000 ? std::to_string(whole) + " ms" : std::to_string(whole / 1000) + " s";
}

OutputLog::OutputLog(std::string output, LogFunction log) : output_(std::move(output)), log_(std::move(log)) {}

void OutputLog::dropped(uint64_t count, Time now, const std::string &reason)
{
	if (count == 0) return;
	std::lock_guard lock(mutex_);
	add(dropped_, count, reason, now);
}

void OutputLog::lost(uint64_t count, const std::string &reason, Time now)
{
	if (count == 0) return;
	std::lock_guard lock(mutex_);
	add(lost_, count, reason, now);
}

void OutputLog::retrying(const std::string &reason, Time now)
{
	std::lock_guard lock(mutex_);
	if (failing_) return;
	failing_ = true;
	// An output that fails and works in turn, many times a second, is told of as rarely as any other trouble.
	if (ever_told_failing_ && now - told_failing_at_ < kInterval) return;
	told_failing_ = ever_told_failing_ = true;
	told_failing_at_ = now;
	write(FALCO_LOG_WARN, ": " + reason + "; trying again");
}

void OutputLog::works()
{
	std::lock_guard lock(mutex_);
	if (failing_ && told_failing_) write(FALCO_LOG_INFO, " works again");
	failing_ = told_failing_ = false;
}

void OutputLog::takes_long(const char *function, Time::duration time)
{
	say(FALCO_LOG_WARN, std::string(" has been in ") + function + "() for " + duration_text(time));
}

void OutputLog::left_behind(const char *function)
{
	say(FALCO_LOG_ERROR, std::string(" does not come back from ") + function + "(): left behind");
}

void OutputLog::say(falco_level level, const std::string &text)
{
	std::lock_guard lock(mutex_);
	write(level, text);
}

void OutputLog::write_sums(Time now, bool all)
{
	std::lock_guard lock(mutex_);
	write_due(dropped_, now, all);
	write_due(lost_, now, all);
}

void OutputLog::add(Kind &kind, uint64_t count, const std::string &reason, Time now)
{
	kind.untold += count;
	kind.total += count;
	kind.reason = reason;
	write_due(kind, now, false);
}

void OutputLog::write_due(Kind &kind, Time now, bool all)
{
	if (kind.untold == 0 || (kind.told_once && !all && now - kind.told < kInterval)) return;
	const bool is_drop = &kind == &dropped_;
	std::string text = (is_drop ? " dropped " : " lost ") + std::to_string(kind.untold) +
			   (kind.untold == 1 ? " alert" : " alerts");
	if (kind.total != kind.untold) text += ", " + std::to_string(kind.total) + " so far";
	write(is_drop ? FALCO_LOG_WARN : FALCO_LOG_ERROR, text + ": " + kind.reason);
	kind.untold = 0;
	kind.told_once = true;
	kind.told = now;
}

void OutputLog::write(falco_level level, const std::string &text)
{
	if (log_) log_(level, "output '" + output_ + "'" + text);
}

} // namespace falco::host
