// SPDX-License-Identifier: Apache-2.0
#include "host/app/control.hpp"

#include "host/error.hpp"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace falco::host {

Control::Control(ConfigWatch &watch, ReloadFunction reload)
    : watch_(watch), reload_(std::move(reload)), asked_(eventfd(0, EFD_CLOEXEC))
{
	if (asked_ < 0) {
		throw Error(std::string("cannot wait for reloads: eventfd: ") + std::strerror(errno));
	}
	thread_ = std::thread([this] { serve(); });
}

Control::~Control()
{
	over_ = true;
	eventfd_write(asked_, 1);
	thread_.join();
	close(asked_);
}

void Control::reload()
{
	eventfd_write(asked_, 1);
}

void Control::serve()
{
	pollfd waits[] = {{asked_, POLLIN, 0}, {watch_.fd(), POLLIN, 0}};
	for (;;) {
		poll(waits, 2, -1);
		if ((waits[0].revents & POLLIN) != 0) {
			eventfd_t count;
			eventfd_read(asked_, &count);
			if (over_.load()) {
				return;
			}
			reload_("SIGHUP", over_);
		} else if ((waits[1].revents & POLLIN) != 0 && watch_.has_changed()) {
			reload_(watch_.what_changed(), over_);
		}
	}
}

} // namespace falco::host
