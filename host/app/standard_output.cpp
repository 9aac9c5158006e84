// SPDX-License-Identifier: Apache-2.0
#include "host/app/standard_output.hpp"

#include "host/error.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace falco::host {

void StandardOutput::write(std::string_view text)
{
	if (error_ == 0 && std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) error_ = errno;
}

void StandardOutput::finish()
{
	if (std::fflush(stdout) != 0 && error_ == 0) error_ = errno;
	if (error_ == 0 && std::ferror(stdout) == 0) return;
	std::clearerr(stdout); // it is told once
	throw Error("cannot write to standard output" +
		    (error_ == 0 ? std::string() : std::string(": ") + std::strerror(error_)));
}

} // namespace falco::host
