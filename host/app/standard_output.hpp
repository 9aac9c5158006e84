// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace falco::host {

// Standard output, which remembers that it failed: those who print are not told, and go on in vain. One thread.
class StandardOutput {
public:
	void write(std::string_view text);

	// Writes out what this and printf were given. Throws Error when some of it could not be written, now or before.
	void finish();

private:
	int error_ = 0;
};

} // namespace falco::host
