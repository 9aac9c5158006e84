// SPDX-License-Identifier: Apache-2.0
#include "tests/support/unpacked.hpp"

#include <stdexcept>
#include <zlib.h>

namespace falco::test {

std::string unpacked(const std::string &path)
{
	const gzFile file = gzopen(path.c_str(), "rb");
	if (file == nullptr) throw std::runtime_error("cannot read " + path);
	std::string data;
	char buffer[65536];
	for (int got; (got = gzread(file, buffer, sizeof buffer)) > 0;) {
		data.append(buffer, static_cast<size_t>(got));
	}
	gzclose(file);
	return data;
}

} // namespace falco::test
