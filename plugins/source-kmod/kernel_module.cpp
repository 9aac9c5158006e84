// SPDX-License-Identifier: Apache-2.0
#include "kernel_module.hpp"

#include "modprobe.hpp"

#include <driver/ppm_api_version.h>
#include <driver/ppm_events_public.h>
#include <libscap/scap.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace falco::kmod {

namespace {

constexpr const char *kModule = "scap";

std::string first_device()
{
	return std::string(scap_get_host_root()) + "/dev/scap0";
}

// An open device; -1 and errno when it could not be opened.
class Device {
public:
	explicit Device(const std::string &path) : fd_(open(path.c_str(), O_RDWR | O_CLOEXEC)) {}
	~Device()
	{
		if (fd_ >= 0) {
			close(fd_);
		}
	}
	Device(const Device &) = delete;
	Device &operator=(const Device &) = delete;

	bool is_open() const { return fd_ >= 0; }
	// 0: the module does not know this question.
	uint64_t ask(unsigned long question) const
	{
		uint64_t answer = 0;
		return ioctl(fd_, question, &answer) == 0 ? answer : 0;
	}

private:
	const int fd_;
};

std::string release()
{
	utsname names = {};
	return uname(&names) == 0 ? names.release : "$(uname -r)";
}

std::string how_to_build()
{
	return "To build it, the headers of the running kernel must be installed: apt-get -y install linux-headers-" +
	       release() + " on Debian, yum -y install kernel-devel-" + release() +
	       " on RHEL; then load it with modprobe " + kModule + ". A trace file is read with -e FILE instead";
}

std::string why_not_open(const std::string &path, int error, const std::string &tried)
{
	const std::string text = "error opening device " + path + ": " + std::strerror(error) + ". ";
	if (error == EACCES || error == EPERM) {
		return text + (geteuid() == 0
				       ? "The container or service that falco runs in keeps it from the device: run "
					 "it privileged, with the host's /dev"
				       : "Capturing through the kernel module needs root: run falco as root or with "
					 "sudo");
	}
	if (geteuid() != 0) {
		return text + "Capturing through the kernel module needs root: run falco as root or with sudo";
	}
	if (error == EBUSY) {
		return text +
		       "As many programs capture as the module allows (max_consumers): stop one of them, or stop "
		       "all and load it for more: rmmod " +
		       kModule + "; modprobe " + kModule + " max_consumers=N";
	}
	if (error == ENODEV || error == ENXIO) {
		return text + "The device is there but the kernel module behind it is not: load it with modprobe " +
		       kModule;
	}
	return text + "Make sure that the kernel module is loaded (" + tried + "). " + how_to_build();
}

std::string version_text(uint64_t version)
{
	return std::to_string(PPM_API_VERSION_MAJOR(version)) + "." + std::to_string(PPM_API_VERSION_MINOR(version)) +
	       "." + std::to_string(PPM_API_VERSION_PATCH(version));
}

void require_version(const char *what, uint64_t offered, uint64_t needed)
{
	const std::string trouble = version_trouble(what, offered, needed);
	if (!trouble.empty()) {
		throw std::runtime_error(trouble);
	}
}

} // namespace

std::string version_trouble(const std::string &what, uint64_t offered, uint64_t needed)
{
	if (PPM_API_VERSION_MAJOR(offered) == PPM_API_VERSION_MAJOR(needed) && offered >= needed) {
		return {};
	}
	return std::string("the loaded kernel module ") + kModule + " has " + what + " version " +
	       (offered == 0 ? "unknown" : version_text(offered)) + ", and this falco needs " + version_text(needed) +
	       ": unload it (rmmod " + kModule + ") and load the module that was built for this falco";
}

void require_device(const falco::Host &host)
{
	const std::string path = first_device();
	std::string tried;
	if (access(path.c_str(), F_OK) != 0 && errno == ENOENT && geteuid() == 0) {
		tried = load_module(kModule);
		host.log(FALCO_LOG_INFO, path + " does not exist: " + tried);
	}
	const Device device(path);
	if (!device.is_open()) {
		throw std::runtime_error(why_not_open(path, errno, tried.empty() ? "modprobe scap" : tried));
	}
	require_version("API", device.ask(PPM_IOCTL_GET_API_VERSION), SCAP_MINIMUM_DRIVER_API_VERSION);
	require_version("schema", device.ask(PPM_IOCTL_GET_SCHEMA_VERSION), SCAP_MINIMUM_DRIVER_SCHEMA_VERSION);
}

} // namespace falco::kmod
