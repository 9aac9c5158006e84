// SPDX-License-Identifier: Apache-2.0
//
// A folder of its own for each test, in which falco.yaml is written and loaded.
#pragma once

#include "host/config/config.hpp"
#include "host/config/config_schema.hpp"
#include "host/plugins/schema.hpp"

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
		Config config = load_config(request_);
		// What loads without a word must fit the schema, as far as that sees it: not through options and
		// variables.
		if (config.warnings.empty() && request_.overrides.empty() && text.find("${") == std::string::npos) {
			EXPECT_EQ(schema_fault(text), "") << text;
		}
		return config;
	}

	// What the schema of falco.yaml finds wrong with this text; empty when nothing.
	static std::string schema_fault(const std::string &text)
	{
		static const Schema schema([] {
			nlohmann::json tree = config_schema(nullptr);
			tree["type"] = "object"; // what Schema takes
			return tree.dump();
		}()
						   .c_str());
		const yaml::Document document = yaml::parse(text, "falco.yaml");
		if (document.root.kind == yaml::Kind::null) return ""; // Schema takes maps only
		const auto fault = schema.check(yaml::to_json(document.root));
		return fault ? fault->message : "";
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
