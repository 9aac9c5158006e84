// SPDX-License-Identifier: Apache-2.0
//
// source-lines: each line of text files as an event. One capture a file.
#include "line_event.hpp"

#include <falco/plugin_json.hpp>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

constexpr char kSchema[] = R"({"type": "object", "additionalProperties": false, "properties": {
	"paths": {"type": "array", "items": {"type": "string"}, "default": [], "description": "the files, in order"}}})";

class Lines final : public falco::Source {
public:
	static constexpr falco_family family = line_family;

	Lines(falco::Host, std::string_view config)
	    : paths_(falco::parse_config(config).at("paths").get<std::vector<std::string>>())
	{
	}

	bool start(const falco_capture_request &) override
	{
		if (next_path_ == paths_.size()) return false;
		const std::string &path = paths_[next_path_++];
		file_ = std::ifstream(path);
		if (!file_) throw falco::ConfigError(path + ": " + std::strerror(errno));
		event_.file = path.c_str();
		number_ = 0;
		return true;
	}

	void *context() override { return this; } // its matcher needs nothing of it

	falco::Next next(falco_event &event) override
	{
		if (!std::getline(file_, line_)) return falco::Next::end;
		event_.text = falco::str(line_);
		event.number = ++number_;
		event.time_ns = static_cast<uint64_t>(std::time(nullptr)) * 1'000'000'000;
		event.object = &event_;
		return falco::Next::event;
	}

	void stop() noexcept override {}

private:
	std::vector<std::string> paths_;
	size_t next_path_ = 0;
	std::ifstream file_;
	std::string line_;
	LineEvent event_{};
	uint64_t number_ = 0;
};

FALCO_SOURCE_PLUGIN(Lines, 0, {"lines", "1.0.0", "reads the lines of text files", nullptr, kSchema})
