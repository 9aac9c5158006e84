// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <ctime>
#include <string>

namespace falco::host::test {

// The process's time zone while this lives.
class TimeZone {
public:
	explicit TimeZone(const char *name)
	{
		if (const char *before = std::getenv("TZ")) before_ = before;
		setenv("TZ", name, 1);
		tzset();
	}
	~TimeZone()
	{
		if (before_.empty()) {
			unsetenv("TZ");
		} else {
			setenv("TZ", before_.c_str(), 1);
		}
		tzset();
	}
	TimeZone(const TimeZone &) = delete;
	TimeZone &operator=(const TimeZone &) = delete;

private:
	std::string before_;
};

} // namespace falco::host::test
