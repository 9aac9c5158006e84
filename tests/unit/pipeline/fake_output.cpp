// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/pipeline/fake_output.hpp"

#include <algorithm>
#include <cstdio>

namespace falco::host::test {

namespace {

FakeOutput &fake(falco_output *self)
{
	return *reinterpret_cast<FakeOutput *>(self);
}

// Around each call: no other may begin before it returns.
class Alone {
public:
	explicit Alone(std::atomic<bool> &flag) : flag_(flag)
	{
		if (flag_.exchange(true)) ADD_FAILURE() << "a call began while another one of the same output ran";
	}
	~Alone() { flag_ = false; }
	Alone(const Alone &) = delete;
	Alone &operator=(const Alone &) = delete;

private:
	std::atomic<bool> &flag_;
};

falco_output *create(const falco_host *, const char *config, falco_error *)
{
	return reinterpret_cast<falco_output *>(nlohmann::json::parse(config).at("fake").get<uintptr_t>());
}

} // namespace

FakeOutput::FakeOutput(Shape shape) : ops_{}, table_{}
{
	ops_.struct_size = sizeof ops_;
	ops_.flags = shape.bare ? FALCO_OUTPUT_BARE : 0;
	ops_.create = create;
	ops_.write = [](falco_output *self, const falco_alert *alert, falco_error *err) -> falco_status {
		size_t taken = 0;
		return fake(self).take(&alert, 1, taken, err);
	};
	ops_.destroy = [](falco_output *self) {
		std::lock_guard lock(fake(self).mutex_);
		fake(self).destroyed_ = true;
		fake(self).changed_.notify_all();
	};
	if (shape.batch) {
		ops_.write_batch = [](falco_output *self, const falco_alert *const *alerts, size_t count, size_t *taken,
				      falco_error *err) -> falco_status {
			return fake(self).take(alerts, count, *taken, err);
		};
	}
	if (shape.flush) {
		ops_.flush = [](falco_output *self, falco_error *err) -> falco_status {
			return fake(self).flush_now(err);
		};
	}
	ops_.reopen = [](falco_output *self, falco_error *err) -> falco_status { return fake(self).reopen_now(err); };
	ops_.metrics = [](falco_output *self, const falco_metric_sink *sink) {
		const Alone alone(fake(self).in_call_);
		sink->counter(sink->ctx, "asked", ++fake(self).asked_);
	};
	table_ = {FALCO_ABI_MAGIC,
		  sizeof table_,
		  FALCO_ABI_MAJOR,
		  FALCO_ABI_MINOR,
		  FALCO_KIND_OUTPUT,
		  0,
		  "fake",
		  "1.0.0",
		  "an output for tests",
		  nullptr,
		  nullptr,
		  nullptr,
		  nullptr,
		  &ops_,
		  nullptr,
		  nullptr};
}

void FakeOutput::answer(std::deque<falco_status> statuses)
{
	std::lock_guard lock(mutex_);
	answers_ = std::move(statuses);
}

void FakeOutput::answer_always(falco_status status)
{
	std::lock_guard lock(mutex_);
	always_ = status;
}

void FakeOutput::answer_flush(std::deque<falco_status> statuses)
{
	std::lock_guard lock(mutex_);
	flush_answers_ = std::move(statuses);
}

void FakeOutput::take_at_most(size_t count)
{
	std::lock_guard lock(mutex_);
	at_most_ = count;
}

void FakeOutput::hold()
{
	std::lock_guard lock(mutex_);
	hold_ = true;
}

void FakeOutput::open()
{
	std::lock_guard lock(mutex_);
	hold_ = false;
	changed_.notify_all();
}

void FakeOutput::wait_for_lines(size_t count)
{
	std::unique_lock lock(mutex_);
	wait_until(changed_, lock, [&] { return lines_.size() >= count; });
}

void FakeOutput::wait_for_calls(size_t count)
{
	std::unique_lock lock(mutex_);
	wait_until(changed_, lock, [&] { return batches_.size() >= count; });
}

void FakeOutput::wait_for_flushes(size_t count)
{
	std::unique_lock lock(mutex_);
	wait_until(changed_, lock, [&] { return flushes_ >= count; });
}

void FakeOutput::wait_until_held()
{
	std::unique_lock lock(mutex_);
	wait_until(changed_, lock, [&] { return held_; });
}

std::vector<std::string> FakeOutput::lines() const
{
	std::lock_guard lock(mutex_);
	return lines_;
}

std::vector<uint64_t> FakeOutput::sequences() const
{
	std::lock_guard lock(mutex_);
	return sequences_;
}

std::vector<size_t> FakeOutput::batches() const
{
	std::lock_guard lock(mutex_);
	return batches_;
}

size_t FakeOutput::flushes() const
{
	std::lock_guard lock(mutex_);
	return flushes_;
}

void FakeOutput::wait_until_destroyed()
{
	std::unique_lock lock(mutex_);
	wait_until(changed_, lock, [&] { return destroyed_; });
}

falco_status FakeOutput::next(std::deque<falco_status> &answers, falco_error *err)
{
	falco_status status = always_;
	if (!answers.empty()) {
		status = answers.front();
		answers.pop_front();
	}
	if (status < 0) {
		err->status = status;
		std::snprintf(err->message, sizeof err->message, "%s", kMessage);
	}
	return status;
}

falco_status FakeOutput::take(const falco_alert *const *alerts, size_t count, size_t &taken, falco_error *err)
{
	const Alone alone(in_call_);
	std::unique_lock lock(mutex_);
	batches_.push_back(count);
	held_ = hold_;
	changed_.notify_all();
	changed_.wait(lock, [&] { return !hold_; });
	held_ = false;
	const falco_status status = next(answers_, err);
	// A batch of which some were taken may end in an error, too.
	taken = status == FALCO_OK || at_most_ < count ? std::min(count, at_most_) : 0;
	for (size_t i = 0; i < taken; ++i) {
		lines_.emplace_back(alerts[i]->line.data, alerts[i]->line.size);
		sequences_.push_back(alerts[i]->sequence);
	}
	changed_.notify_all();
	return status;
}

falco_status FakeOutput::reopen_now(falco_error *err)
{
	const Alone alone(in_call_);
	std::unique_lock lock(mutex_);
	lines_.emplace_back("(reopen)");
	changed_.notify_all();
	return next(answers_, err);
}

falco_status FakeOutput::flush_now(falco_error *err)
{
	const Alone alone(in_call_);
	std::unique_lock lock(mutex_);
	++flushes_;
	changed_.notify_all();
	return next(flush_answers_, err);
}

} // namespace falco::host::test
