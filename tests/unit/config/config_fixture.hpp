// SPDX-License-Identifier: Apache-2.0
//
// A folder of its own for each test, in which falco.yaml is written and loaded.
#pragma once

#include "host/config/config.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace falco::host {

// What the tests that are not about outputs begin with.
constexpr const char *kOutput = "stdout_output: {enabled: true}\n";

class ConfigTest : public testing::Test {
protected:
	void SetUp() override
	{
		char name[] = "/tmp/falco-config-XXXXXX";
		ASSERT_NE(mkdtemp(name), nullptr);
		folder_ = name;
		request_.working_directory = folder_;
		request_.default_plugin_dir = "/default/plugins";
	}
	void TearDown() override { std::filesystem::remove_all(folder_); }

	void write(const std::string &name, const std::string &text) const
	{
		std::ofstream(folder_ + '/' + name) << text;
	}

	Config load(const std::string &text)
	{
		write("falco.yaml", text);
		return load_config(request_);
	}

	// The error's text, the folder's name cut off; empty when there is none.
	std::string failure(const std::string &text)
	{
		try {
			load(text);
		} catch (const std::runtime_error &error) {
			return shorten(error.what());
		}
		return "";
	}

	// The only warning, likewise.
	std::string warning(const std::string &text)
	{
		const Config config = load(text);
		return config.warnings.size() == 1 ? shorten(config.warnings[0])
						   : std::to_string(config.warnings.size()) + " warnings";
	}

	std::string shorten(std::string text) const
	{
		for (size_t at; (at = text.find(folder_ + '/')) != std::string::npos;)
			text.erase(at, folder_.size() + 1);
		return text;
	}

	std::string folder_;
	ConfigRequest request_;
};

} // namespace falco::host
