// SPDX-License-Identifier: Apache-2.0
#include "host/error.hpp"
#include "host/plugins/call_status.hpp"
#include "host/plugins/crash.hpp"
#include "host/plugins/plugin.hpp"

#include <utility>

namespace falco::host {

Output::Output(const Plugin &plugin, const std::string &name, const nlohmann::json &config,
	       const HostServices &services)
    : name_(name), host_(services, name), ops_(plugin.table->output)
{
	const std::string text = config.dump();
	falco_error error{};
	const CallScope scope("output", name_.c_str(), "create");
	self_ = call_plugin(ops_->create, host_.get(), text.c_str(), &error);
	if (!self_) throw Error("Error with " + name_ + " output: " + settle_create(error).message);
}

Output::Output(const std::string &name, const falco_output_ops &ops, falco_output *made, const HostServices &services,
	       Elsewhere elsewhere)
    : name_(name), host_(services, name), ops_(&ops), self_(made), elsewhere_(std::move(elsewhere))
{
}

void Output::destroy() noexcept
{
	if (!self_) return;
	const CallScope scope("output", name_.c_str(), "destroy");
	call_plugin(ops_->destroy, std::exchange(self_, nullptr));
}

Status Output::write(const falco_alert &alert)
{
	falco_error error;
	clear(error);
	const CallScope scope("output", name_.c_str(), "write");
	return settle(call_plugin(ops_->write, self_, &alert, &error), "write", error);
}

Status Output::write_batch(const std::vector<const falco_alert *> &alerts, size_t &taken)
{
	taken = 0;
	if (!ops_->write_batch) {
		for (const falco_alert *alert : alerts) {
			Status status = write(*alert);
			if (!status.ok()) return status;
			++taken;
		}
		return {};
	}
	falco_error error;
	clear(error);
	const CallScope scope("output", name_.c_str(), "write_batch");
	Status status = settle(call_plugin(ops_->write_batch, self_, alerts.data(), alerts.size(), &taken, &error),
			       "write_batch", error);
	if (taken > alerts.size()) {
		// How many were delivered cannot be known; none is the answer that loses nothing.
		status = {FALCO_ERR_FATAL, "write_batch says that it took " + std::to_string(taken) + " of " +
						   std::to_string(alerts.size()) + " alerts: the plugin is faulty"};
		taken = 0;
	} else if (status.ok() && taken == 0 && !alerts.empty()) {
		status = {FALCO_ERR_FATAL, "write_batch took no alert and reported success: the plugin is faulty"};
	}
	return status;
}

Status Output::flush()
{
	if (!ops_->flush) return {};
	falco_error error{};
	const CallScope scope("output", name_.c_str(), "flush");
	return settle(call_plugin(ops_->flush, self_, &error), "flush", error);
}

Status Output::reopen()
{
	if (!ops_->reopen) return {};
	falco_error error{};
	const CallScope scope("output", name_.c_str(), "reopen");
	return settle(call_plugin(ops_->reopen, self_, &error), "reopen", error);
}

std::vector<Metric> Output::metrics()
{
	if (!ops_->metrics) return {};
	return metrics_.read(host_, [this](const falco_metric_sink *sink) {
		const CallScope scope("output", name_.c_str(), "metrics");
		call_plugin(ops_->metrics, self_, sink);
	});
}

} // namespace falco::host
