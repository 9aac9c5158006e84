// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/plugins/plugin.hpp"
#include "tests/support/temp_dir.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace falco::host {

using falco::test::TempDir;

// Where the plugins of tests/plugins are.
std::string test_plugin_dir();
Plugin test_plugin(const std::string &name);

std::string read_text(const std::string &path);

// What `body` says when it throws; "nothing was thrown" when it does not.
std::string error_of(const std::function<void()> &body);

// What `body` printed on std::cout.
std::string printed_by(const std::function<void()> &body);

// The host as instances see it, with their log lines kept.
class FakeServices {
public:
	explicit FakeServices(falco_level level = FALCO_LOG_INFO);
	FakeServices(const FakeServices &) = delete;
	FakeServices &operator=(const FakeServices &) = delete;
	HostServices services;
	std::vector<std::string> lines() const; // "instance: text"

private:
	mutable std::mutex mutex_;
	std::vector<std::string> lines_; // mutex_
};

// A configuration with the schema's defaults.
nlohmann::json defaults_with(const Plugin &plugin, const nlohmann::json &values = nlohmann::json::object());

// An alert with nothing but a line.
class LineAlert {
public:
	explicit LineAlert(std::string line);
	LineAlert(const LineAlert &) = delete;
	LineAlert &operator=(const LineAlert &) = delete;
	const falco_alert &get() const { return alert_; }

private:
	std::string line_;
	const char *tags_[1] = {nullptr};
	falco_alert alert_{};
};

} // namespace falco::host
