// SPDX-License-Identifier: Apache-2.0
//
// falco plugin new: a project outside of falco's tree that builds, is tested and can be changed into what is wanted.
#include "host/app/plugin_commands.hpp"
#include "host/error.hpp"

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>
#include <utility>
#include <vector>

namespace falco::host {

namespace {

namespace fs = std::filesystem;

// @NAME@: my-queue, @FILE@: my_queue, @CLASS@: MyQueue.

constexpr const char *kCMake = R"cmake(cmake_minimum_required(VERSION 3.25)
project(output-@NAME@ VERSION 0.1.0 LANGUAGES CXX)

# The SDK: cmake -DCMAKE_PREFIX_PATH=FOLDER names where falco is installed.
find_package(Falco 0.1 REQUIRED)
find_package(nlohmann_json 3.9 REQUIRED)
include(CTest)

# Besides the plugin itself this adds the test plugin-check.output-@NAME@: does it keep to the contract?
add_falco_plugin(output-@NAME@ output_@FILE@.cpp CHECK_CONFIG [[{"path": "/dev/null"}]])
target_link_libraries(output-@NAME@ PRIVATE nlohmann_json::nlohmann_json)

if(BUILD_TESTING)
	find_package(GTest REQUIRED)
	add_executable(output-@NAME@-test output_@FILE@_test.cpp output_@FILE@.cpp)
	target_link_libraries(output-@NAME@-test PRIVATE falco::sdk nlohmann_json::nlohmann_json GTest::gtest_main)
	target_compile_features(output-@NAME@-test PRIVATE cxx_std_17)
	add_test(NAME output-@NAME@-test COMMAND output-@NAME@-test)
endif()
)cmake";

constexpr const char *kPlugin =
	R"code(// output-@NAME@: appends each alert's line to a file. Change it into what you want to deliver to.
#include <falco/plugin_json.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

namespace {

// falco checks the user's configuration against this, and fills in each "default", before it makes an instance. These
// keys are falco's own and cannot be used: enabled, filter, queue, retry, batch, format, template, dedup, spool,
// isolation, required.
constexpr char kSchema[] = R"({
	"type": "object",
	"additionalProperties": false,
	"required": ["path"],
	"properties": {
		"path": {"type": "string", "pattern": "^/", "description": "absolute path of the file"},
		"prefix": {"type": "string", "default": "", "description": "stands before each line"}
	}
})";

class @CLASS@ final : public falco::Output {
public:
	// What is wrong with the destination should show here, at the start, and not at the first alert.
	@CLASS@(falco::Host host, std::string_view config) : host_(host)
	{
		const auto values = falco::parse_config(config);
		path_ = values.value("path", "");
		prefix_ = values.value("prefix", "");
		if (!open()) throw falco::ConfigError(path_ + ": " + std::strerror(errno));
		host_.log(FALCO_LOG_DEBUG, "alerts go to " + path_);
	}

	// RetryLater: falco comes again with the same alert after a pause. Any other exception ends this output.
	void write(const falco::Alert &alert) override
	{
		const std::string text = prefix_ + std::string(alert.line()) + '\n';
		if (!file_ && !open()) throw falco::RetryLater(path_ + ": " + std::strerror(errno));
		if (std::fwrite(text.data(), text.size(), 1, file_.get()) != 1)
			throw falco::RetryLater(path_ + ": " + std::strerror(errno));
	}

	// An alert counts as delivered when write and then flush have returned.
	void flush() override
	{
		if (file_ && std::fflush(file_.get()) != 0)
			throw falco::RetryLater(path_ + ": " + std::strerror(errno));
	}

	// After log rotation: what is open is another file now.
	void reopen() override
	{
		flush();
		file_.reset();
	}

private:
	bool open()
	{
		file_.reset(std::fopen(path_.c_str(), "ae")); // append, close on exec
		return file_ != nullptr;
	}

	struct Close {
		void operator()(std::FILE *file) const { std::fclose(file); }
	};

	falco::Host host_;
	std::string path_, prefix_;
	std::unique_ptr<std::FILE, Close> file_;
};

} // namespace

FALCO_OUTPUT_PLUGIN(@CLASS@, 0, {"@NAME@", "0.1.0", "appends alerts to a file", nullptr, kSchema})
)code";

constexpr const char *kTest = R"code(// The plugin, called as falco calls it.
#include <falco/plugin_test.hpp>

#include <gtest/gtest.h>

#include <string>

using namespace falco::plugin_test;

namespace {

std::string config_for(const std::string &path)
{
	return R"({"path": ")" + path + R"(", "prefix": "> "})";
}

TEST(@CLASS@, writes_what_it_is_given)
{
	const FakeHost host;
	const TempDir dir;
	OutputInstance output(falco_plugin_entry, host, config_for(dir.file("alerts")));
	EXPECT_EQ(output.write(Alert().line("one")), FALCO_OK) << output.message();
	EXPECT_EQ(output.write(Alert().line("two")), FALCO_OK) << output.message();
	EXPECT_EQ(output.flush(), FALCO_OK) << output.message();
	EXPECT_EQ(dir.read("alerts"), "> one\n> two\n");
	EXPECT_TRUE(host.logged("alerts go to"));
}

TEST(@CLASS@, goes_on_in_a_new_file_when_the_old_one_was_renamed)
{
	const FakeHost host;
	const TempDir dir;
	OutputInstance output(falco_plugin_entry, host, config_for(dir.file("alerts")));
	output.write(Alert().line("one"));
	ASSERT_EQ(std::rename(dir.file("alerts").c_str(), dir.file("alerts.1").c_str()), 0);
	EXPECT_EQ(output.reopen(), FALCO_OK);
	output.write(Alert().line("two"));
	output.flush();
	EXPECT_EQ(dir.read("alerts.1"), "> one\n");
	EXPECT_EQ(dir.read("alerts"), "> two\n");
}

TEST(@CLASS@, says_at_the_start_what_is_wrong)
{
	const FakeHost host;
	try {
		const OutputInstance output(falco_plugin_entry, host, config_for("/nonexistent/alerts"));
		FAIL() << "it should not start";
	} catch (const std::exception &e) {
		EXPECT_EQ(std::string(e.what()), "/nonexistent/alerts: No such file or directory");
	}
}

} // namespace
)code";

constexpr const char *kCi = R"script(#!/bin/sh
# What a continuous integration runs, and you before you commit: builds the plugin with warnings as errors, and tests it.
# FALCO_PREFIX: where falco is installed.
set -eu
cd "$(dirname "$0")"
cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="${FALCO_PREFIX:-/opt/falco}" \
	-DCMAKE_CXX_FLAGS="-Wall -Wextra -Wshadow -Wconversion -Werror"
cmake --build build
ctest --test-dir build --output-on-failure --no-tests=error
)script";

constexpr const char *kReadme = R"text(# output-@NAME@

An output plugin for falco: it appends each alert's line to a file.

## Build and test

It takes a C++17 compiler, CMake 3.25, nlohmann/json, GoogleTest, and an installed falco:

    FALCO_PREFIX=/opt/falco ./ci.sh

## Use

    cmake --install build --prefix /opt/falco
    /opt/falco/bin/falco plugin info output-@NAME@

and in falco.yaml:

    @NAME@_output:
      enabled: true
      path: /var/log/falco-@NAME@.log

or, for several of them, entries of `plugins:`, each with `library: output-@NAME@` and a name of its own.

## What is where

| file | what it is |
|---|---|
| `output_@FILE@.cpp` | the plugin: schema of its configuration, the class, the table that falco reads |
| `output_@FILE@_test.cpp` | its tests, with a fake host |
| `CMakeLists.txt` | builds both; `ctest` also runs `falco plugin check` |
| `ci.sh` | what a continuous integration runs |

The contract between falco and its plugins is documented in `include/falco/plugin.h` of the installed falco.
)text";

constexpr const char *kIgnore = "build/\n";

struct Names {
	std::string name, file, class_name;
};

Names names_for(const std::string &name)
{
	Names names{name, "", ""};
	bool is_start = true;
	for (const char c : name) {
		const bool is_separator = c == '-' || c == '_';
		names.file += is_separator ? '_' : c;
		if (!is_separator)
			names.class_name +=
				is_start ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
		is_start = is_separator;
	}
	return names;
}

std::string filled(std::string text, const Names &names)
{
	for (const auto &[mark, value] : {std::pair<const char *, const std::string &>("@NAME@", names.name),
					  {"@FILE@", names.file},
					  {"@CLASS@", names.class_name}}) {
		const std::string searched = mark;
		for (size_t at = text.find(searched); at != std::string::npos; at = text.find(searched, at))
			text.replace(at, searched.size(), value);
	}
	return text;
}

} // namespace

int plugin_new(const std::string &kind, const std::string &name, const std::string &dir)
{
	if (kind != "output")
		throw Error("falco plugin new makes a project for an output; for a " + kind +
			    " take one of the examples as a start");
	static const std::regex good_name("[a-z][a-z0-9_-]{0,31}");
	if (!std::regex_match(name, good_name))
		throw Error("'" + name +
			    "' cannot be the name of a plugin: 1 to 32 of a-z, 0-9, _ and -, beginning with "
			    "a letter");
	const fs::path folder = dir.empty() ? fs::path("output-" + name) : fs::path(dir);
	if (fs::exists(folder) && (!fs::is_directory(folder) || !fs::is_empty(folder)))
		throw Error(folder.string() + " is there already: name a folder that is new or empty with --dir");
	const Names names = names_for(name);
	const std::vector<std::pair<std::string, const char *>> files{{"CMakeLists.txt", kCMake},
								      {"output_" + names.file + ".cpp", kPlugin},
								      {"output_" + names.file + "_test.cpp", kTest},
								      {"ci.sh", kCi},
								      {"README.md", kReadme},
								      {".gitignore", kIgnore}};
	fs::create_directories(folder);
	for (const auto &[file, text] : files) {
		const std::string path = (folder / file).string();
		std::ofstream stream(path, std::ios::binary);
		stream << filled(text, names);
		if (!stream.flush()) throw Error(path + " cannot be written");
		std::cout << path << "\n";
	}
	fs::permissions(folder / "ci.sh", fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
			fs::perm_options::add);
	std::cout << "Build and test it: FALCO_PREFIX=(where falco is installed) " << (folder / "ci.sh").string()
		  << "\n";
	return 0;
}

} // namespace falco::host
