// SPDX-License-Identifier: Apache-2.0
#include "host/app/watched_calls.hpp"

#include "host/pipeline/watchdog.hpp"
#include "host/plugins/crash.hpp"

#include <future>
#include <thread>
#include <utility>

namespace falco::host {

namespace {

using Clock = std::chrono::steady_clock;

} // namespace

WatchedCalls::WatchedCalls(std::chrono::milliseconds limit, LogFunction log, std::function<bool()> ends)
    : limit_(limit), log_(std::move(log)), ends_(std::move(ends))
{
}

std::unique_ptr<Output> WatchedCalls::create(const std::string &name, Make make) const
{
	auto made = run(name, "create", std::move(make), ends_);
	if (!made) throw LeftBehind("output '" + name + "' does not come back from create()");
	return std::move(*made);
}

bool WatchedCalls::destroy(std::unique_ptr<Output> output) const
{
	const std::shared_ptr<Output> going = std::move(output);
	const auto call = [going] {
		going->destroy();
		return nullptr;
	};
	return run(going->name(), "destroy", call, [] { return true; }).has_value();
}

std::optional<std::unique_ptr<Output>> WatchedCalls::run(const std::string &name, const char *function, Make call,
							 const std::function<bool()> &ends) const
{
	std::packaged_task<std::unique_ptr<Output>()> task(std::move(call));
	std::future<std::unique_ptr<Output>> result = task.get_future();
	std::thread thread([task = std::move(task)]() mutable {
		const CrashStack crash_stack;
		task();
	});
	OutputLog log(name, log_);
	const Clock::time_point began = Clock::now();
	bool is_told = false;
	std::optional<Clock::time_point> end_began;
	while (result.wait_for(watch_interval(limit_)) != std::future_status::ready) {
		const Clock::time_point now = Clock::now();
		if (!is_told && now - began >= limit_) {
			is_told = true;
			log.takes_long(function, now - began);
		}
		if (!end_began && ends()) end_began = now;
		if (!end_began || now - *end_began < limit_) continue;
		log.left_behind(function);
		thread.detach();
		return std::nullopt;
	}
	thread.join();
	return result.get();
}

} // namespace falco::host
