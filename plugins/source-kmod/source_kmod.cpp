// SPDX-License-Identifier: Apache-2.0
//
// Captures live system calls through the kernel module's devices, /dev/scap0 and so on.
#include "plugins/family-sinsp/family.hpp"

#include <falco/plugin.hpp>
#include <libsinsp/sinsp.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <string>
#include <unistd.h>

namespace {

constexpr const char *kSchema = R"({
	"type": "object",
	"additionalProperties": false,
	"properties": {
		"buffer_bytes": {
			"type": "integer", "minimum": 16384, "maximum": 1073741824, "default": 8388608,
			"description": "size of the ring buffer of each CPU, in bytes; a power of two"
		}
	}
})";

constexpr const char *kDevice = "/dev/scap0";

// Says what keeps the device from being opened and what the user can do about it; empty when nothing does.
std::string device_trouble()
{
	const int fd = open(kDevice, O_RDWR | O_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		return {};
	}
	const int error = errno;
	std::string text = std::string("error opening device ") + kDevice + ": " + std::strerror(error) + ". ";
	if (error == EACCES || error == EPERM || geteuid() != 0) {
		return text + "Capturing needs root: run falco as root or with sudo.";
	}
	if (error == EBUSY) {
		return text + "Another program captures already: stop it first.";
	}
	return text + "Make sure that the kernel module is loaded (modprobe scap). To build it, the headers of the "
		      "running kernel must be installed: apt-get -y install linux-headers-$(uname -r) on Debian, "
		      "yum -y install kernel-devel-$(uname -r) on RHEL. A trace file is read with -e FILE instead.";
}

class Kmod final : public falco::Source {
public:
	static constexpr falco_family family = falco::sinsp_family::family;

	Kmod(falco::Host, std::string_view config)
	{
		const auto parsed = nlohmann::json::parse(config);
		buffer_bytes_ = parsed.at("buffer_bytes").get<unsigned long>();
		if ((buffer_bytes_ & (buffer_bytes_ - 1)) != 0) {
			throw falco::ConfigError("buffer_bytes must be a power of two, not " +
						 std::to_string(buffer_bytes_));
		}
	}

	bool start(const falco_capture_request &) override
	{
		if (started_) {
			return false; // a live capture that was stopped is over
		}
		if (const auto trouble = device_trouble(); !trouble.empty()) {
			throw std::runtime_error(trouble);
		}
		inspector_ = std::make_unique<sinsp>();
		try {
			inspector_->open_kmod(buffer_bytes_);
		} catch (const std::exception &e) {
			inspector_.reset();
			throw std::runtime_error(std::string("cannot capture through the kernel module: ") + e.what());
		}
		started_ = true;
		return true;
	}

	void *context() override { return inspector_.get(); }

	falco::Next next(falco_event &event) override
	{
		sinsp_evt *found = nullptr;
		switch (inspector_->next(&found)) {
		case SCAP_SUCCESS:
			event.number = found->get_num();
			event.time_ns = found->get_ts();
			event.object = found;
			return falco::Next::event;
		case SCAP_FILTERED_EVENT:
		case SCAP_TIMEOUT:
			return falco::Next::timeout;
		case SCAP_EOF:
			return falco::Next::end;
		default:
			throw std::runtime_error("reading from the kernel module: " + inspector_->getlasterr());
		}
	}

	void stop() noexcept override { inspector_.reset(); }

	void metrics(const falco_metric_sink &sink) override
	{
		if (!inspector_) {
			return;
		}
		scap_stats stats = {};
		inspector_->get_capture_stats(&stats);
		sink.counter(sink.ctx, "events", stats.n_evts);
		sink.counter(sink.ctx, "drops", stats.n_drops);
	}

private:
	unsigned long buffer_bytes_;
	bool started_ = false;
	std::unique_ptr<sinsp> inspector_;
};

} // namespace

FALCO_SOURCE_PLUGIN(Kmod, FALCO_SOURCE_LIVE,
		    {"kmod", "0.1.0", "captures live through the kernel module", nullptr, kSchema})
