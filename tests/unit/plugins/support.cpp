// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/plugins/support.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace falco::host {

std::string test_plugin_dir()
{
	return FALCO_BINARY_DIR "/tests/plugins";
}

Plugin test_plugin(const std::string &name)
{
	return load_plugin(name, test_plugin_dir());
}

std::string read_text(const std::string &path)
{
	std::ifstream file(path, std::ios::binary);
	return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string error_of(const std::function<void()> &body)
{
	try {
		body();
	} catch (const std::exception &error) {
		return error.what();
	}
	return "nothing was thrown";
}

std::string printed_by(const std::function<void()> &body)
{
	testing::internal::CaptureStdout();
	std::string failure;
	try {
		body();
	} catch (const std::exception &error) { // must not leave the output captured
		failure = error.what();
	}
	const std::string text = testing::internal::GetCapturedStdout();
	EXPECT_EQ(failure, "");
	return text;
}

FakeServices::FakeServices(falco_level level)
{
	services.version = "test";
	services.hostname = "testhost";
	services.log_level = level;
	services.log = [this](const std::string &instance, falco_level, std::string_view text) {
		const std::lock_guard<std::mutex> lock(mutex_);
		lines_.push_back(instance + ": " + std::string(text));
	};
}

std::vector<std::string> FakeServices::lines() const
{
	const std::lock_guard<std::mutex> lock(mutex_);
	return lines_;
}

nlohmann::json defaults_with(const Plugin &plugin, const nlohmann::json &values)
{
	InstanceConfig instance;
	instance.name = "test";
	return complete_config(plugin, instance, values);
}

LineAlert::LineAlert(std::string line) : line_(std::move(line))
{
	alert_.struct_size = sizeof alert_;
	alert_.id = "id";
	alert_.rule = "rule";
	alert_.source = "fake";
	alert_.hostname = "testhost";
	alert_.tags = tags_;
	alert_.line = {line_.data(), line_.size()};
	alert_.message = alert_.line;
}

} // namespace falco::host
