// SPDX-License-Identifier: Apache-2.0
#include "host/app/plugin_check_instance.hpp"

#include "host/plugins/crash.hpp"

#include <cstring>
#include <utility>

namespace falco::host {

namespace {

// What follows the buffer that a plugin writes its message to.
struct GuardedError {
	falco_error error{};
	unsigned char canary[64];

	GuardedError() { std::memset(canary, 0xa5, sizeof canary); }
	bool is_intact() const
	{
		for (const unsigned char byte : canary)
			if (byte != 0xa5) return false;
		return true;
	}
};

[[noreturn]] void fail(const std::string &detail)
{
	throw CheckEnd{{Verdict::fail, detail}};
}

// The status, which is negative, as the host should see it.
Status judge_failure(const char *function, falco_status status, const GuardedError &guarded)
{
	const std::string name = function;
	if (!guarded.is_intact()) fail(name + " wrote beyond the error buffer: message has 508 bytes");
	if (status > FALCO_ERR_CONFIG || status < FALCO_ERR_UNSUPPORTED)
		fail(name + " returned the status " + std::to_string(status) + ", which it may not");
	const size_t size = strnlen(guarded.error.message, sizeof guarded.error.message);
	if (size == sizeof guarded.error.message) fail(name + " failed with a message that does not end");
	if (size == 0) fail(name + " failed without a message");
	return {status, guarded.error.message};
}

void collect(void *ctx, const char *data, size_t size) noexcept
{
	if (data) static_cast<std::string *>(ctx)->append(data, size);
}

} // namespace

void run_here(const std::function<void()> &call)
{
	call();
}

ThreadPerCall::~ThreadPerCall()
{
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		ended_ = true;
	}
	changed_.notify_all();
	for (std::thread &thread : threads_)
		thread.join();
}

void ThreadPerCall::run(const std::function<void()> &call)
{
	const size_t number = threads_.size() + 1;
	threads_.emplace_back([this, &call] {
		const CrashStack crash_stack;
		call();
		std::unique_lock<std::mutex> lock(mutex_);
		++done_;
		changed_.notify_all();
		changed_.wait(lock, [this] { return ended_; });
	});
	std::unique_lock<std::mutex> lock(mutex_);
	changed_.wait(lock, [&] { return done_ == number; });
}

CheckedInstance::CheckedInstance(const CheckSubject &subject, const std::string &name, Runner runner, Tables *tables)
    : subject_(subject), kind_(kind_name(subject.table->kind)), name_(name),
      runner_(std::move(runner)), services_{"check", "localhost", nullptr, FALCO_LOG_TRACE}, host_(services_, name),
      tables_(tables)
{
	GuardedError guarded;
	const falco_plugin &table = *subject.table;
	const char *config = subject.config.c_str();
	const falco_host *host = shown(*host_.get());
	call("create", [&] {
		if (table.source) self_ = call_plugin(table.source->create, host, config, &guarded.error);
		if (table.matcher) self_ = call_plugin(table.matcher->create, host, config, &guarded.error);
		if (table.output) self_ = call_plugin(table.output->create, host, config, &guarded.error);
		if (table.tap) self_ = call_plugin(table.tap->create, host, config, &guarded.error);
		if (table.tool) self_ = call_plugin(table.tool->create, host, config, &guarded.error);
	});
	if (!guarded.is_intact()) fail("create wrote beyond the error buffer: message has 508 bytes");
	if (!self_) failure_ = judge_failure("create", guarded.error.status, guarded);
}

CheckedInstance::~CheckedInstance()
{
	destroy();
}

template <typename Call>
void CheckedInstance::call(const char *function, Call body)
{
	runner_([&] {
		const CallScope scope(kind_.c_str(), subject_.table->name, function);
		body();
	});
}

template <typename Call>
falco_status CheckedInstance::judged(const char *function, Call body)
{
	GuardedError guarded;
	falco_status status = FALCO_OK;
	last_call_ = function;
	call(function, [&] { status = body(&guarded.error); });
	if (!guarded.is_intact()) fail(std::string(function) + " wrote beyond the error buffer: message has 508 bytes");
	const bool may_end = !std::strcmp(function, "start") || !std::strcmp(function, "next");
	if (status == FALCO_OK || (may_end && status == FALCO_END)) return status;
	if (status == FALCO_TIMEOUT && !std::strcmp(function, "next")) return status;
	last_message_ = judge_failure(function, status, guarded).message;
	return status;
}

void CheckedInstance::require_made() const
{
	if (!is_made())
		throw CheckEnd{{Verdict::skip,
				"create refuses these settings (" + failure_.message + "): give others with --config"}};
}

void CheckedInstance::destroy()
{
	if (!self_) return;
	void *const self = std::exchange(self_, nullptr);
	const falco_plugin &table = *subject_.table;
	call("destroy", [&] {
		if (table.source) call_plugin(table.source->destroy, static_cast<falco_source *>(self));
		if (table.matcher) call_plugin(table.matcher->destroy, static_cast<falco_matcher *>(self));
		if (table.output) call_plugin(table.output->destroy, static_cast<falco_output *>(self));
		if (table.tap) call_plugin(table.tap->destroy, static_cast<falco_tap *>(self));
		if (table.tool) call_plugin(table.tool->destroy, static_cast<falco_tool *>(self));
	});
}

falco_status CheckedInstance::write(const falco_alert &alert)
{
	return judged("write", [&](falco_error *error) {
		return call_plugin(subject_.table->output->write, static_cast<falco_output *>(self_), shown(alert),
				   error);
	});
}

falco_status CheckedInstance::write_batch(const std::vector<const falco_alert *> &alerts)
{
	const auto ops = subject_.table->output;
	size_t done = 0;
	while (done < alerts.size()) {
		if (!ops->write_batch) {
			const falco_status status = write(*alerts[done++]);
			if (status != FALCO_OK) return status;
			continue;
		}
		const size_t left = alerts.size() - done;
		size_t taken = 0;
		const falco_status status = judged("write_batch", [&](falco_error *error) {
			return call_plugin(ops->write_batch, static_cast<falco_output *>(self_), alerts.data() + done,
					   left, &taken, error);
		});
		if (taken > left)
			fail("write_batch says that it took " + std::to_string(taken) + " of " + std::to_string(left) +
			     " alerts");
		if (status != FALCO_OK) return status;
		if (taken == 0) fail("write_batch took no alert and reported success");
		done += taken;
	}
	return FALCO_OK;
}

falco_status CheckedInstance::flush()
{
	if (subject_.table->tap)
		return judged("flush", [&](falco_error *error) {
			return call_plugin(subject_.table->tap->flush, static_cast<falco_tap *>(self_), error);
		});
	if (!subject_.table->output->flush) return FALCO_OK;
	return judged("flush", [&](falco_error *error) {
		return call_plugin(subject_.table->output->flush, static_cast<falco_output *>(self_), error);
	});
}

falco_status CheckedInstance::reopen()
{
	if (!subject_.table->output->reopen) return FALCO_OK;
	return judged("reopen", [&](falco_error *error) {
		return call_plugin(subject_.table->output->reopen, static_cast<falco_output *>(self_), error);
	});
}

falco_status CheckedInstance::start()
{
	const falco_capture_request request{sizeof(falco_capture_request), 0, falco_str{"", 0}};
	const falco_capture_request *everything = shown(request);
	return judged("start", [&](falco_error *error) {
		return call_plugin(subject_.table->source->start, static_cast<falco_source *>(self_), everything,
				   error);
	});
}

falco_status CheckedInstance::next(falco_event &event)
{
	event = {};
	return judged("next", [&](falco_error *error) {
		return call_plugin(subject_.table->source->next, static_cast<falco_source *>(self_), &event, error);
	});
}

void *CheckedInstance::context()
{
	void *context = nullptr;
	call("context",
	     [&] { context = call_plugin(subject_.table->source->context, static_cast<falco_source *>(self_)); });
	return context;
}

falco_status CheckedInstance::bind(void *context)
{
	return judged("bind", [&](falco_error *error) {
		return call_plugin(subject_.table->tap->bind, static_cast<falco_tap *>(self_), context, error);
	});
}

falco_status CheckedInstance::event(const falco_event &event)
{
	return judged("event", [&](falco_error *error) {
		return call_plugin(subject_.table->tap->event, static_cast<falco_tap *>(self_), &event, error);
	});
}

void CheckedInstance::unbind()
{
	call("unbind", [&] { call_plugin(subject_.table->tap->unbind, static_cast<falco_tap *>(self_)); });
}

void CheckedInstance::stop()
{
	call("stop", [&] { call_plugin(subject_.table->source->stop, static_cast<falco_source *>(self_)); });
}

falco_status CheckedInstance::run(const char *command, const char *arguments)
{
	std::string text;
	const falco_text_sink sink{sizeof(falco_text_sink), 0, &text, collect};
	const falco_tool_request request{sizeof(falco_tool_request), 0, command, arguments, &sink, &sink, nullptr};
	int32_t exit_status = 0;
	return judged("run", [&](falco_error *error) {
		return call_plugin(subject_.table->tool->run, static_cast<falco_tool *>(self_), shown(request),
				   &exit_status, error);
	});
}

std::string CheckedInstance::metrics()
{
	MetricReader reader;
	const falco_metric_sink *into = shown(*reader.sink());
	const falco_plugin &table = *subject_.table;
	call("metrics", [&] {
		if (table.source && table.source->metrics)
			call_plugin(table.source->metrics, static_cast<falco_source *>(self_), into);
		if (table.matcher && table.matcher->metrics)
			call_plugin(table.matcher->metrics, static_cast<falco_matcher *>(self_), into);
		if (table.output && table.output->metrics)
			call_plugin(table.output->metrics, static_cast<falco_output *>(self_), into);
		if (table.tap && table.tap->metrics)
			call_plugin(table.tap->metrics, static_cast<falco_tap *>(self_), into);
	});
	return reader.problem();
}

LoadOutcome CheckedInstance::load(const std::string &path)
{
	LoadOutcome outcome;
	const char *const paths[] = {path.c_str(), nullptr};
	const falco_load_request request{sizeof(falco_load_request), 0, paths};
	const falco_report report{sizeof(falco_report), 0, &outcome, [](void *ctx, const falco_finding *finding) {
					  if (finding->level == FALCO_LOG_ERROR)
						  ++static_cast<LoadOutcome *>(ctx)->errors;
				  }};
	const falco_rule_sink rules{sizeof(falco_rule_sink), 0, &outcome,
				    [](void *ctx, const falco_rule *) { ++static_cast<LoadOutcome *>(ctx)->rules; }};
	outcome.status = judged("load", [&](falco_error *error) {
		return call_plugin(subject_.table->matcher->load, static_cast<falco_matcher *>(self_), shown(request),
				   shown(report), shown(rules), error);
	});
	return outcome;
}

std::string CheckedInstance::state()
{
	const falco_matcher_ops &ops = *subject_.table->matcher;
	auto *const self = static_cast<falco_matcher *>(self_);
	std::string text;
	const falco_text_sink sink{sizeof(falco_text_sink), 0, &text, collect};
	if (ops.describe)
		judged("describe", [&](falco_error *error) { return call_plugin(ops.describe, self, &sink, error); });
	text += '\n';
	if (ops.interests) call("interests", [&] { call_plugin(ops.interests, self, &sink); });
	return text;
}

} // namespace falco::host
