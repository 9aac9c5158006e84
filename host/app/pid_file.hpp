// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::host {

// A file that holds this process's id as long as the object lives. Throws Error when it cannot be written.
class PidFile {
public:
	explicit PidFile(std::string path);
	~PidFile();
	PidFile(const PidFile &) = delete;
	PidFile &operator=(const PidFile &) = delete;

	const std::string &path() const { return path_; }

private:
	const std::string path_;
};

} // namespace falco::host
