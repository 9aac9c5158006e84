// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace falco::bench {

// A folder that goes with the object.
class TempDir {
public:
	TempDir() : path_(std::filesystem::temp_directory_path() / "falco-bench-XXXXXX")
	{
		if (!mkdtemp(path_.data())) throw std::runtime_error("no folder for the alerts: " + path_);
	}
	~TempDir()
	{
		std::error_code ignored;
		std::filesystem::remove_all(path_, ignored);
	}
	TempDir(const TempDir &) = delete;
	TempDir &operator=(const TempDir &) = delete;
	std::string file(const char *name) const { return path_ + "/" + name; }

private:
	std::string path_;
};

} // namespace falco::bench
