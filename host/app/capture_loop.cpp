// SPDX-License-Identifier: Apache-2.0
#include "host/app/capture_loop.hpp"

#include <utility>

namespace falco::host {

CaptureLoop::CaptureLoop(Source &source, Matcher &matcher, std::function<void(const falco_match &)> deliver,
			 const std::atomic<bool> &stop)
    : source_(source), matcher_(&matcher), interests_(matcher.interests()), deliver_(std::move(deliver)), stop_(stop)
{
}

std::vector<std::string> CaptureLoop::run()
{
	std::vector<std::string> failures;
	bool opened = false;
	while (!stop_.load(std::memory_order_relaxed)) {
		boundary_.pass();
		const Status started = is_open ? Status() : source_.start(interests_, taps != nullptr);
		is_open = false;
		if (started.code == FALCO_END) {
			break;
		}
		if (!started.ok() && stop_.load()) {
			break; // interrupted while it opened, which is no failure
		}
		std::string failure = started.message;
		if (started.ok()) {
			if (!opened && on_open) {
				on_open();
			}
			opened = true;
			failure = run_capture();
			if (on_close) on_close();
			source_.stop();
		}
		if (!failure.empty()) {
			// A source that says the same twice is not getting on to another capture.
			const bool repeated = !failures.empty() && failures.back() == failure;
			if (!repeated) {
				failures.push_back(std::move(failure));
			}
			if (repeated || source_.live()) {
				break;
			}
		}
	}
	boundary_.close();
	if (is_open) {
		source_.stop();
	}
	return failures;
}

std::string CaptureLoop::run_capture()
{
	const Status bound = matcher_->bind(source_.context());
	if (!bound.ok()) {
		return bound.message;
	}
	bound_ = true;
	if (taps) {
		taps->bind(source_.context());
	}
	falco_match_sink sink = {};
	sink.struct_size = sizeof sink;
	sink.ctx = this;
	sink.emit = emit;
	falco_event event = {};
	falco_error error = {};
	std::string failure;
	while (!stop_.load(std::memory_order_relaxed)) {
		const falco_status read = source_.next(event, error);
		boundary_.pass(); // here, so that what a long wait ends with is matched by rules that came meanwhile
		if (read == FALCO_OK) {
			if (matcher_->match(event, sink, error) >= 0) {
				if (taps) {
					taps->event(event);
				}
				if (second_.due(event.time_ns)) every_second();
				continue;
			}
			failure = "matcher '" + matcher_->name() + "', event " + std::to_string(event.number) + ": " +
				  error.message;
			break;
		}
		if (read == FALCO_TIMEOUT) {
			if (second_.due()) every_second();
			continue;
		}
		// A read that a signal interrupted fails, too, and that is no failure.
		if (read != FALCO_END && !stop_.load()) {
			failure = error.message;
		}
		break;
	}
	if (taps) {
		taps->unbind();
	}
	matcher_->unbind();
	bound_ = false;
	return failure;
}

Status CaptureLoop::change_matcher(Matcher &next, std::string interests)
{
	Status status;
	if (bound_) {
		status = next.bind(source_.context());
		if (!status.ok()) {
			return {FALCO_ERR_FATAL, status.message};
		}
		if (interests != interests_) {
			status = source_.update(interests, taps != nullptr);
			if (!status.ok() && status.code != FALCO_ERR_UNSUPPORTED) {
				next.unbind();
				return status;
			}
		}
		matcher_->unbind();
	}
	matcher_ = &next;
	interests_ = std::move(interests);
	return status;
}

void CaptureLoop::every_second()
{
	if (on_second) on_second();
	if (taps) {
		taps->flush();
	}
}

void CaptureLoop::emit(void *loop, const falco_match *match)
{
	static_cast<CaptureLoop *>(loop)->deliver_(*match);
}

} // namespace falco::host
