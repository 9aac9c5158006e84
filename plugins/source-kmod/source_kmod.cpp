// SPDX-License-Identifier: Apache-2.0
//
// Captures live system calls through the kernel module's devices, /dev/scap0 and so on: one for each CPU that is
// online, each with a buffer of its own.
#include "kernel_module.hpp"
#include "plugins/family-sinsp/buffer_size.hpp"
#include "plugins/family-sinsp/family.hpp"
#include "plugins/family-sinsp/live_capture.hpp"
#include "plugins/family-sinsp/live_schema.hpp"

#include <unistd.h>

namespace {

using falco::sinsp_family::Joined;
using falco::sinsp_family::kLiveSchema;
using falco::sinsp_family::kLiveSchemaEnd;

using Schema = Joined<kLiveSchema, kLiveSchemaEnd>;

class Kmod final : public falco::sinsp_family::LiveCapture {
public:
	static constexpr falco_family family = falco::sinsp_family::family;

	using LiveCapture::LiveCapture;

private:
	void check_machine() override
	{
		falco::sinsp_family::check_buffers_fit(buffer_bytes(),
						       static_cast<unsigned long>(sysconf(_SC_NPROCESSORS_ONLN)));
		falco::kmod::require_device(host());
	}

	void open(sinsp &inspector, const falco::sinsp_family::CapturedCalls &system_calls) override
	{
		inspector.open_kmod(buffer_bytes(), system_calls);
	}

	std::string explain(const std::string &text, const std::string &) const override
	{
		return "cannot capture through the kernel module: " + text;
	}
};

} // namespace

FALCO_SOURCE_PLUGIN(Kmod, FALCO_SOURCE_LIVE,
		    {"kmod", "0.2.0", "captures live through the kernel module", nullptr, Schema::text.data()})
