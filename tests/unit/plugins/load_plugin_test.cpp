// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/checksum.hpp"
#include "host/plugins/library.hpp"
#include "host/plugins/table_check.hpp"
#include "tests/unit/plugins/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <dlfcn.h>
#include <elf.h>

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

namespace falco::host {
namespace {

std::string refusal(const std::string &name)
{
	return error_of([&] { test_plugin(name); });
}

TEST(LoadPlugin, gives_the_checked_table)
{
	const Plugin plugin = test_plugin("output-fake");
	EXPECT_EQ(plugin.path, test_plugin_dir() + "/output-fake.so");
	EXPECT_STREQ(plugin.table->name, "fake");
	EXPECT_EQ(plugin.table->kind, FALCO_KIND_OUTPUT);
}

TEST(LoadPlugin, maps_a_file_once)
{
	EXPECT_EQ(test_plugin("output-fake").table, test_plugin(test_plugin_dir() + "/output-fake.so").table);
}

TEST(LoadPlugin, keeps_what_it_loaded)
{
	for (const char *name : {"output-fake", "table-newer-major"}) {
		error_of([&] { test_plugin(name); }); // the second is refused once it is there
		void *const there = dlopen((test_plugin_dir() + '/' + name + ".so").c_str(), RTLD_LAZY | RTLD_NOLOAD);
		EXPECT_NE(there, nullptr) << name;
		if (there) dlclose(there);
	}
}

struct Refused {
	const char *plugin;
	const char *text;
};

// Names of tests take no hyphen.
std::string plugin_name(const testing::TestParamInfo<Refused> &tested)
{
	std::string name = tested.param.plugin;
	for (char &c : name)
		if (c == '-') c = '_';
	return name;
}

class TableRefusal : public testing::TestWithParam<Refused> {};

TEST_P(TableRefusal, says_why)
{
	EXPECT_THAT(refusal(GetParam().plugin), HasSubstr(GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(
	LoadPlugin, TableRefusal,
	testing::Values(
		Refused{"table-magic", "does not begin with FALCO_ABI_MAGIC"},
		Refused{"table-newer-major",
			"was built for plugin ABI 2.0, this falco has 1.0 (newer major version): use a newer falco"},
		Refused{"table-newer-minor",
			"was built for plugin ABI 1.1, this falco has 1.0 (newer minor version): use a newer falco"},
		Refused{"table-older-major", "was built for plugin ABI 0.0, this falco has 1.0 (older major version): "
					     "rebuild it against this falco's SDK"},
		Refused{"table-short", "has a falco_plugin that is too short: struct_size is 80, at least 88 expected"},
		Refused{"table-flags", "sets flags that ABI 1.0 does not know (1)"},
		Refused{"table-ops-short",
			"has a falco_output_ops that is too short: struct_size is 24, at least 32 expected"},
		Refused{"table-ops-flags", "sets flags that ABI 1.0 does not know (128)"},
		Refused{"table-no-create", "does not set the required function create"},
		Refused{"table-no-write", "does not set the required function write"},
		Refused{"table-no-destroy", "does not set the required function destroy"},
		Refused{"table-name", "has the malformed name 'Bad Name'"},
		Refused{"table-no-name", "has the malformed name ''"},
		Refused{"table-version", "has the malformed version 'one'"},
		Refused{"table-description", "has no description"},
		Refused{"table-two-ops", "must set its table of output functions and no other"},
		Refused{"table-no-ops", "must set its table of output functions and no other"},
		Refused{"table-tap-bare", "is of kind tap and so must set its table of tap functions and no other"},
		Refused{"table-tool-bare", "is of kind tool and so must set its table of tool functions and no other"},
		Refused{"table-tool-commands", "describes its commands wrongly: [0] the key 'arguments' is missing"},
		Refused{"table-tool-no-commands", "describes no commands"},
		Refused{"table-tool-schema", "a tool takes no configuration"},
		Refused{"table-kind", "is of kind 99, which this falco does not know"},
		Refused{"table-schema-text", "has a config_schema that cannot be used: it is not JSON"},
		Refused{"table-schema-type", R"(it must be an object with "type": "object")"},
		Refused{"table-schema-rule", "it is not a valid JSON Schema"},
		Refused{"table-schema-host-key", "uses the key 'queue', which is the host's for every output"},
		Refused{"no-entry", "does not export falco_plugin_entry"},
		Refused{"unresolved", "undefined symbol: a_function_that_nobody_defines"}),
	plugin_name);

// From 1.0 on: whoever targets a version gets at least that from the host, and an older plugin is good for ever.
TEST(LoadPlugin, compares_versions_as_the_contract_says)
{
	EXPECT_EQ(version_problem({1, 0}, {1, 0}), "");
	EXPECT_EQ(version_problem({1, 0}, {1, 7}), "");
	EXPECT_THAT(version_problem({1, 8}, {1, 7}), HasSubstr("(newer minor version): use a newer falco"));
	EXPECT_THAT(version_problem({2, 0}, {1, 7}), HasSubstr("(newer major version): use a newer falco"));
	EXPECT_THAT(version_problem({1, 9}, {2, 0}), HasSubstr("(older major version): rebuild it"));
	EXPECT_THAT(version_problem({0, 3}, {0, 4}), HasSubstr("(older minor version): rebuild it"));
}

TEST(LoadPlugin, takes_tables_that_end_after_what_is_required)
{
	const Plugin plugin = test_plugin("table-ops-old");
	EXPECT_NE(plugin.table->output->write, nullptr);
	// In the plugin's own table something stands there, beyond its end.
	EXPECT_EQ(plugin.table->output->write_batch, nullptr);
	EXPECT_EQ(plugin.table->output->metrics, nullptr);
	EXPECT_EQ(plugin.table->tap, nullptr);
	EXPECT_EQ(plugin.table->output->struct_size, sizeof(falco_output_ops));
	const FakeServices services;
	Output output(plugin, "old", nlohmann::json::object(), services.services);
	EXPECT_FALSE(output.has_flush());
	EXPECT_TRUE(output.write(LineAlert("x").get()).ok());
}

TEST(LoadPlugin, every_refusal_names_the_file)
{
	for (const char *name : {"table-magic", "no-entry", "unresolved"})
		EXPECT_THAT(refusal(name), HasSubstr("plugin " + test_plugin_dir() + "/" + name + ".so "));
}

TEST(LoadPlugin, suggests_a_name_for_one_that_is_not_there)
{
	EXPECT_EQ(refusal("output-fak"),
		  "plugin 'output-fak': no such plugin in " + test_plugin_dir() +
			  " (did you mean 'output-fake'?); `falco plugin list` shows what is there");
	EXPECT_THAT(refusal(""), HasSubstr("no such plugin"));
}

TEST(LoadPlugin, takes_no_relative_path)
{
	EXPECT_THAT(refusal("./output-fake.so"), HasSubstr("a path must be absolute"));
	EXPECT_THAT(refusal("/nonexistent/x.so"), HasSubstr("/nonexistent/x.so: no such file"));
}

TEST(LoadPlugin, never_gives_the_loader_a_file_that_is_no_library)
{
	const TempDir dir;
	const std::string text = dir.write("text.so", "hello\n");
	EXPECT_THAT(refusal(text), HasSubstr("is not a shared object (no ELF file)"));
	std::string content = read_text(test_plugin_dir() + "/table-good.so");
	content.at(offsetof(Elf64_Ehdr, e_machine)) = EM_386;
	EXPECT_THAT(refusal(dir.write("other.so", content)), HasSubstr("was built for another machine"));
}

TEST(LoadPlugin, never_loads_what_others_can_write)
{
	const TempDir dir;
	const std::string path = dir.write("x.so", read_text(test_plugin_dir() + "/table-good.so"));
	chmod(path.c_str(), 0777);
	EXPECT_THAT(refusal(path), HasSubstr("is not used: "));
}

TEST(LoadPlugin, compares_the_checksum)
{
	const std::string path = test_plugin_dir() + "/table-good.so";
	const std::string right = sha256_of_file(path), wrong(64, '0');
	EXPECT_NO_THROW(load_plugin("table-good", test_plugin_dir(), right));
	EXPECT_EQ(error_of([&] { load_plugin("table-good", test_plugin_dir(), wrong); }),
		  "plugin " + path + " is not the file that was configured: its SHA-256 is " + right + ", expected " +
			  wrong);
}

TEST(ListLibraries, names_what_ends_in_so)
{
	EXPECT_THAT(list_libraries(test_plugin_dir()), Contains("output-fake"));
	EXPECT_THAT(list_libraries("/nonexistent"), IsEmpty());
}

TEST(KindName, knows_all_five)
{
	EXPECT_EQ(kind_name(FALCO_KIND_SOURCE), "source");
	EXPECT_EQ(kind_name(FALCO_KIND_MATCHER), "matcher");
	EXPECT_EQ(kind_name(FALCO_KIND_OUTPUT), "output");
	EXPECT_EQ(kind_name(FALCO_KIND_TAP), "tap");
	EXPECT_EQ(kind_name(FALCO_KIND_TOOL), "tool");
	EXPECT_EQ(kind_name(17), "kind 17");
}

} // namespace
} // namespace falco::host
