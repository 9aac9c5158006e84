// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <falco/plugin.hpp>
#include <libsinsp/logger.h>

#include <mutex>
#include <string>

namespace falco::sinsp_family {

// While it lives, what libsinsp, libscap and libbpf have to say goes to an instance's log at debug level, instead of to
// standard error. libsinsp has one logger for the whole process: of several, the one made last gets the messages.
// Messages come from any thread.
class SinspLog {
public:
	explicit SinspLog(falco::Host host);
	~SinspLog();
	SinspLog(const SinspLog &) = delete;
	SinspLog &operator=(const SinspLog &) = delete;

	// What the libraries complained of, as one line for the user: libbpf's first complaint names the cause, the
	// last error what could not be done for it. Empty when there was none.
	std::string complaint() const;

private:
	static void receive(std::string &&text, sinsp_logger::severity severity);
	void take(std::string text, sinsp_logger::severity severity);

	falco::Host host_;
	mutable std::mutex mutex_;
	std::string first_of_libbpf_; // guarded by mutex_
	std::string last_error_;      // guarded by mutex_
};

} // namespace falco::sinsp_family
