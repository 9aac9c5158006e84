// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/plugin.hpp"

#include <utility>

namespace falco::host {

HostHandle::HostHandle(const HostServices &services, std::string instance)
    : services_(services), instance_(std::move(instance)), host_{}
{
	host_.struct_size = sizeof host_;
	host_.abi_minor = FALCO_ABI_MINOR;
	host_.version = services_.version.c_str();
	host_.hostname = services_.hostname.c_str();
	host_.instance = instance_.c_str();
	host_.ctx = this;
	host_.log_enabled = log_enabled;
	host_.log = log;
}

int32_t HostHandle::log_enabled(const falco_host *host, falco_level level)
{
	return level >= static_cast<const HostHandle *>(host->ctx)->services_.log_level ? 1 : 0;
}

void HostHandle::log(const falco_host *host, falco_level level, const char *text, size_t size)
{
	const HostHandle &self = *static_cast<const HostHandle *>(host->ctx);
	if (level < self.services_.log_level || !self.services_.log || !text) return;
	if (level > FALCO_LOG_CRITICAL) level = FALCO_LOG_CRITICAL;
	try {
		self.services_.log(self.instance_, level, std::string_view(text, size));
	} catch (const std::exception &) {
		// Nothing may unwind into the plugin, and the log, which failed, is where this would be reported.
	}
}

void InstanceMetrics::tell(const HostHandle &host, const std::string &problem)
{
	if (problem.empty() || std::exchange(told_, true)) return;
	const std::string text = problem + "; such metrics are left out";
	host.get()->log(host.get(), FALCO_LOG_WARN, text.data(), text.size());
}

} // namespace falco::host
