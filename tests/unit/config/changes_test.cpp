// SPDX-License-Identifier: Apache-2.0
#include "host/config/changes.hpp"

#include "tests/unit/config/config_fixture.hpp"

#include <gmock/gmock.h>

namespace falco::host {

using testing::ElementsAre;
using testing::IsEmpty;

class Changes : public ConfigTest {
protected:
	// The one output of this entry of `plugins`.
	InstanceConfig output(const std::string &keys)
	{
		return load("plugins:\n  - {library: output-file, config: {filename: /f}" + keys + "}\n").outputs.at(0);
	}
};

TEST_F(Changes, of_place_and_filter_leave_an_output_the_same)
{
	const InstanceConfig before = output("");
	EXPECT_TRUE(same_output(before, output("")));
	EXPECT_TRUE(same_output(before, output(", filter: {priority: error}")));
	EXPECT_TRUE(same_output(
		before, load("# a line\n\nplugins: [{config: {filename: /f}, library: output-file}]").outputs.at(0)));
}

TEST_F(Changes, of_anything_else_make_it_another_one)
{
	const InstanceConfig before = output("");
	for (const char *keys :
	     {", name: other", ", required: false", ", format: json", ", queue: {capacity: 5}",
	      ", queue: {on_full: block}", ", retry: {first_ms: 5}", ", retry: {max_ms: 7000}",
	      ", retry: {give_up_after: 1h}", ", retry: {give_up_after: never}", ", batch: {max_ms: 5}", ", dedup: {}",
	      ", spool: {dir: /s}", ", format: template, template: x",
	      ", sha256: 0123456789012345678901234567890123456789012345678901234567890123"}) {
		EXPECT_FALSE(same_output(before, output(keys))) << keys;
	}
	for (const char *entry : {"{library: output-stdout, name: file, config: {filename: /f}}",
				  "{library: output-file, config: {filename: /g}}",
				  "{library: output-file, config: {filename: /f, more: [1]}}"}) {
		EXPECT_FALSE(same_output(before, load(std::string("plugins: [") + entry + "]").outputs.at(0))) << entry;
	}
}

TEST_F(Changes, within_a_block_make_it_another_one)
{
	const std::string spool = ", spool: {dir: /s", dedup = ", dedup: {by: [a]";
	for (const char *key : {"max_bytes: 2000000", "max_age: 1h", "on_full: block", "sync: false"})
		EXPECT_FALSE(same_output(output(spool + "}"), output(spool + ", " + key + "}"))) << key;
	for (const char *key : {"window: 1h", "max_keys: 5"})
		EXPECT_FALSE(same_output(output(dedup + "}"), output(dedup + ", " + key + "}"))) << key;
	EXPECT_FALSE(same_output(output(dedup + "}"), output(", dedup: {by: [b]}")));
	EXPECT_FALSE(same_output(output(", format: template, template: '%rule'"),
				 output(", format: template, template: '%5rule'")));
	EXPECT_TRUE(same_output(output(spool + "}"), output(spool + "}")));
	EXPECT_TRUE(same_output(output(", batch: {}"), output("")));
}

TEST_F(Changes, that_wait_for_the_next_start_are_named)
{
	const std::string text = "stdout_output: {enabled: true}\n";
	const Config before = load(text);
	EXPECT_THAT(
		changed_until_restart(before, load(text + "json_output: true\noutput_timeout: 5\nrules_file: /r\n")),
		IsEmpty());
	EXPECT_THAT(changed_until_restart(before, load(text + "log_stderr: true\nlog_syslog: false\nlog_level: debug\n"
							      "plugin_dir: /p\nsource: source-scapfile\n")),
		    ElementsAre("source", "plugin_dir", "log_stderr", "log_syslog", "log_level"));
	EXPECT_THAT(changed_until_restart(before, load(text + "record: {enabled: true, path: /r}\n")),
		    ElementsAre("record or a tap of plugins"));
	EXPECT_THAT(
		changed_until_restart(before, load(text + "base_syscalls: {repair: true}\ncontainer_engines: {}\n")),
		ElementsAre("container_engines"));
	EXPECT_THAT(changed_until_restart(before, load(text + "falco_libs: {snaplen: 100}\n")),
		    ElementsAre("falco_libs.snaplen"));
}

} // namespace falco::host
