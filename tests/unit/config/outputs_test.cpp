// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/config/config_fixture.hpp"

namespace falco::host {
namespace {

using std::chrono::milliseconds;
using Texts = std::vector<std::string>;

class OutputBlocks : public ConfigTest {};

TEST_F(OutputBlocks, are_instances_of_their_name)
{
	const Config config =
		load("syslog_output: {enabled: true}\nkafka_output: {enabled: yes, brokers: [a], acks: 1}\n"
		     "file_output: {enabled: false}\nmail_output: {to: me}\nslow_fast_output: {enabled: on}\n");
	ASSERT_EQ(config.outputs.size(), 3u);
	EXPECT_EQ(config.outputs[0].library, "output-syslog");
	EXPECT_EQ(config.outputs[0].name, "syslog");
	EXPECT_EQ(config.outputs[1].library, "output-kafka");
	EXPECT_EQ(yaml::to_json(config.outputs[1].config).dump(), R"({"acks":1,"brokers":["a"]})");
	EXPECT_EQ(shorten(config.outputs[1].place.str()), "falco.yaml:2:1");
	EXPECT_EQ(config.outputs[2].library, "output-slow_fast");
	EXPECT_EQ(config.outputs[2].name, "slow_fast");
	EXPECT_EQ(config.warnings, Texts{});
}

TEST_F(OutputBlocks, have_defaults)
{
	const InstanceConfig output = load("syslog_output: {enabled: true}\n").outputs.at(0);
	EXPECT_TRUE(output.required);
	EXPECT_EQ(output.sha256, "");
	EXPECT_EQ(yaml::to_json(output.config).dump(), "{}");
	EXPECT_EQ(output.queue.capacity, 10000u);
	EXPECT_FALSE(output.queue.on_full.has_value());
	EXPECT_EQ(output.retry.first, milliseconds(100));
	EXPECT_EQ(output.retry.max, milliseconds(5000));
	EXPECT_EQ(output.retry.give_up_after, milliseconds(60000));
	EXPECT_EQ(output.filter.minimum_priority, 7);
	EXPECT_TRUE(output.filter.rules.empty() && output.filter.tags.empty());
	EXPECT_EQ(output.format, Format::text);
}

TEST_F(OutputBlocks, can_have_a_process_of_their_own)
{
	EXPECT_FALSE(load("x_output: {enabled: true}\n").outputs.at(0).isolation.process);
	EXPECT_FALSE(load("x_output: {enabled: true, isolation: none}\n").outputs.at(0).isolation.process);
	EXPECT_TRUE(load("x_output: {enabled: true, isolation: process}\n").outputs.at(0).isolation.process);
	const IsolationConfig all = load("x_output: {enabled: true, isolation: {user: nobody, timeout: 2s, limits: "
					 "{memory_mb: 100, open_files: 20, processes: 3, file_size_mb: 4}}}\n")
					    .outputs.at(0)
					    .isolation;
	EXPECT_TRUE(all.process);
	EXPECT_EQ(all.user, "nobody");
	EXPECT_EQ(all.timeout, milliseconds(2000));
	EXPECT_EQ(all.memory_mb, 100u);
	EXPECT_EQ(all.open_files, 20u);
	EXPECT_EQ(all.processes, 3u);
	EXPECT_EQ(all.file_size_mb, 4u);
	EXPECT_FALSE(load("x_output: {enabled: true, isolation: {mode: none}}\n").outputs.at(0).isolation.process);
}

TEST_F(OutputBlocks, take_the_host_keys)
{
	const InstanceConfig output = load(R"(
x_output:
  enabled: true
  required: false
  format: JSON
  filter: {priority: WARN, rules: [a*, "b c"], tags: net}
  queue: {capacity: 5, on_full: drop_old}
  retry: {first_ms: 1, max_ms: 2, give_up_after: 3m}
  own: key
)")
					      .outputs.at(0);
	EXPECT_FALSE(output.required);
	EXPECT_EQ(output.format, Format::json);
	EXPECT_EQ(output.filter.minimum_priority, 4);
	EXPECT_EQ(output.filter.rules, (Texts{"a*", "b c"}));
	EXPECT_EQ(output.filter.tags, Texts{"net"});
	EXPECT_EQ(output.queue.capacity, 5u);
	EXPECT_EQ(output.queue.on_full, OnFull::drop_old);
	EXPECT_EQ(output.retry.first, milliseconds(1));
	EXPECT_EQ(output.retry.max, milliseconds(2));
	EXPECT_EQ(output.retry.give_up_after, milliseconds(180000));
	EXPECT_EQ(yaml::to_json(output.config).dump(), R"({"own":"key"})");
}

TEST_F(OutputBlocks, may_have_all_their_keys_commented_out)
{
	EXPECT_EQ(load("stdout_output: {enabled: true, queue: , filter: }\nfile_output:\n").outputs.size(), 1u);
}

TEST_F(OutputBlocks, know_every_queue_policy)
{
	const auto policy = [&](const std::string &name) {
		return load("x_output: {enabled: true, queue: {on_full: " + name + "}}\n").outputs.at(0).queue.on_full;
	};
	EXPECT_EQ(policy("block"), OnFull::block);
	EXPECT_EQ(policy("drop_new"), OnFull::drop_new);
	EXPECT_EQ(policy("drop_old"), OnFull::drop_old);
}

TEST_F(OutputBlocks, follow_json_output_unless_they_say_otherwise)
{
	const Config config =
		load("json_output: true\na_output: {enabled: true}\nb_output: {enabled: true, format: text}\n"
		     "plugins: [{library: output-c}]\n");
	EXPECT_EQ(config.outputs.at(0).format, Format::json);
	EXPECT_EQ(config.outputs.at(1).format, Format::text);
	EXPECT_EQ(config.outputs.at(2).format, Format::json);
}

TEST_F(OutputBlocks, resolve_the_filename_where_falco_was_started)
{
	const auto filename = [&](const std::string &text) {
		return yaml::to_json(load(text).outputs.at(0).config).at("filename").get<std::string>();
	};
	EXPECT_EQ(filename("file_output: {enabled: true, filename: ./events.txt}\n"), folder_ + "/events.txt");
	EXPECT_EQ(filename("file_output: {enabled: true, filename: \"5\"}\n"), folder_ + "/5");
	EXPECT_EQ(filename("file_output: {enabled: true, filename: /a}\n"), "/a");
	EXPECT_EQ(filename("plugins: [{library: output-file, config: {filename: a}}]\n"), folder_ + "/a");
	request_.overrides = {"file_output.enabled=true", "file_output.filename=a b #c"};
	EXPECT_EQ(filename(""), folder_ + "/a b #c");
}

TEST_F(OutputBlocks, hand_buffered_outputs_to_standard_output)
{
	const Config config =
		load("buffered_outputs: yes\nstdout_output: {enabled: true}\nsyslog_output: {enabled: true}\n"
		     "plugins: [{library: output-stdout, name: own, config: {buffered: false}}]\n");
	EXPECT_EQ(yaml::to_json(config.outputs.at(0).config).dump(), R"({"buffered":true})");
	EXPECT_EQ(yaml::to_json(config.outputs.at(1).config).dump(), "{}");
	EXPECT_EQ(yaml::to_json(config.outputs.at(2).config).dump(), R"({"buffered":false})");
	EXPECT_EQ(yaml::to_json(load("buffered_outputs: no\nstdout_output: {enabled: true}\n").outputs.at(0).config)
			  .dump(),
		  "{}");
}

} // namespace
} // namespace falco::host
