// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::test {

/// A directory of its own, which goes with all that is in it when the object does.
class TempDir {
public:
	TempDir();
	~TempDir();
	TempDir(const TempDir &) = delete;
	TempDir &operator=(const TempDir &) = delete;

	[[nodiscard]] const std::string &path() const { return path_; }
	[[nodiscard]] std::string file(const std::string &name) const { return path_ + "/" + name; }
	/// Writes a file and gives its path.
	std::string write(const std::string &name, const std::string &content) const;
	[[nodiscard]] std::string read(const std::string &name) const;

private:
	std::string path_;
};

} // namespace falco::test
