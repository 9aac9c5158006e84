// SPDX-License-Identifier: Apache-2.0
//
// A tap of the family "fake/1" (or FAKE_FAMILY) that writes down its calls, one a line.
#include "tests/plugins/fake_event.h"

#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

#ifndef FAKE_FAMILY
#define FAKE_FAMILY "fake/1"
#endif

namespace {

constexpr const char *kSchema = R"({
	"type": "object",
	"additionalProperties": false,
	"properties": {
		"path": {"type": "string", "default": "", "description": "calls are appended to this file"},
		"fail_bind": {"type": "boolean", "default": false, "description": "bind fails"},
		"fail_at": {"type": "integer", "minimum": 0, "default": 0,
			"description": "the event at which the tap fails; 0: none"},
		"fail_flush": {"type": "boolean", "default": false, "description": "flush fails"},
		"refuse": {"type": "boolean", "default": false, "description": "create fails"}
	}
})";

class FakeTap final : public falco::Tap {
public:
	static constexpr falco_family family = {FAKE_FAMILY, nullptr};

	FakeTap(falco::Host, std::string_view config) : config_(nlohmann::json::parse(config)), path_(config_["path"])
	{
		if (config_["refuse"]) throw falco::ConfigError("the fake tap refuses");
	}

	void bind(void *context) override
	{
		write(context ? "bind" : "bind to nothing");
		if (config_["fail_bind"]) throw std::runtime_error("the fake tap cannot bind");
	}
	void event(const falco_event &event) override
	{
		write("event " + std::to_string(event.number) + " " + static_cast<fake_event *>(event.object)->name);
		if (config_["fail_at"] == event.number) throw std::runtime_error("the fake tap broke");
	}
	void flush() override
	{
		write("flush");
		if (config_["fail_flush"]) throw std::runtime_error("the fake tap cannot flush");
	}
	void unbind() noexcept override { write("unbind"); }

private:
	void write(const std::string &line) const
	{
		if (!path_.empty()) std::ofstream(path_, std::ios::app) << line << std::endl;
	}

	nlohmann::json config_;
	std::string path_;
};

} // namespace

FALCO_TAP_PLUGIN(FakeTap, {"fake", "1.0.0", "writes its calls down for tests", nullptr, kSchema})
