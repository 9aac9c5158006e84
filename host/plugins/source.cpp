// SPDX-License-Identifier: Apache-2.0
#include "host/error.hpp"
#include "host/plugins/call_status.hpp"
#include "host/plugins/crash.hpp"
#include "host/plugins/plugin.hpp"

namespace falco::host {

Source::Source(const Plugin &plugin, const std::string &name, const nlohmann::json &config,
	       const HostServices &services)
    : name_(name), host_(services, name), ops_(plugin.table->source)
{
	const std::string text = config.dump();
	falco_error error{};
	const CallScope scope("source", name_.c_str(), "create");
	self_ = call_plugin(ops_->create, host_.get(), text.c_str(), &error);
	if (!self_) throw Error("source '" + name_ + "': " + settle_create(error).message);
}

Source::~Source()
{
	const CallScope scope("source", name_.c_str(), "destroy");
	call_plugin(ops_->destroy, self_);
}

namespace {

falco_capture_request capture_request(std::string_view interests, bool every_event)
{
	return {sizeof(falco_capture_request), every_event ? FALCO_CAPTURE_EVERY_EVENT : 0,
		falco_str{interests.data(), interests.size()}};
}

} // namespace

Status Source::start(std::string_view interests, bool every_event)
{
	falco_error error{};
	const falco_capture_request request = capture_request(interests, every_event);
	const CallScope scope("source", name_.c_str(), "start");
	return settle(call_plugin(ops_->start, self_, &request, &error), "start", error, true);
}

Status Source::update(std::string_view interests, bool every_event)
{
	if (!ops_->update) return {FALCO_ERR_UNSUPPORTED, "source '" + name_ + "' cannot change an open capture"};
	falco_error error{};
	const falco_capture_request request = capture_request(interests, every_event);
	const CallScope scope("source", name_.c_str(), "update");
	return settle(call_plugin(ops_->update, self_, &request, &error), "update", error);
}

void *Source::context()
{
	const CallScope scope("source", name_.c_str(), "context");
	return call_plugin(ops_->context, self_);
}

falco_status Source::next(falco_event &event, falco_error &error)
{
	event = {};
	clear(error);
	const CallScope scope("source", name_.c_str(), "next");
	const falco_status status = call_plugin(ops_->next, self_, &event, &error);
	if (status == FALCO_OK || status == FALCO_TIMEOUT || status == FALCO_END) return status;
	return settle_failure(status, "next", error);
}

std::map<std::string, uint64_t> Source::metrics()
{
	std::map<std::string, uint64_t> values;
	if (!ops_->metrics) return values;
	const auto ask = [this](const falco_metric_sink *sink) {
		const CallScope scope("source", name_.c_str(), "metrics");
		call_plugin(ops_->metrics, self_, sink);
	};
	for (Metric &metric : metrics_.read(host_, ask))
		values[std::move(metric.name)] = metric.value;
	return values;
}

void Source::stop()
{
	const CallScope scope("source", name_.c_str(), "stop");
	call_plugin(ops_->stop, self_);
}

} // namespace falco::host
