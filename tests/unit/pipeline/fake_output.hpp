// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/pipeline/pipeline.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace falco::host::test {

// Waits until `holds`, which `changed` tells of. The test fails when that is not so for a long time.
template <typename Holds>
void wait_until(std::condition_variable &changed, std::unique_lock<std::mutex> &lock, Holds holds)
{
	EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds(60), holds)) << "what the test waits for does not come";
}

// An output plugin in the test's own process: remembers what it took, answers as told, and can be held inside of a
// call. The test waits for it instead of sleeping, and fails when two calls overlap. Must outlive its instances.
class FakeOutput {
public:
	// What to leave out of or put into its table.
	struct Shape {
		bool flush = false;
		bool batch = false;
		bool bare = false;
	};
	FakeOutput() : FakeOutput(Shape{}) {}
	explicit FakeOutput(Shape shape);
	FakeOutput(const FakeOutput &) = delete;
	FakeOutput &operator=(const FakeOutput &) = delete;

	Plugin plugin() { return {"fake", &table_}; }
	// Its configuration: how `create` finds the way back to this object.
	nlohmann::json config() { return {{"fake", reinterpret_cast<uintptr_t>(this)}}; }

	// The next calls of write and write_batch, or of flush, return these, with `message`; FALCO_OK when there is
	// none.
	void answer(std::deque<falco_status> statuses);
	void answer_always(falco_status status);
	void answer_flush(std::deque<falco_status> statuses);
	// write_batch takes no more than this at once.
	void take_at_most(size_t count);
	// Calls wait inside of the plugin until `open`.
	void hold();
	void open();

	// Wait until so many alerts were taken, calls begun, or until a call is held.
	void wait_for_lines(size_t count);
	void wait_for_calls(size_t count);
	void wait_for_flushes(size_t count);
	void wait_until_held();
	void wait_until_destroyed();

	std::vector<std::string> lines() const;
	std::vector<uint64_t> sequences() const; // of the lines
	std::vector<size_t> batches() const;     // how many alerts each call was given
	size_t flushes() const;

	static constexpr const char *kMessage = "no room";

private:
	falco_status next(std::deque<falco_status> &answers, falco_error *err);
	falco_status take(const falco_alert *const *alerts, size_t count, size_t &taken, falco_error *err);
	falco_status flush_now(falco_error *err);
	falco_status reopen_now(falco_error *err); // shows among the lines as "(reopen)"

	std::atomic<bool> in_call_{false};
	uint64_t asked_ = 0; // for its metrics; the worker's
	falco_output_ops ops_;
	falco_plugin table_;
	mutable std::mutex mutex_; // for all below
	mutable std::condition_variable changed_;
	std::deque<falco_status> answers_, flush_answers_;
	falco_status always_ = FALCO_OK;
	size_t at_most_ = SIZE_MAX;
	bool hold_ = false;
	bool held_ = false;
	bool destroyed_ = false;
	std::vector<std::string> lines_;
	std::vector<uint64_t> sequences_;
	std::vector<size_t> batches_;
	size_t flushes_ = 0;
};

} // namespace falco::host::test
