// SPDX-License-Identifier: Apache-2.0
#include "host/app/boundary.hpp"

#include <utility>

namespace falco::host {

bool Boundary::run(std::function<void()> work, const std::function<void()> &asked)
{
	std::packaged_task<void()> task(std::move(work));
	std::future<void> done = task.get_future();
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		if (closed_) {
			return false;
		}
		asked_for_ = std::move(task);
		asked_.store(true, std::memory_order_release);
	}
	if (asked) asked();
	try {
		done.get();
		return true;
	} catch (const std::future_error &) {
		return false; // `close` threw it away
	}
}

void Boundary::work()
{
	std::packaged_task<void()> task;
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		task = std::move(asked_for_);
		asked_ = false;
	}
	task();
}

void Boundary::close()
{
	std::packaged_task<void()> unwanted; // gone after the lock
	const std::lock_guard<std::mutex> lock(mutex_);
	closed_ = true;
	asked_ = false;
	std::swap(unwanted, asked_for_);
}

} // namespace falco::host
