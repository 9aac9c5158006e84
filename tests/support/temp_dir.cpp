// SPDX-License-Identifier: Apache-2.0
#include "tests/support/temp_dir.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace falco::test {

TempDir::TempDir() : path_((std::filesystem::temp_directory_path() / "falco-test-XXXXXX").string())
{
	if (mkdtemp(path_.data()) == nullptr)
		throw std::system_error(errno, std::generic_category(), "cannot make " + path_);
}

TempDir::~TempDir()
{
	std::error_code ignored; // a file left behind in the temporary directory fails no test
	std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::write(const std::string &name, const std::string &content) const
{
	const std::string path = file(name);
	std::ofstream stream(path, std::ios::binary);
	stream << content;
	if (!stream.flush()) throw std::system_error(errno, std::generic_category(), "cannot write " + path);
	return path;
}

std::string TempDir::read(const std::string &name) const
{
	std::ifstream stream(file(name), std::ios::binary);
	if (!stream) throw std::system_error(errno, std::generic_category(), "cannot read " + file(name));
	std::ostringstream content;
	content << stream.rdbuf();
	return content.str();
}

} // namespace falco::test
