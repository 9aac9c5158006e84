// SPDX-License-Identifier: Apache-2.0
//
// Where an output's worker gets its alerts from: the queue in memory, or the spool, which the queue flows into.
#pragma once

#include "host/pipeline/hand.hpp"
#include "host/pipeline/output_queue.hpp"

namespace falco::host {

class Supply {
public:
	using Take = OutputQueue::Take;
	virtual ~Supply() = default;

	// [worker] Adds up to `most` alerts to `hand`, their views filled in. Nothing there: waits when `wait`, else
	// says `nothing`, as it does when woken; `closed` when nothing comes any more.
	virtual Take take(Hand &hand, size_t most, bool wait) = 0;
	// [worker] The same, waiting until then at the most.
	virtual Take take_before(Hand &hand, size_t most, Clock::time_point until) = 0;
	// [worker] All that were taken up to the parcel of this number, `count` of them, were delivered or lost.
	virtual void settle(uint64_t number, uint64_t count) = 0;
	// [any] Ends one `take` that waits.
	virtual void wake() = 0;
};

// From the queue.
class QueueSupply final : public Supply {
public:
	QueueSupply(OutputQueue &queue, Composer composer) : queue_(queue), composer_(std::move(composer)) {}
	Take take(Hand &hand, size_t most, bool wait) override;
	Take take_before(Hand &hand, size_t most, Clock::time_point until) override;
	void settle(uint64_t, uint64_t) override {}
	void wake() override { queue_.wake_taker(); }

private:
	Take compose(Take taken, Hand &hand);

	OutputQueue &queue_;
	Composer composer_;
	std::vector<AlertPtr> alerts_;
};

} // namespace falco::host
