// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/config/config_fixture.hpp"

namespace falco::host {
namespace {

class TapConfig : public ConfigTest {
protected:
	std::string config_of(const InstanceConfig &tap) { return shorten(yaml::to_json(tap.config).dump()); }
};

TEST_F(TapConfig, is_empty_by_default)
{
	EXPECT_TRUE(load(kOutput).taps.empty());
	EXPECT_TRUE(load(std::string(kOutput) + "record: {enabled: no, path: x}\n").taps.empty());
	EXPECT_TRUE(load(std::string(kOutput) + "record: {compress: true}\n").taps.empty()); // for -w
	EXPECT_TRUE(load(std::string(kOutput) + "record:\n").taps.empty());
}

TEST_F(TapConfig, lists_several_and_takes_them_by_their_library_s_name)
{
	const Config config = load(std::string(kOutput) +
				   "plugins:\n  - {library: tap-count}\n  - {library: /opt/tap-mine.so, name: other, "
				   "required: false, config: {a: 1}}\n  - {library: output-file, name: count, config: "
				   "{filename: x}}\n");
	ASSERT_EQ(config.taps.size(), 2u);
	EXPECT_EQ(config.taps[0].name, "count");
	EXPECT_TRUE(config.taps[0].required);
	EXPECT_EQ(config.taps[1].library, "/opt/tap-mine.so");
	EXPECT_EQ(config.taps[1].name, "other");
	EXPECT_FALSE(config.taps[1].required);
	EXPECT_EQ(config.outputs.size(), 2u);
}

TEST_F(TapConfig, refuses_what_only_outputs_have)
{
	EXPECT_EQ(failure(std::string(kOutput) + "plugins:\n  - {library: tap-count, queue: {capacity: 1}}\n"),
		  "falco.yaml:3:26: plugins[0].queue: only outputs have this; remove the key");
	EXPECT_EQ(failure(std::string(kOutput) + "source: tap-count\n"),
		  "falco.yaml:2:9: source: 'tap-count' is a tap, not a source");
	EXPECT_EQ(failure(std::string(kOutput) + "plugins:\n  - {library: tap-a}\n  - {library: tap-a}\n"),
		  "falco.yaml:4:5: the instance name 'a' is used twice, first at falco.yaml:3:5; give one of them "
		  "another "
		  "'name'");
}

TEST_F(TapConfig, takes_the_block_as_an_instance)
{
	const Config config =
		load(std::string(kOutput) + "record: {enabled: true, required: no, path: out.scap, max_files: 3}\n");
	ASSERT_EQ(config.taps.size(), 1u);
	EXPECT_EQ(config.taps[0].library, "tap-recorder");
	EXPECT_EQ(config.taps[0].name, "recorder");
	EXPECT_FALSE(config.taps[0].required);
	EXPECT_EQ(config_of(config.taps[0]), R"({"max_files":3,"path":"out.scap"})"); // in the test's folder
	EXPECT_EQ(shorten(config.taps[0].place.str()), "falco.yaml:2:1");
	EXPECT_TRUE(config.warnings.empty());
}

TEST_F(TapConfig, records_as_soon_as_a_path_is_named)
{
	const Config config = load(std::string(kOutput) + "record: {path: out.scap}\n");
	ASSERT_EQ(config.taps.size(), 1u);
	EXPECT_EQ(config_of(config.taps[0]), R"({"path":"out.scap"})");
}

TEST_F(TapConfig, refuses_a_file_that_something_else_is_read_from_or_written_to)
{
	const std::string recorder = std::string(kOutput) + "record: {path: a/../x}\n";
	write("x", "");
	std::filesystem::create_directory(folder_ + "/a");
	std::filesystem::create_hard_link(folder_ + "/x", folder_ + "/hard.scap");
	const std::string refused = "falco.yaml:2:16: a/../x cannot be recorded to: ";
	request_.trace_files = {"hard.scap"};
	EXPECT_EQ(failure(recorder), refused + "it is the trace that is replayed; name another file");
	request_.trace_files = {"."}; // a folder with it
	EXPECT_EQ(failure(recorder), refused + "it is the trace that is replayed; name another file");
	request_.trace_files = {"nowhere.scap"};
	EXPECT_EQ(failure(recorder), "");

	std::filesystem::remove(folder_ + "/x"); // what is not there yet is one file, too
	EXPECT_EQ(failure(recorder + "file_output: {enabled: true, filename: ./x}\n"),
		  refused + "output 'file' writes alerts to it; name another file");
	EXPECT_EQ(failure(recorder + "file_output: {enabled: true, filename: y}\n"), "");
	EXPECT_EQ(failure(recorder + "plugins: [{library: tap-recorder, name: r, config: {path: x}}]\n"),
		  refused + "another recorder does that; name another file");
}

TEST_F(TapConfig, needs_a_path)
{
	EXPECT_EQ(failure(std::string(kOutput) + "record: {enabled: true}\n"),
		  "falco.yaml:2:1: record: the key 'path' is missing: the file that events are recorded to");
	EXPECT_EQ(failure(std::string(kOutput) + "plugins: [{library: tap-recorder, name: r}]\n"),
		  "falco.yaml:2:11: tap 'r': the key 'path' is missing: the file that events are recorded to");
	EXPECT_EQ(failure(std::string(kOutput) + "record: {enabled: true, path: []}\n"),
		  "falco.yaml:2:31: record.path: expected a path, found a list");
	EXPECT_EQ(failure(std::string(kOutput) + "record: yes\n"),
		  "falco.yaml:2:9: record: expected a map with the key 'path', found 'yes'");
	EXPECT_EQ(failure(std::string(kOutput) + "record: {enabled: 7}\n"),
		  "falco.yaml:2:19: record.enabled: expected true or false, found '7'");
}

TEST_F(TapConfig, takes_the_path_of_the_option_and_the_rest_of_the_block)
{
	request_.record_file = "given.scap";
	EXPECT_EQ(config_of(load(kOutput).taps.at(0)), R"({"path":"given.scap"})");
	const Config config = load(std::string(kOutput) + "record: {path: out.scap, compress: true}\n");
	ASSERT_EQ(config.taps.size(), 1u);
	EXPECT_EQ(config_of(config.taps[0]), R"({"compress":true,"path":"given.scap"})");
	const Config listed = load(std::string(kOutput) +
				   "plugins: [{library: tap-recorder, config: {max_files: 2}}, {library: tap-recorder, "
				   "name: second, config: {path: /x}}]\n");
	ASSERT_EQ(listed.taps.size(), 2u);
	EXPECT_EQ(config_of(listed.taps[0]), R"({"max_files":2,"path":"given.scap"})");
	EXPECT_EQ(config_of(listed.taps[1]), R"({"path":"/x"})");
}

TEST_F(TapConfig, refuses_an_option_that_names_no_file)
{
	request_.record_file = "";
	EXPECT_EQ(failure(kOutput), "option -w: the name of the file is empty");
	request_.record_file = "-";
	EXPECT_EQ(failure(kOutput), "option -w: standard output is for alerts: name a file");
}

TEST_F(TapConfig, refuses_the_short_form_beside_an_instance_of_its_name)
{
	EXPECT_EQ(failure(std::string(kOutput) + "record: {enabled: true, path: a}\nplugins: [{library: tap-recorder, "
						 "config: {path: b}}]\n"),
		  "falco.yaml:2:1: the instance name 'recorder' is used twice, first at falco.yaml:3:11; give one of "
		  "them "
		  "another 'name'");
}

} // namespace
} // namespace falco::host
