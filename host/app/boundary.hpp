// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <mutex>

namespace falco::host {

// Where another thread has something done on the capture thread, between two events: nothing that happens to the
// events then happens beside it.
class Boundary {
public:
	// [not capture] Waits until `work` was done there; what it throws comes out here. False: the capture thread
	// will not come by any more. One caller at a time. `asked` is called [not capture] when it waits: `work` is
	// done before any event that comes after that.
	bool run(std::function<void()> work, const std::function<void()> &asked = {});

	// [capture] Does what is asked for. Costs one look at a flag when nothing is.
	void pass()
	{
		if (asked_.load(std::memory_order_acquire)) work();
	}
	// [capture] It does not come by any more.
	void close();

private:
	void work();

	std::atomic<bool> asked_{false};
	std::mutex mutex_;                     // for all below
	std::packaged_task<void()> asked_for_; // while asked_
	bool closed_ = false;
};

} // namespace falco::host
