// SPDX-License-Identifier: Apache-2.0
//
// Outputs and rules that change while falco runs.
#include "host/config/changes.hpp"
#include "host/pipeline/outputs.hpp"
#include "host/pipeline/outputs_state.hpp"

#include <algorithm>
#include <utility>

namespace falco::host {

namespace {

// In force or about to be; nullptr when there is none of that name.
template <typename Slots>
auto find_slot(Slots &slots, const std::string &name)
{
	const auto found =
		std::find_if(slots.begin(), slots.end(), [&](const auto &slot) { return slot.worker->name() == name; });
	return found == slots.end() ? nullptr : &*found;
}

} // namespace

bool Outputs::keeps(const InstanceConfig &config) const
{
	const auto *slot = find_slot(std::as_const(state_->slots), config.name);
	return slot && !slot->worker->is_disabled() && same_output(slot->worker->config(), config);
}

std::shared_ptr<Outputs::Change> Outputs::prepare(std::vector<Entry> entries,
						  const std::shared_ptr<const RuleSet> &rules,
						  const FormatOptions &format, std::chrono::milliseconds output_timeout)
{
	auto change = std::make_shared<Change>();
	for (Entry &entry : entries) {
		State::Slot slot;
		if (entry.output) {
			std::optional<State::Slot> made = state_->try_slot(std::move(entry));
			if (!made) continue;
			slot = std::move(*made);
			{
				const std::lock_guard<std::mutex> lock(state_->workers_mutex);
				state_->workers.push_back(slot.worker);
			}
			slot.worker->start();
		} else {
			slot.worker = find_slot(std::as_const(state_->slots), entry.config.name)->worker;
			slot.filter = std::move(entry.config.filter);
			if (entry.config.dedup) slot.dedup = std::make_shared<Dedup>(*entry.config.dedup);
		}
		slot.wanted = wanted_rules(slot.filter, *rules);
		state_->warn_of_idle_filter(slot.worker->name(), slot.filter, *rules);
		change->slots.push_back(std::move(slot));
	}
	change->rules = std::make_shared<RuleTexts>(rules);
	change->run = std::make_shared<Alert::Run>(format, state_->run->id);
	change->output_timeout = output_timeout;
	return change;
}

void Outputs::take(Change &change) noexcept
{
	const std::lock_guard<std::mutex> lock(state_->numbering);
	state_->end_all_windows(); // they belong to the rules that go
	state_->slots.swap(change.slots);
	state_->rules.swap(change.rules);
	state_->run.swap(change.run);
	state_->output_timeout = change.output_timeout;
	state_->told_bad_rule = false;
}

void Outputs::retire()
{
	auto &leaving = state_->leaving;
	const auto has_left = [&](std::future<bool> &came_back) {
		if (came_back.wait_for(Clock::duration::zero()) != std::future_status::ready) return false;
		state_->all_came_back &= came_back.get();
		return true;
	};
	leaving.erase(std::remove_if(leaving.begin(), leaving.end(), has_left), leaving.end());

	for (const auto &worker : state_->all_workers()) {
		const auto in_force = [&](const State::Slot &slot) { return slot.worker == worker; };
		if (worker->is_let_go() || std::any_of(state_->slots.begin(), state_->slots.end(), in_force)) continue;
		const auto takes_over = [&](const State::Slot &slot) {
			return worker->spool() && slot.worker->spool() == worker->spool();
		};
		worker->let_go(std::any_of(state_->slots.begin(), state_->slots.end(), takes_over));
		leaving.push_back(
			std::async(std::launch::async, [state = state_.get(),
							worker = std::shared_ptr<OutputWorker>(worker)]() mutable {
				const bool came_back = worker->finish(Clock::now(), state->output_timeout.load());
				{
					const std::lock_guard<std::mutex> lock(state->workers_mutex);
					state->ended.push_back(report_of(*worker));
					auto &all = state->workers;
					all.erase(std::remove(all.begin(), all.end(), worker), all.end());
				}
				worker.reset(); // now, not when somebody asks for the result
				return came_back;
			}));
	}
	state_->watch();
}

void Outputs::reopen()
{
	for (const auto &worker : state_->all_workers())
		worker->reopen();
}

} // namespace falco::host
