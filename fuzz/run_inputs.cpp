// SPDX-License-Identifier: Apache-2.0
//
// Runs a fuzzer's inputs once, without libFuzzer: each file that is named, and each in the folders that are named.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> inputs_of(const fs::path &named)
{
	if (!fs::is_directory(named)) return {named};
	std::vector<fs::path> files;
	for (const auto &entry : fs::recursive_directory_iterator(named)) {
		if (entry.is_regular_file()) files.push_back(entry.path());
	}
	std::sort(files.begin(), files.end());
	return files;
}

} // namespace

int main(int argc, char **argv)
{
	size_t count = 0;
	for (int i = 1; i < argc; i++) {
		for (const auto &path : inputs_of(argv[i])) {
			std::ifstream file(path, std::ios::binary);
			if (!file) {
				std::fprintf(stderr, "cannot open %s\n", path.c_str());
				return 1;
			}
			const std::string text((std::istreambuf_iterator<char>(file)), {});
			std::fprintf(stderr, "%s\n", path.c_str()); // the last one is the one that ended it
			LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(text.data()), text.size());
			count++;
		}
	}
	std::printf("%zu inputs\n", count);
	return count > 0 ? 0 : 1;
}
