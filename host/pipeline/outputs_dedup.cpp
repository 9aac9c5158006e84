// SPDX-License-Identifier: Apache-2.0
//
// What outputs tell of alerts that their deduplication held back.
#include "host/pipeline/outputs_state.hpp"

#include <exception>

namespace falco::host {

std::vector<AlertPtr> Outputs::State::summaries(const std::vector<Dedup::Ended> &over)
{
	std::vector<AlertPtr> alerts;
	for (const Dedup::Ended &window : over)
		alerts.push_back(std::make_shared<Alert>(*window.first, window.repeats, run, ++sequence));
	return alerts;
}

void Outputs::State::end_windows(uint64_t time_ns)
{
	const std::lock_guard<std::mutex> lock(numbering);
	std::vector<Dedup::Ended> over;
	for (Slot &slot : slots) {
		if (!slot.dedup) continue;
		over.clear();
		slot.dedup->end_before(time_ns, over);
		for (const AlertPtr &alert : summaries(over))
			slot.worker->offer_or_drop(alert);
	}
}

void Outputs::State::end_all_windows()
{
	try {
		std::vector<Dedup::Ended> over;
		for (Slot &slot : slots) {
			if (!slot.dedup) continue;
			over.clear();
			slot.dedup->end_all(over);
			for (const AlertPtr &alert : summaries(over))
				slot.worker->offer_or_drop(alert);
		}
	} catch (const std::exception &e) {
		log(FALCO_LOG_ERROR, "counts of deduplicated alerts are lost: " + std::string(e.what()));
	}
}

void Outputs::end_windows(bool wait)
{
	std::vector<std::pair<std::shared_ptr<OutputWorker>, AlertPtr>> all;
	{
		const std::lock_guard<std::mutex> lock(state_->numbering);
		std::vector<Dedup::Ended> over;
		for (State::Slot &slot : state_->slots) {
			if (!slot.dedup) continue;
			over.clear();
			slot.dedup->end_all(over);
			for (AlertPtr &alert : state_->summaries(over))
				all.emplace_back(slot.worker, std::move(alert));
		}
	}
	const std::atomic<bool> stop{!wait};
	for (const auto &[worker, alert] : all) {
		if (!worker->offer(alert)) worker->offer_and_wait(alert, stop);
	}
}

} // namespace falco::host
