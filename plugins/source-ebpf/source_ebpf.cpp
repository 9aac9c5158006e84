// SPDX-License-Identifier: Apache-2.0
//
// Captures live system calls through eBPF programs that libscap brings along and the kernel's own description of its
// types fits to it: nothing is built on the machine.
#include "plugins/family-sinsp/buffer_size.hpp"
#include "plugins/family-sinsp/family.hpp"
#include "plugins/family-sinsp/live_capture.hpp"
#include "plugins/family-sinsp/live_schema.hpp"
#include "preflight.hpp"

#include <algorithm>
#include <unistd.h>

namespace {

using falco::sinsp_family::Joined;
using falco::sinsp_family::kLiveSchema;
using falco::sinsp_family::kLiveSchemaEnd;

constexpr std::string_view kOwn = R"(,
	"cpus_for_each_buffer": {
		"type": "integer", "minimum": 0, "maximum": 65535, "default": 2,
		"description": "how many CPUs share a buffer; 0: all of them one"
	},
	"online_cpus_only": {
		"type": "boolean", "default": true,
		"description": "no buffers for CPUs that are offline; false: for all that the machine can have"
	})";

using Schema = Joined<kLiveSchema, kOwn, kLiveSchemaEnd>;

class Ebpf final : public falco::sinsp_family::LiveCapture {
public:
	static constexpr falco_family family = falco::sinsp_family::family;

	Ebpf(falco::Host host, std::string_view config) : LiveCapture(host, config) {}

private:
	void check_machine() override
	{
		const auto machine = falco::ebpf::look();
		std::string text;
		for (const auto &obstacle : falco::ebpf::find_obstacles(machine)) {
			text += (text.empty() ? "" : "; ") + obstacle;
		}
		if (!text.empty()) {
			throw std::runtime_error("cannot capture through eBPF: " + text);
		}
		for (const auto &shortcoming : falco::ebpf::find_shortcomings(machine)) {
			host().log(FALCO_LOG_WARN, shortcoming);
		}
		const unsigned long shared = cpus_for_each_buffer() == 0 ? cpus() : cpus_for_each_buffer();
		falco::sinsp_family::check_buffers_fit(buffer_bytes(), (cpus() + shared - 1) / shared);
	}

	void open(sinsp &inspector, const falco::sinsp_family::CapturedCalls &system_calls) override
	{
		inspector.open_modern_bpf(buffer_bytes(), cpus_for_each_buffer(), online_only(), system_calls);
	}

	// libsinsp says no more than that something went wrong; its libraries have said what.
	std::string explain(const std::string &text, const std::string &complaint) const override
	{
		std::string reason = complaint.empty() ? text : complaint;
		if (reason.find("RLIMIT_MEMLOCK") != std::string::npos) {
			reason += ": falco lacks CAP_SYS_RESOURCE (to lock the buffers in memory)";
		}
		return "cannot capture through eBPF: " + reason;
	}

	bool online_only() const { return config().at("online_cpus_only").get<bool>(); }

	unsigned cpus() const
	{
		const long count = sysconf(online_only() ? _SC_NPROCESSORS_ONLN : _SC_NPROCESSORS_CONF);
		return static_cast<unsigned>(std::clamp(count, 1L, 65535L));
	}

	// Not more than there are, which libscap refuses: the same configuration serves small machines and large ones.
	uint16_t cpus_for_each_buffer() const
	{
		const auto configured = config().at("cpus_for_each_buffer").get<unsigned>();
		return static_cast<uint16_t>(std::min(configured, cpus()));
	}
};

} // namespace

FALCO_SOURCE_PLUGIN(Ebpf, FALCO_SOURCE_LIVE,
		    {"ebpf", "0.1.0", "captures live through eBPF (CO-RE)", nullptr, Schema::text.data()})
