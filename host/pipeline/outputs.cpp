// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/outputs.hpp"

#include "host/pipeline/alert_filter.hpp"
#include "host/pipeline/outputs_state.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <random>

namespace falco::host {

namespace {

// Tells the alerts of this run from those of all others, on any machine.
std::string random_id()
{
	std::random_device random;
	char id[17];
	std::snprintf(id, sizeof id, "%08x%08x", random(), random());
	return id;
}

} // namespace

Outputs::Outputs(std::vector<Entry> entries, Settings settings)
    : state_(std::make_unique<State>(std::move(settings), random_id()))
{
	const Settings &all = state_->settings;
	for (Entry &entry : entries) {
		OutputWorker::Setup setup;
		setup.on_full = entry.config.queue.on_full.value_or(all.live ? OnFull::drop_new : OnFull::block);
		setup.log = all.log;
		setup.fatal = all.fatal;
		setup.config = std::move(entry.config);
		State::Slot slot;
		slot.filter = setup.config.filter;
		slot.worker = std::make_shared<OutputWorker>(std::move(entry.output), std::move(setup));
		state_->slots.push_back(std::move(slot));
	}
}

Outputs::~Outputs()
{
	drain(Drain::hurry);
}

void Outputs::start()
{
	using std::chrono::milliseconds;
	const milliseconds timeout = state_->settings.output_timeout;
	for (State::Slot &slot : state_->slots)
		slot.worker->start();
	state_->watchdog.emplace(std::clamp(timeout / 4, milliseconds(5), milliseconds(1000)), [this, timeout] {
		for (State::Slot &slot : state_->slots)
			slot.worker->watch(Clock::now(), timeout);
	});
}

void Outputs::use_rules(const std::shared_ptr<const RuleSet> &rules)
{
	for (State::Slot &slot : state_->slots) {
		slot.wanted.clear();
		for (const Rule &rule : *rules)
			slot.wanted.push_back(wants(slot.filter, rule));
	}
	state_->rules = std::make_shared<RuleTexts>(*rules);
}

AlertPtr Outputs::State::offer_all(const falco_match &match)
{
	const std::lock_guard<std::mutex> lock(numbering);
	bool wait = false;
	++sequence;
	AlertPtr alert;
	for (Slot &slot : slots) {
		slot.must_wait = false;
		if (!slot.wanted[match.rule]) {
			slot.worker->count_filtered();
			continue;
		}
		if (!alert) alert = std::make_shared<Alert>(match, rules, run, sequence);
		slot.must_wait = !slot.worker->offer(alert);
		wait |= slot.must_wait;
	}
	return wait ? alert : nullptr;
}

void Outputs::deliver(const falco_match &match, const std::atomic<bool> &stop)
{
	if (!state_->rules || match.rule >= state_->rules->size()) {
		if (!state_->told_bad_rule) {
			state_->log(FALCO_LOG_ERROR, "the matcher reported rule number " + std::to_string(match.rule) +
							     ", which it has not loaded; such matches are ignored");
		}
		state_->told_bad_rule = true;
		return;
	}
	// The caller is a plugin, through a C interface: nothing may be thrown.
	try {
		// All outputs get the alert before one of them is waited for.
		if (const AlertPtr alert = state_->offer_all(match)) {
			for (State::Slot &slot : state_->slots) {
				if (slot.must_wait) slot.worker->offer_and_wait(alert, stop);
			}
		}
	} catch (const std::exception &e) {
		for (State::Slot &slot : state_->slots) {
			if (slot.wanted[match.rule]) slot.worker->count_lost(e.what());
		}
	}
}

bool Outputs::drain(Drain how)
{
	if (state_->drained) return state_->all_came_back;
	state_->drained = true;
	const Clock::time_point began = Clock::now();
	for (State::Slot &slot : state_->slots)
		slot.worker->close();
	if (how == Drain::hurry) hurry();
	for (State::Slot &slot : state_->slots) {
		state_->all_came_back &= slot.worker->finish(began, state_->settings.output_timeout);
	}
	state_->watchdog.reset();
	return state_->all_came_back;
}

void Outputs::hurry()
{
	const Clock::time_point when = Clock::now() + state_->settings.output_timeout;
	for (State::Slot &slot : state_->slots)
		slot.worker->give_up_at(when);
}

std::vector<Outputs::Report> Outputs::report() const
{
	std::vector<Report> reports;
	for (const State::Slot &slot : state_->slots) {
		const OutputCounters &c = slot.worker->counters();
		reports.push_back(
			{slot.worker->name(), c.accepted, c.delivered, c.retried, c.filtered, c.dropped, c.lost});
	}
	return reports;
}

} // namespace falco::host
