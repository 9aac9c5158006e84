// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/e2e/fixture.hpp"

#include <chrono>
#include <functional>
#include <thread>

namespace falco::test {

// What falco and its plugins count, as a falco with these options writes it into the file "metrics" of a directory.
class MetricsFile {
public:
	explicit MetricsFile(const TempDir &dir) : dir_(dir) { dir_.write("metrics", ""); }

	std::vector<std::string> options() const
	{
		return {"-o", "metrics.enabled=true",
			"-o", "metrics.interval=1s",
			"-o", "metrics.output_file=" + dir_.file("metrics")};
	}

	// The newest; empty before the first.
	nlohmann::json last() const
	{
		const auto lines = lines_of(dir_.read("metrics"));
		if (lines.empty()) return nlohmann::json::object();
		return nlohmann::json::parse(lines.back())["metrics"];
	}

	// The first that are so. Fails when there are none for a long time.
	nlohmann::json wait_until(const std::function<bool(const nlohmann::json &)> &so) const
	{
		const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
		for (;;) {
			const nlohmann::json values = last();
			if (so(values)) return values;
			if (std::chrono::steady_clock::now() > deadline) {
				ADD_FAILURE() << "these are the newest metrics: " << values;
				return values;
			}
			std::this_thread::sleep_for(std::chrono::milliseconds(5));
		}
	}
	// The same: one of them has this value.
	nlohmann::json wait_for(const std::string &name, int value) const
	{
		return wait_until([&](const nlohmann::json &values) { return values.value(name, -1) == value; });
	}

private:
	const TempDir &dir_;
};

} // namespace falco::test
