// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/config/config_fixture.hpp"

namespace falco::host {
namespace {

class Plugins : public ConfigTest {};

TEST_F(Plugins, are_read_in_order_behind_the_blocks)
{
	const std::string sum(64, 'B');
	const Config config = load(R"(
plugins:
  - library: output-file
    name: severe
    config: {filename: /a, mode: 0o640}
    required: no
    sha256: )" + sum + R"(
    filter: {priority: error}
    queue: {capacity: 1}
    retry: {give_up_after: 0}
    format: json
  - library: lib/output-own.so
stdout_output: {enabled: true}
)");
	ASSERT_EQ(config.outputs.size(), 3u);
	EXPECT_EQ(config.outputs[0].name, "stdout");
	const InstanceConfig &file = config.outputs[1];
	EXPECT_EQ(file.library, "output-file");
	EXPECT_EQ(file.name, "severe");
	EXPECT_EQ(yaml::to_json(file.config).dump(), R"({"filename":"/a","mode":416})");
	EXPECT_FALSE(file.required);
	EXPECT_EQ(file.sha256, std::string(64, 'b'));
	EXPECT_EQ(file.filter.minimum_priority, 3);
	EXPECT_EQ(file.queue.capacity, 1u);
	EXPECT_EQ(file.retry.give_up_after.count(), 0);
	EXPECT_EQ(file.format, Format::json);
	EXPECT_EQ(shorten(file.place.str()), "falco.yaml:3:5");
	EXPECT_EQ(config.outputs[2].library, folder_ + "/lib/output-own.so");
	EXPECT_EQ(config.outputs[2].name, "own");
	EXPECT_TRUE(config.warnings.empty());
}

TEST_F(Plugins, may_be_commented_out)
{
	EXPECT_EQ(load(std::string(kOutput) + "plugins:\n#  - library: x\n").outputs.size(), 1u);
}

TEST_F(Plugins, of_other_names_are_outputs)
{
	const Config config = load("plugins: [{library: /opt/pager.so, queue: {capacity: 3}}, {library: mailer}]\n");
	ASSERT_EQ(config.outputs.size(), 2u);
	EXPECT_EQ(config.outputs[0].library, "/opt/pager.so");
	EXPECT_EQ(config.outputs[0].name, "pager");
	EXPECT_EQ(config.outputs[0].queue.capacity, 3u);
	EXPECT_EQ(config.outputs[1].name, "mailer");
}

TEST_F(Plugins, of_other_names_are_what_source_or_matcher_say)
{
	const Config config =
		load(std::string(kOutput) +
		     "source: tap\nmatcher: /opt/judge.so\n"
		     "plugins: [{library: /opt/tap.so, config: {a: 1}}, {library: /opt/judge.so, name: j}]\n");
	EXPECT_EQ(config.sources.at(0).library, "/opt/tap.so");
	EXPECT_EQ(yaml::to_json(config.sources.at(0).config).dump(), R"({"a":1})");
	EXPECT_EQ(config.matcher.name, "j");
	EXPECT_EQ(config.outputs.size(), 1u);
}

TEST_F(Plugins, that_become_the_source_have_no_queue)
{
	EXPECT_EQ(failure(std::string(kOutput) + "source: tap\nplugins: [{library: /opt/tap.so, queue: {}}]\n"),
		  "falco.yaml:3:34: plugins[0].queue: only outputs have this; remove the key");
}

TEST_F(Plugins, take_options)
{
	request_.overrides = {"plugins[0].config.filename=/b", "plugins[]={library: output-x}", "plugins[1].name=y"};
	const Config config = load("plugins: [{library: output-file, config: {filename: /a}}]\n");
	EXPECT_EQ(config.outputs.at(0).config.find("filename")->text, "/b");
	EXPECT_EQ(config.outputs.at(1).name, "y");
}

} // namespace
} // namespace falco::host
