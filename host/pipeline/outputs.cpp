// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/outputs.hpp"

#include "host/error.hpp"
#include "host/pipeline/alert_filter.hpp"
#include "host/pipeline/outputs_state.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <random>

namespace falco::host {

namespace {

// Nobody waits for the alerts of a replay one by one.
constexpr std::chrono::milliseconds kReplayNap{2};

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
	same->deduplicated += more.deduplicated;
	same->dropped_spool += more.dropped_spool;
	same->dropped_old += more.dropped_old;
	same->dropped_crash += more.dropped_crash;
	same->waiting = std::max(same->waiting, more.waiting); // they may share a spool
	same->oldest = std::max(same->oldest, more.oldest);
}

} // namespace

Outputs::Report report_of(OutputWorker &worker)
{
	const OutputCounters &c = worker.counters();
	Outputs::Report report{worker.name(), c.accepted, c.delivered, c.retried, c.filtered, c.dropped, c.lost};
	report.deduplicated = c.deduplicated;
	report.dropped_spool = c.dropped_spool;
	report.dropped_old = c.dropped_old;
	report.dropped_crash = c.dropped_crash;
	report.waiting = worker.waiting();
	report.oldest = std::chrono::duration_cast<std::chrono::milliseconds>(worker.oldest_age(Clock::now()));
	return report;
}

Outputs::Outputs(std::vector<Entry> entries, Settings settings)
    : state_(std::make_unique<State>(std::move(settings), random_id()))
{
	for (Entry &entry : entries) {
		std::optional<State::Slot> slot = state_->try_slot(std::move(entry));
		if (!slot) continue;
		state_->workers.push_back(slot->worker);
		state_->slots.push_back(std::move(*slot));
	}
}

Outputs::State::Slot Outputs::State::make_slot(Entry &&entry)
{
	OutputWorker::Setup setup;
	setup.nap = settings.live ? std::chrono::milliseconds(0) : kReplayNap;
	setup.on_full = entry.config.queue.on_full.value_or(settings.live ? OnFull::drop_new : OnFull::block);
	setup.log = settings.log;
	setup.fatal = settings.fatal;
	setup.metrics = settings.metrics;
	setup.config = std::move(entry.config);
	if (setup.config.spool) setup.spool = find_spool(setup.config);
	Slot slot;
	slot.filter = setup.config.filter;
	if (setup.config.dedup) slot.dedup = std::make_shared<Dedup>(*setup.config.dedup);
	slot.worker = std::make_shared<OutputWorker>(std::move(entry.output), std::move(setup));
	return slot;
}

std::optional<Outputs::State::Slot> Outputs::State::try_slot(Entry &&entry)
{
	const std::string name = entry.config.name;
	const bool required = entry.config.required;
	try {
		return make_slot(std::move(entry));
	} catch (const Error &e) {
		if (required) throw Error("output '" + name + "': " + e.what());
		log(FALCO_LOG_WARN, "output '" + name + "' is left out, since it is not required: " + e.what());
		return std::nullopt;
	}
}

// A worker that is about to go lets it go when it has ended.
std::shared_ptr<Spool> Outputs::State::find_spool(const InstanceConfig &config)
{
	const std::string path = Spool::path_for(*config.spool, config.name);
	for (const auto &worker : all_workers()) {
		if (worker->spool() && worker->spool()->path() == path) return worker->spool();
	}
	const std::string output = "output '" + config.name + "': ";
	return std::make_shared<Spool>(*config.spool, config.name,
				       [log = settings.log, output](falco_level level, const std::string &text) {
					       if (log) log(level, output + text);
				       });
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
	const std::chrono::milliseconds interval = host::watch_interval(output_timeout.load());
	if (interval == watch_interval) return;
	watch_interval = interval;
	watchdog.emplace(interval, [this] {
		using namespace std::chrono;
		// In a replay the time is that of events.
		if (settings.live)
			end_windows(static_cast<uint64_t>(nanoseconds(system_clock::now().time_since_epoch()).count()));
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

void Outputs::State::warn_of_idle_filter(const std::string &output, const FilterConfig &filter,
					 const RuleSet &rules_now) const
{
	for (const std::string &part : idle_parts(filter, rules_now))
		log(FALCO_LOG_WARN, "output '" + output + "': " + part);
}

void Outputs::use_rules(const std::shared_ptr<const RuleSet> &rules)
{
	for (State::Slot &slot : state_->slots) {
		slot.wanted = wanted_rules(slot.filter, *rules);
		state_->warn_of_idle_filter(slot.worker->name(), slot.filter, *rules);
	}
	state_->rules = std::make_shared<RuleTexts>(rules);
}

bool Outputs::State::offer_all(const falco_match &match)
{
	const std::lock_guard<std::mutex> lock(numbering);
	std::vector<Dedup::Ended> over;
	for (Slot &slot : slots) {
		slot.waiting.clear();
		if (!slot.dedup) continue;
		over.clear();
		slot.dedup->end_before(match.time_ns, over);
		for (const AlertPtr &alert : summaries(over))
			slot.offer(alert);
	}
	bool wait = false;
	const uint64_t number = ++sequence;
	AlertPtr alert;
	for (Slot &slot : slots) {
		if (!slot.wanted[match.rule]) {
			slot.worker->count_filtered();
		} else {
			if (!alert) alert = std::make_shared<Alert>(match, rules, run, number);
			if (!slot.dedup || slot.dedup->passes(alert)) {
				slot.offer(alert);
			} else {
				slot.worker->count_deduplicated();
			}
		}
		if (slot.dedup) {
			over.clear();
			slot.dedup->take_evicted(over);
			for (const AlertPtr &summary : summaries(over))
				slot.offer(summary);
		}
		wait |= !slot.waiting.empty();
	}
	return wait;
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
		if (!state_->offer_all(match)) return;
		for (State::Slot &slot : state_->slots) {
			for (const AlertPtr &alert : slot.waiting)
				slot.worker->offer_and_wait(alert, stop);
			slot.waiting.clear();
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
	end_windows(how == Drain::finish);
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

void Outputs::metrics(const falco_metric_sink &sink) const
{
	for (const Report &output : report()) {
		const std::string name = state_->metric_names.of(output.name) + '.';
		const auto counter = [&](const char *what, uint64_t value) {
			sink.counter(sink.ctx, (name + what).c_str(), value);
		};
		counter("accepted", output.accepted);
		counter("delivered", output.delivered);
		counter("retried", output.retried);
		counter("filtered", output.filtered);
		counter("deduplicated", output.deduplicated);
		counter("dropped", output.dropped);
		counter("dropped_spool", output.dropped_spool);
		counter("dropped_old", output.dropped_old);
		counter("dropped_crash", output.dropped_crash);
		counter("lost", output.lost);
		sink.gauge(sink.ctx, (name + "waiting").c_str(), output.waiting);
		sink.gauge(sink.ctx, (name + "oldest_ms").c_str(), static_cast<uint64_t>(output.oldest.count()));
	}
	for (const auto &worker : state_->all_workers()) {
		const std::string name = state_->metric_names.of(worker->name()) + '.';
		for (const Metric &metric : worker->metrics()) {
			const auto add = metric.is_counter ? sink.counter : sink.gauge;
			add(sink.ctx, (name + metric.name).c_str(), metric.value);
		}
	}
}

} // namespace falco::host
