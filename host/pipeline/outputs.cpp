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

// What several outputs of one name did, one after the other, is told together.
void add_report(std::vector<Outputs::Report> &reports, const Outputs::Report &more)
{
	const auto same = std::find_if(reports.begin(), reports.end(),
				       [&](const Outputs::Report &known) { return known.name == more.name; });
	if (same == reports.end()) {
		reports.push_back(more);
		return;
	}
	same->accepted += more.accepted;
	same->delivered += more.delivered;
	same->retried += more.retried;
	same->filtered += more.filtered;
	same->dropped += more.dropped;
	same->lost += more.lost;
}

} // namespace

Outputs::Report report_of(const OutputWorker &worker)
{
	const OutputCounters &c = worker.counters();
	return {worker.name(), c.accepted, c.delivered, c.retried, c.filtered, c.dropped, c.lost};
}

Outputs::Outputs(std::vector<Entry> entries, Settings settings)
    : state_(std::make_unique<State>(std::move(settings), random_id()))
{
	for (Entry &entry : entries) {
		state_->slots.push_back(state_->make_slot(std::move(entry)));
		state_->workers.push_back(state_->slots.back().worker);
	}
}

Outputs::State::Slot Outputs::State::make_slot(Entry &&entry)
{
	OutputWorker::Setup setup;
	setup.on_full = entry.config.queue.on_full.value_or(settings.live ? OnFull::drop_new : OnFull::block);
	setup.log = settings.log;
	setup.fatal = settings.fatal;
	setup.config = std::move(entry.config);
	Slot slot;
	slot.filter = setup.config.filter;
	slot.worker = std::make_shared<OutputWorker>(std::move(entry.output), std::move(setup));
	return slot;
}

Outputs::~Outputs()
{
	drain(Drain::hurry);
}

void Outputs::start()
{
	for (State::Slot &slot : state_->slots)
		slot.worker->start();
	state_->watch();
}

void Outputs::State::watch()
{
	using std::chrono::milliseconds;
	const milliseconds interval = std::clamp(output_timeout.load() / 4, milliseconds(5), milliseconds(1000));
	if (interval == watch_interval) return;
	watch_interval = interval;
	watchdog.emplace(interval, [this] {
		for (const auto &worker : all_workers())
			worker->watch(Clock::now(), output_timeout.load());
	});
}

std::vector<bool> wanted_rules(const FilterConfig &filter, const RuleSet &rules)
{
	std::vector<bool> wanted;
	for (const Rule &rule : rules)
		wanted.push_back(wants(filter, rule));
	return wanted;
}

void Outputs::use_rules(const std::shared_ptr<const RuleSet> &rules)
{
	for (State::Slot &slot : state_->slots)
		slot.wanted = wanted_rules(slot.filter, *rules);
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
		state_->all_came_back &= slot.worker->finish(began, state_->output_timeout.load());
	}
	for (std::future<bool> &came_back : state_->leaving)
		state_->all_came_back &= came_back.get();
	state_->leaving.clear();
	state_->watchdog.reset();
	return state_->all_came_back;
}

void Outputs::hurry()
{
	const Clock::time_point when = Clock::now() + state_->output_timeout.load();
	for (const auto &worker : state_->all_workers())
		worker->give_up_at(when);
}

std::vector<Outputs::Report> Outputs::report() const
{
	std::vector<Report> reports;
	const std::lock_guard<std::mutex> lock(state_->workers_mutex);
	for (const auto &worker : state_->workers)
		add_report(reports, report_of(*worker));
	for (const Report &ended : state_->ended)
		add_report(reports, ended);
	return reports;
}

} // namespace falco::host
