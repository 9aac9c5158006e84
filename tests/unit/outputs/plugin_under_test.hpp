// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/plugins/plugin.hpp"
#include "tests/support/temp_dir.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace falco::host::test {

using falco::test::TempDir;

// Instances of one of falco's own output plugins, from its library in the build tree, with what they log.
class PluginUnderTest {
public:
	explicit PluginUnderTest(const std::string &name);

	// Throws Error when the plugin refuses. The schema's defaults are filled in, as the host does it.
	std::unique_ptr<Output> create(nlohmann::json config = nlohmann::json::object());
	// What it says when it refuses this configuration; "none" when it does not.
	std::string refusal(nlohmann::json config);
	std::vector<std::string> log();

	const falco_plugin *table() const { return plugin_.table; }

private:
	const Plugin plugin_;
	HostServices services_;
	std::mutex mutex_; // for log_
	std::vector<std::string> log_;
};

// Hands an alert with this line to an output.
Status write(Output &output, std::string_view line, uint64_t sequence = 1, int priority = 4);

// Several alerts with these lines, numbered from `first` on.
class Batch {
public:
	explicit Batch(std::vector<std::string> lines, uint64_t first = 1);
	Batch(const Batch &) = delete;
	Batch &operator=(const Batch &) = delete;
	// Those from this one on.
	std::vector<const falco_alert *> alerts(size_t from = 0) const;

private:
	std::deque<std::string> ids_; // stay where they are
	std::vector<std::string> lines_;
	std::vector<falco_alert> alerts_;
};

std::string read_file(const std::string &path);

} // namespace falco::host::test
