// SPDX-License-Identifier: Apache-2.0
//
// The only place that uses spdlog. Its registry of loggers is global, so it is left alone: logger, thread pool and
// sinks are made directly and owned by the Log.
#include "host/log/log.hpp"

#include "host/pipeline/escape.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstdio>

namespace falco::host {

namespace {

constexpr size_t kQueue = 1024; // lines; spdlog allocates them all at once
constexpr std::chrono::seconds kFlushPatience{2};

spdlog::level::level_enum to_spdlog(falco_level level)
{
	static_assert(FALCO_LOG_TRACE == int{spdlog::level::trace} &&
		      FALCO_LOG_CRITICAL == int{spdlog::level::critical});
	return static_cast<spdlog::level::level_enum>(
		std::clamp<falco_level>(level, FALCO_LOG_TRACE, FALCO_LOG_CRITICAL));
}

// "Tue Jun  7 10:20:05 2016": local time with English names, whatever the locale; spdlog has no day padded with a
// space.
class CtimeFlag final : public spdlog::custom_flag_formatter {
public:
	// spdlog 1.10 fills in the tm only for flags of its own.
	void format(const spdlog::details::log_msg &message, const std::tm &, spdlog::memory_buf_t &dest) override
	{
		const std::time_t seconds = spdlog::log_clock::to_time_t(message.time);
		std::tm time = {};
		localtime_r(&seconds, &time);
		static constexpr const char *days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
		static constexpr const char *months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
							 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
		char text[64];
		const int size = std::snprintf(text, sizeof text, "%s %s %2d %02d:%02d:%02d %d", days[time.tm_wday],
					       months[time.tm_mon], time.tm_mday, time.tm_hour, time.tm_min,
					       time.tm_sec, time.tm_year + 1900);
		dest.append(text, text + size);
	}
	std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<CtimeFlag>(); }
};

// Prints nothing; tells when a flush has come through the queue. Reached by the log's thread, waited for by others.
class FlushSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
	uint64_t flushes()
	{
		std::lock_guard lock(mutex_);
		return flushes_;
	}
	void wait_for_next(uint64_t after, std::chrono::seconds patience)
	{
		std::unique_lock lock(mutex_);
		flushed_.wait_for(lock, patience, [&] { return flushes_ > after; });
	}

protected:
	void sink_it_(const spdlog::details::log_msg &) override {}
	void flush_() override
	{
		++flushes_;
		flushed_.notify_all();
	}

private:
	std::condition_variable flushed_;
	uint64_t flushes_ = 0; // under base_sink's mutex_
};

// Signals are for the thread that waits for them.
void block_signals()
{
	sigset_t all;
	sigfillset(&all);
	sigdelset(&all, SIGRTMAX); // by which every thread is told to drop its capabilities
	pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

std::shared_ptr<spdlog::sinks::sink> stderr_sink()
{
	auto formatter = std::make_unique<spdlog::pattern_formatter>();
	formatter->add_flag<CtimeFlag>('*').set_pattern("%*: %v");
	auto sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
	sink->set_formatter(std::move(formatter));
	return sink;
}

} // namespace

struct Log::Backend {
	Backend(bool to_stderr, bool to_syslog, falco_level threshold)
	{
		std::vector<spdlog::sink_ptr> sinks;
		if (to_stderr) sinks.push_back(stderr_sink());
		// syslog(3) keeps the pointer to the ident: it is the sink's, which closes the log before it goes.
		if (to_syslog)
			sinks.push_back(std::make_shared<spdlog::sinks::syslog_sink_st>("falco", 0, LOG_USER, false));
		if (sinks.empty()) return;
		sinks.push_back(flush_sink);
		pool = std::make_shared<spdlog::details::thread_pool>(kQueue, 1, block_signals);
		logger = std::make_shared<spdlog::async_logger>("falco", sinks.begin(), sinks.end(), pool,
								spdlog::async_overflow_policy::overrun_oldest);
		logger->set_level(to_spdlog(threshold));
		// A log that cannot be written has nowhere to say so.
		logger->set_error_handler([](const std::string &) {});
	}

	void write(std::chrono::system_clock::time_point time, falco_level level, std::string_view text)
	{
		if (!logger) return;
		const spdlog::string_view_t view(text.data(), text.size());
		logger->log(time, spdlog::source_loc{}, to_spdlog(level), view);
	}

	void tell_overruns()
	{
		const size_t overruns = pool ? pool->overrun_counter() : 0;
		if (overruns == told_overruns) return;
		write(std::chrono::system_clock::now(), FALCO_LOG_WARN,
		      std::to_string(overruns - told_overruns) + " lines of this log are lost: they came too fast");
		told_overruns = overruns;
	}

	std::shared_ptr<FlushSink> flush_sink = std::make_shared<FlushSink>();
	std::shared_ptr<spdlog::async_logger> logger;
	// Destroyed first: writes what waits and joins its thread while logger and sinks are still there.
	std::shared_ptr<spdlog::details::thread_pool> pool;
	size_t told_overruns = 0; // under Log's mutex_
};

Log::Log(bool to_stderr, bool to_syslog, falco_level threshold)
    : backend_(std::make_unique<Backend>(to_stderr, to_syslog, threshold))
{
}

Log::~Log()
{
	std::lock_guard lock(mutex_);
	backend_->tell_overruns();
	backend_.reset();
}

void Log::write(falco_level level, std::string_view text)
{
	const auto now = std::chrono::system_clock::now();
	const std::string line = escaped(text);
	std::lock_guard lock(mutex_);
	backend_->write(now, level, line);
}

void Log::flush()
{
	std::lock_guard one_at_a_time(flushing_);
	std::shared_ptr<FlushSink> sink;
	uint64_t before = 0;
	{
		std::lock_guard lock(mutex_);
		if (!backend_->logger) return;
		backend_->tell_overruns();
		sink = backend_->flush_sink;
		before = sink->flushes();
		backend_->logger->flush();
	}
	sink->wait_for_next(before, kFlushPatience);
}

} // namespace falco::host
