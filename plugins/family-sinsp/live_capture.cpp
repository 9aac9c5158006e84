// SPDX-License-Identifier: Apache-2.0
#include "live_capture.hpp"

#include "buffer_size.hpp"

#include <ctime>
#include <set>
#include <unistd.h>

namespace falco::sinsp_family {

namespace {

constexpr uint64_t kSecond = 1000000000; // ns

// How long events that nobody wants may keep `next` from coming back.
constexpr uint64_t kLongestLook = kSecond / 2;

// How many events pass between two looks at the clock.
constexpr unsigned kEventsPerLook = 64;

// After so many unreadable events with no other between them there is no hope for the next one.
constexpr unsigned kMostUnreadable = 1000;
constexpr uint64_t kUnreadablePause = 10 * kSecond; // between two complaints of them

uint64_t monotonic_ns()
{
	timespec now = {};
	clock_gettime(CLOCK_MONOTONIC, &now);
	return static_cast<uint64_t>(now.tv_sec) * kSecond + static_cast<uint64_t>(now.tv_nsec);
}

long online_cpus()
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

CapturedCalls captured_calls(const Interests &interests)
{
	CapturedCalls calls;
	for (const auto call : libsinsp::events::all_sc_set()) {
		if (interests.system_calls[call]) {
			calls.insert(call);
		}
	}
	return calls;
}

// In the order of the alphabet, with commas between.
std::string names(const CapturedCalls &calls)
{
	const auto unsorted = libsinsp::events::sc_set_to_sc_names(calls);
	std::string text;
	for (const auto &name : std::set<std::string>(unsorted.begin(), unsorted.end())) {
		text += (text.empty() ? "" : ",") + name;
	}
	return text;
}

} // namespace

LiveCapture::LiveCapture(falco::Host host, std::string_view config)
    : host_(host), config_(nlohmann::json::parse(config)), buffer_bytes_(buffer_size(config_))
{
}

bool LiveCapture::start(const falco_capture_request &request)
{
	if (over_) {
		return false;
	}
	set_wanted(request);
	check_machine();
	log_.emplace(host_);
	cpus_ = online_cpus();
	auto inspector = std::make_unique<sinsp>();
	// Without this libsinsp passes over what falco's first thread does, its children's births as well; which events
	// are falco's own is decided here, for all of its threads and children.
	inspector->set_debug_mode(true);
	inspector->set_auto_stats_print(false);
	inspector->set_proc_scan_log_interval_ms(5000);
	if (const auto snaplen = config_.value("snaplen", 0U); snaplen != 0) {
		inspector->set_snaplen(snaplen);
	}
	const auto engines = config_.value("container_engines", nlohmann::json::object());
	const SilentEngines silent = find_silent_engines(engines, longest_answer(engines));
	warn_of(silent);
	set_container_engines(*inspector, engines, silent);
	late_engines_.emplace(engines, silent);
	system_calls_ = captured_calls(interests_);
	try {
		open(*inspector, system_calls_);
		if (config_.value("drop_failed_exits", false)) {
			inspector->set_dropfailed(true);
		}
		ask_docker(*inspector);
		own_.emplace(follow_falco(*inspector));
		inspector->start_capture();
	} catch (const falco::ConfigError &) {
		log_.reset();
		throw;
	} catch (const std::exception &e) {
		const std::string complaint = log_->complaint();
		log_.reset();
		throw std::runtime_error(explain(e.what(), complaint));
	}
	inspector_ = std::move(inspector);
	unreadable_ = unreadable_in_a_row_ = 0;
	next_look_ns_ = monotonic_ns() + kSecond;
	over_ = true;
	host_.log(FALCO_LOG_DEBUG, "captures " + std::to_string(system_calls_.size()) +
					   " kinds of system calls: " + names(system_calls_));
	return true;
}

void LiveCapture::warn_of(const SilentEngines &silent) const
{
	if (silent.docker) {
		host_.log(FALCO_LOG_WARN, "docker takes connections and does not answer: of its containers that run "
					  "already, no more than the id is known");
	}
	for (const std::string &socket : silent.runtimes) {
		host_.log(FALCO_LOG_WARN,
			  "the container runtime at " + socket +
				  " takes connections and does not answer: it is asked when it has begun to");
	}
}

falco::Next LiveCapture::next(falco_event &event)
{
	uint64_t begin = 0; // when the first events had been passed over
	for (;;) {
		if (++since_look_ >= kEventsPerLook) {
			since_look_ = 0;
			const uint64_t now = monotonic_ns();
			if (begin == 0) {
				begin = now;
			}
			const bool long_enough = now - begin > kLongestLook;
			if (look_around(now)) {
				return falco::Next::end;
			}
			if (long_enough) {
				return falco::Next::timeout;
			}
		}
		sinsp_evt *found = nullptr;
		int32_t result;
		try {
			result = inspector_->next(&found);
			if (result == SCAP_SUCCESS && (own_->is_own(found) || !is_wanted(found))) {
				result = SCAP_FILTERED_EVENT;
			}
		} catch (const std::exception &e) {
			const std::string why = e.what();
			// So libsinsp says that the kernel module told of a CPU that came or went.
			if (why.find("configuration change detected") != std::string::npos) {
				if (!cpus_changed()) {
					start_anew("a CPU is about to come or go, or went and came back");
				}
				return falco::Next::end;
			}
			pass_over_unreadable(why);
			continue;
		}
		unreadable_in_a_row_ = 0;
		switch (result) {
		case SCAP_SUCCESS:
			event.number = found->get_num();
			event.time_ns = found->get_ts();
			event.object = found;
			return falco::Next::event;
		case SCAP_FILTERED_EVENT:
			continue;
		case SCAP_TIMEOUT:
			return look_around(monotonic_ns()) ? falco::Next::end : falco::Next::timeout;
		case SCAP_EOF:
			return falco::Next::end;
		default:
			throw std::runtime_error("reading events: " + inspector_->getlasterr());
		}
	}
}

// One event that is not as it should be is one lost event and no reason to see none of those that follow.
void LiveCapture::pass_over_unreadable(const std::string &why)
{
	if (++unreadable_in_a_row_ > kMostUnreadable) {
		throw std::runtime_error("reading events: " + why);
	}
	unreadable_++;
	const uint64_t now = monotonic_ns();
	if (now >= next_complaint_ns_) {
		next_complaint_ns_ = now + kUnreadablePause;
		host_.log(FALCO_LOG_WARN, "an event cannot be read and is counted as dropped: " + why);
	}
}

void LiveCapture::stop() noexcept
{
	own_.reset();
	if (late_engines_) {
		late_engines_->end();
	}
	inspector_.reset();
	log_.reset();
}

void LiveCapture::metrics(const falco_metric_sink &sink)
{
	if (!inspector_) {
		return;
	}
	uint32_t count = 0;
	int32_t result = SCAP_FAILURE;
	const metrics_v2 *all = inspector_->get_capture_stats_v2(METRICS_V2_KERNEL_COUNTERS, &count, &result);
	for (uint32_t i = 0; result == SCAP_SUCCESS && i < count; i++) {
		const std::string name = all[i].name;
		const std::string drops = "n_drops";
		if (name == "n_evts") {
			sink.counter(sink.ctx, "events", all[i].value.u64);
		} else if (name == drops) {
			sink.counter(sink.ctx, "drops", all[i].value.u64 + unreadable_);
			sink.counter(sink.ctx, "drops.unreadable", unreadable_);
		} else if (name.compare(0, drops.size() + 1, drops + "_") == 0) {
			const std::string reason = "drops." + name.substr(drops.size() + 1);
			sink.counter(sink.ctx, reason.c_str(), all[i].value.u64);
		}
	}
}

void LiveCapture::update(const falco_capture_request &request)
{
	set_wanted(request);
	const CapturedCalls wanted = captured_calls(interests_);
	for (const auto call : wanted.diff(system_calls_)) {
		inspector_->mark_ppm_sc_of_interest(call, true);
		system_calls_.insert(call);
	}
	for (const auto call : system_calls_.diff(wanted)) {
		inspector_->mark_ppm_sc_of_interest(call, false);
	}
	system_calls_ = wanted;
}

void LiveCapture::set_wanted(const falco_capture_request &request)
{
	interests_ = parse_interests(falco::view(request.interests));
	every_event_ = (request.flags & FALCO_CAPTURE_EVERY_EVENT) != 0;
}

bool LiveCapture::is_wanted(sinsp_evt *event) const
{
	return every_event_ || interests_.events[event->get_type()];
}

// Once a second. True: the capture is over, and is to be opened anew.
bool LiveCapture::look_around(uint64_t now_ns)
{
	if (now_ns < next_look_ns_) {
		return false;
	}
	next_look_ns_ = now_ns + kSecond;
	late_engines_->look(*inspector_, now_ns / kSecond);
	return cpus_changed();
}

// Buffers belong to CPUs: when one has come or gone, the capture ends and the next start opens it for those there are.
bool LiveCapture::cpus_changed()
{
	const long online = online_cpus();
	if (online == cpus_) {
		return false;
	}
	start_anew("the number of CPUs changed from " + std::to_string(cpus_) + " to " + std::to_string(online));
	return true;
}

void LiveCapture::start_anew(const std::string &why)
{
	host_.log(FALCO_LOG_WARN, why + ": the capture starts anew");
	over_ = false;
}

} // namespace falco::sinsp_family
