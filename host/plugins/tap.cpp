// SPDX-License-Identifier: Apache-2.0
#include "host/error.hpp"
#include "host/plugins/call_status.hpp"
#include "host/plugins/crash.hpp"
#include "host/plugins/plugin.hpp"

namespace falco::host {

Tap::Tap(const Plugin &plugin, const std::string &name, const nlohmann::json &config, const HostServices &services)
    : name_(name), host_(services, name), ops_(plugin.table->tap)
{
	const std::string text = config.dump();
	falco_error error{};
	const CallScope scope("tap", name_.c_str(), "create");
	self_ = call_plugin(ops_->create, host_.get(), text.c_str(), &error);
	if (!self_) throw Error("tap '" + name_ + "': " + settle_create(error).message);
}

Tap::~Tap()
{
	const CallScope scope("tap", name_.c_str(), "destroy");
	call_plugin(ops_->destroy, self_);
}

Status Tap::bind(void *context)
{
	falco_error error{};
	const CallScope scope("tap", name_.c_str(), "bind");
	return settle(call_plugin(ops_->bind, self_, context, &error), "bind", error);
}

falco_status Tap::event(const falco_event &event, falco_error &error)
{
	clear(error);
	const CallScope scope("tap", name_.c_str(), "event");
	const falco_status status = call_plugin(ops_->event, self_, &event, &error);
	return status == FALCO_OK ? status : settle_failure(status, "event", error);
}

Status Tap::flush()
{
	falco_error error{};
	const CallScope scope("tap", name_.c_str(), "flush");
	return settle(call_plugin(ops_->flush, self_, &error), "flush", error);
}

void Tap::unbind()
{
	const CallScope scope("tap", name_.c_str(), "unbind");
	call_plugin(ops_->unbind, self_);
}

} // namespace falco::host
