// SPDX-License-Identifier: Apache-2.0
//
// falco.yaml. A line "#-o KEY=VALUE" in it stands for that option.
#include "fuzz/input_file.hpp"
#include "host/config/config.hpp"

#include <cstdio>
#include <sstream>

namespace {

using namespace falco;

std::vector<std::string> overrides_in(const std::string &text)
{
	constexpr const char *kMark = "#-o ";
	std::vector<std::string> overrides;
	std::istringstream lines(text);
	for (std::string line; std::getline(lines, line);) {
		if (line.rfind(kMark, 0) == 0) overrides.push_back(line.substr(4));
	}
	return overrides;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static fuzz::InputFile input;
	const std::string text(reinterpret_cast<const char *>(data), size);
	if (text.find("/dev") != std::string::npos) return 0; // config_files could name a terminal, which waits
	host::ConfigRequest request;
	request.file = input.write(data, size);
	request.overrides = overrides_in(text);
	request.working_directory = "/nonexistent";
	request.default_plugin_dir = "/nonexistent/plugins";
	try {
		host::load_config(request);
	} catch (const yaml::Error &e) {
		if (e.place().file == nullptr || e.message().empty()) {
			std::fprintf(stderr, "an error without a place: %s\n", e.what());
			std::abort();
		}
	} catch (const std::runtime_error &) {
		// about the options
	}
	return 0;
}
