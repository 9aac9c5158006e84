// SPDX-License-Identifier: Apache-2.0
//
// Files that are refused, and files that load with one warning; each with its exact message.
#include "tests/unit/config/config_fixture.hpp"

namespace falco::host {
namespace {

struct Case {
	const char *text;
	const char *message;
};

std::ostream &operator<<(std::ostream &stream, const Case &test_case)
{
	return stream << test_case.text;
}

class BadConfig : public ConfigTest, public testing::WithParamInterface<Case> {};

TEST_P(BadConfig, is_refused_at_its_place)
{
	EXPECT_EQ(failure(GetParam().text), std::string("falco.yaml:") + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
	Whole, BadConfig,
	testing::Values(Case{"- a\n", "1:1: the configuration: expected a map of keys and values, found a list"},
			Case{"text", "1:1: the configuration: expected a map of keys and values, found 'text'"},
			Case{"a: [\n", "2:1: expected ',' or ']' here: a '[' is not closed"},
			Case{"json_output: true\njson_output: false\n",
			     "2:1: the key 'json_output' stands twice, first at falco.yaml:1:1"},
			Case{"", " no output is enabled: set 'enabled: true' in stdout_output, file_output or "
				 "syslog_output, or list an "
				 "output under 'plugins'"},
			Case{"stdout_output: {enabled: false}\nfile_output:\n",
			     " no output is enabled: set 'enabled: true' in stdout_output, file_output or "
			     "syslog_output, or list an "
			     "output under 'plugins'"}));

INSTANTIATE_TEST_SUITE_P(
	Settings, BadConfig,
	testing::Values(
		Case{"json_output: maybe\n", "1:14: json_output: expected true or false, found 'maybe'"},
		Case{"\n\n\n\n\n\n json_output: maybe\n", "7:15: json_output: expected true or false, found 'maybe'"},
		Case{"json_output:\n", "1:1: json_output: expected true or false, found nothing"},
		Case{"json_include_message_property: 1\n",
		     "1:32: json_include_message_property: expected true or false, found '1'"},
		Case{"json_include_output_property: 1\n",
		     "1:31: json_include_output_property: expected true or false, found '1'"},
		Case{"json_include_output_fields_property: 1\n",
		     "1:38: json_include_output_fields_property: expected true or false, found '1'"},
		Case{"json_include_tags_property: 1\n",
		     "1:29: json_include_tags_property: expected true or false, found '1'"},
		Case{"json_include_source_property: 1\n",
		     "1:31: json_include_source_property: expected true or false, found '1'"},
		Case{"json_include_hostname_property: 1\n",
		     "1:33: json_include_hostname_property: expected true or false, found '1'"},
		Case{"time_format_iso_8601: 1\n", "1:23: time_format_iso_8601: expected true or false, found '1'"},
		Case{"buffered_outputs: []\n", "1:19: buffered_outputs: expected true or false, found a list"},
		Case{"log_stderr: {}\n", "1:13: log_stderr: expected true or false, found a map"},
		Case{"log_syslog: 'x'\n", "1:13: log_syslog: expected true or false, found 'x'"},
		Case{"log_level: loud\n",
		     "1:12: log_level: expected emergency, alert, critical, error, warning, notice, info or "
		     "debug, found 'loud'"},
		Case{"output_timeout: 0\n",
		     "1:17: output_timeout: expected a whole number of milliseconds from 1 to 86400000, found '0'"},
		Case{"output_timeout: 2s\n",
		     "1:17: output_timeout: expected a whole number of milliseconds from 1 to 86400000, found '2s'"},
		Case{"plugin_dir: []\n", "1:13: plugin_dir: expected a folder, found a list"},
		Case{"rule_matching: last\n", "1:16: rule_matching: expected first or all, found 'last'"},
		Case{"ignored_events: error\n", "1:17: ignored_events: expected warn or strict, found 'error'"},
		Case{"rules_file:\n", "1:1: rules_file: expected a path or a list of paths, found nothing"},
		Case{"rules_file: {}\n", "1:13: rules_file: expected a path or a list of paths, found a map"},
		Case{"rules_files: []\n", "1:14: rules_files: expected at least one path, found a list"},
		Case{"rules_files: [a, [b]]\n", "1:18: rules_files[1]: expected text, found a list"},
		Case{"rules_file: a\nrules_files: [b]\n",
		     "2:14: rules_files: stands beside 'rules_file', which says the same; keep one of them"}));

INSTANTIATE_TEST_SUITE_P(
	Outputs, BadConfig,
	testing::Values(
		Case{"stdout_output: true\n",
		     "1:16: stdout_output: expected a map with the key 'enabled', found 'true'"},
		Case{"jsn_output: true\n",
		     "1:13: jsn_output: expected a map with the key 'enabled', found 'true' (did you mean "
		     "'json_output'?)"},
		Case{"stdout_output: {enabled: 2}\n", "1:26: stdout_output.enabled: expected true or false, found '2'"},
		Case{"stdout_output:\n  enabled:\n",
		     "2:3: stdout_output.enabled: expected true or false, found nothing"},
		Case{"stdout_output: {required: 2}\n",
		     "1:27: stdout_output.required: expected true or false, found '2'"},
		Case{"stdout_output: {format: xml}\n",
		     "1:25: stdout_output.format: expected text, json or template, found 'xml'"},
		Case{"log_stderr: true\nfile_output:\n  enabled: true\n",
		     "2:1: file_output: the key 'filename' is missing: the file that alerts are appended to"},
		Case{"file_output:\n  enabled: true\n  filename:\n",
		     "3:3: file_output.filename: expected a path, found nothing"},
		Case{"file_output: {enabled: true, filename: 5}\n",
		     "1:40: file_output.filename: expected a path, in quotes if it looks like another value, found "
		     "'5'"},
		Case{"file_output: {enabled: true, filename: [a]}\n",
		     "1:40: file_output.filename: expected a path, found a list"},
		Case{"x_output: {isolation: thread}\n",
		     "1:23: x_output.isolation: expected none or process, found 'thread'"},
		Case{"x_output: {isolation: [a]}\n",
		     "1:23: x_output.isolation: expected none, process, or a map of settings, found a list"},
		Case{"x_output: {isolation: {limits: {memory_mb: 1}}}\n",
		     "1:44: x_output.isolation.limits.memory_mb: expected a whole number of MB from 64 to 16777216, "
		     "found '1'"},
		Case{"x_output: {filter: [a]}\n",
		     "1:20: x_output.filter: expected a map of keys and values, found a list"},
		Case{"x_output: {filter: {priority: bad}}\n",
		     "1:31: x_output.filter.priority: expected emergency, alert, critical, error, warning, notice, "
		     "informational or debug, found 'bad'"},
		Case{"x_output: {filter: {rules: {}}}\n",
		     "1:28: x_output.filter.rules: expected a list of rule names, found a map"},
		Case{"x_output: {filter: {tags: [a, ~]}}\n",
		     "1:31: x_output.filter.tags[1]: expected text, found nothing"},
		Case{"x_output: {queue: 5}\n", "1:19: x_output.queue: expected a map of keys and values, found '5'"},
		Case{"x_output: {queue: {capacity: 0}}\n",
		     "1:30: x_output.queue.capacity: expected a whole number of alerts from 1 to 10000000, found '0'"},
		Case{"x_output: {queue: {capacity: 10000001}}\n",
		     "1:30: x_output.queue.capacity: expected a whole number of "
		     "alerts from 1 to 10000000, found '10000001'"},
		Case{"x_output: {queue: {on_full: drop}}\n",
		     "1:29: x_output.queue.on_full: expected block, drop_new or drop_old, found 'drop'"},
		Case{"x_output: {retry: {first_ms: 0}}\n", "1:30: x_output.retry.first_ms: expected a whole number of "
							   "milliseconds from 1 to 3600000, found '0'"},
		Case{"x_output: {retry: {max_ms: 50}}\n",
		     "1:28: x_output.retry: first_ms (100) is more than max_ms (50); set max_ms to at least first_ms"},
		Case{"x_output: {retry: {first_ms: 6000}}\n", "1:30: x_output.retry: first_ms (6000) is more than "
							      "max_ms (5000); set max_ms to at least first_ms"},
		Case{"x_output: {retry: {give_up_after: soon}}\n", "1:35: x_output.retry.give_up_after: expected a "
								   "time such as 60s, 500ms, 2m or 1h, a week at most, "
								   "found 'soon'"}));

INSTANTIATE_TEST_SUITE_P(
	Plugins, BadConfig,
	testing::Values(
		Case{"plugins: {}\n", "1:10: plugins: expected a list of plugin instances, found a map"},
		Case{"plugins: [output-x]\n",
		     "1:11: plugins[0]: expected a map with the key 'library', found 'output-x'"},
		Case{"plugins:\n  - name: x\n",
		     "2:5: plugins[0]: the key 'library' is missing: a name in plugin_dir, or the path of a .so file"},
		Case{"plugins:\n  - library: []\n",
		     "2:14: plugins[0].library: expected a name in plugin_dir, or a path, found a list"},
		Case{"plugins: [{library: /a/}]\n",
		     "1:21: plugins[0].library: expected a name in plugin_dir, or a path, found '/a/'"},
		Case{"plugins: [{library: output-x, name: ''}]\n", "1:37: plugins[0].name: expected a name, found ''"},
		Case{"plugins: [{library: output-x, config: 5}]\n",
		     "1:39: plugins[0].config: expected a map of keys and values, found '5'"},
		Case{"plugins: [{library: output-x, sha256: 5}]\n",
		     "1:39: plugins[0].sha256: expected 64 hexadecimal digits, as sha256sum prints them, found '5'"},
		Case{"plugins: [{library: output-x, spool: {}}]\n", "1:38: plugins[0].spool: the key 'dir' is missing: "
								    "the folder that undelivered alerts are kept in"},
		Case{"plugins:\n  - library: output-file\n",
		     "2:5: plugins[0].config: the key 'filename' is missing: the file that alerts are appended to"},
		Case{"plugins: [{library: source-kmod, queue: {}}]\n",
		     "1:34: plugins[0].queue: only outputs have this; remove the key"},
		Case{"stdout_output: {enabled: true}\nplugins:\n  - library: output-stdout\n",
		     "3:5: the instance name 'stdout' is used twice, first at falco.yaml:1:1; give one of them another "
		     "'name'"},
		Case{"plugins: [{library: output-x}, {library: /y/output-x.so}]\n",
		     "1:32: the instance name 'x' is used twice, first at falco.yaml:1:11; give one of them another "
		     "'name'"}));

INSTANTIATE_TEST_SUITE_P(
	Captures, BadConfig,
	testing::Values(
		Case{"source: []\n",
		     "1:9: source: expected the name of an entry of plugins, or of a library, found a list"},
		Case{"source: matcher-sinsp\n", "1:9: source: 'matcher-sinsp' is a matcher, not a source"},
		Case{"matcher: [a]\n", "1:10: matcher: expected the name of an entry of plugins, or of a library, or a "
				       "map of its settings, found a list"},
		Case{"matcher: {evaluator: fast}\nplugins: [{library: matcher-sinsp, config: {evaluator: verify}}]\n",
		     "1:22: matcher.evaluator: is not what is said at falco.yaml:2:56; keep one of them"},
		Case{"matcher: output-stdout\n", "1:10: matcher: 'output-stdout' is an output, not a matcher"},
		Case{"source: x\nplugins: [{library: output-x}]\n", "1:9: source: 'x' is an output, not a source"},
		Case{"source: source-a\nplugins: [{library: source-a, name: b}, {library: source-a, name: c}]\n",
		     "1:9: source: two entries of plugins are the library 'source-a'; say which with 'source: NAME'"},
		Case{"captures: {}\n",
		     "1:11: captures: expected a list with one entry {source: NAME, matcher: NAME}, found a map"},
		Case{"captures: []\n",
		     "1:11: captures: expected a list with one entry {source: NAME, matcher: NAME}, found a list"},
		Case{"captures: [{source: a}, {source: b}]\n",
		     "1:25: captures: this version of falco runs one capture only; remove this entry"},
		Case{"captures: [{source: a}]\nsource: b\n",
		     "2:9: source: stands beside 'captures', which says the same; keep one of them"},
		Case{"matcher: b\ncaptures: [{source: a}]\n",
		     "1:10: matcher: stands beside 'captures', which says the same; keep one of them"},
		Case{"captures: [5]\n", "1:12: captures[0]: expected a map of keys and values, found '5'"}));

class OddConfig : public ConfigTest, public testing::WithParamInterface<Case> {};

TEST_P(OddConfig, loads_with_a_warning)
{
	EXPECT_EQ(warning(std::string(kOutput) + GetParam().text), std::string("falco.yaml:") + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
	Keys, OddConfig,
	testing::Values(Case{"json_ouput: true\n",
			     "2:1: unknown key 'json_ouput' (did you mean 'json_output'?); it is ignored"},
			Case{"colour: red\n", "2:1: unknown key 'colour'; it is ignored"},
			Case{"_output: {enabled: true}\n", "2:1: unknown key '_output'; it is ignored"},
			Case{"x_output: {filter: {prioity: debug}}\n",
			     "2:21: unknown key 'x_output.filter.prioity' (did you mean 'priority'?); it is ignored"},
			Case{"x_output: {queue: {capcity: 1}}\n",
			     "2:20: unknown key 'x_output.queue.capcity' (did you mean 'capacity'?); it is ignored"},
			Case{"x_output: {retry: {frist_ms: 1}}\n",
			     "2:20: unknown key 'x_output.retry.frist_ms' (did you mean 'first_ms'?); it is ignored"},
			Case{"plugins: [{library: output-x, enabled: true}]\n",
			     "2:31: unknown key 'plugins[0].enabled'; it is ignored"},
			Case{"captures: [{sorce: x}]\n",
			     "2:13: unknown key 'captures[0].sorce' (did you mean 'source'?); it is ignored"},
			Case{"plugins: [{library: source-own}]\n",
			     "2:11: this source is not used, because the key 'source' does not "
			     "name it; 'auto' is used"},
			Case{"plugins: [{library: matcher-own}]\n",
			     "2:11: this matcher is not used, because the key 'matcher' does not "
			     "name it; 'sinsp' is used"}));

TEST_F(ConfigTest, warns_of_unknown_keys_in_options)
{
	request_.overrides = {"json_ouput=true"};
	EXPECT_EQ(warning(kOutput),
		  "option -o json_ouput=true: unknown key 'json_ouput' (did you mean 'json_output'?); it is ignored");
}

TEST_F(ConfigTest, names_the_option_that_is_wrong)
{
	request_.overrides = {"json_output=maybe"};
	EXPECT_EQ(failure(kOutput), "option -o json_output=maybe: json_output: expected true or false, found 'maybe'");
	request_.overrides = {"file_output.enabled=true"};
	EXPECT_EQ(failure("file_output: {enabled: false}\n"),
		  "falco.yaml:1:1: file_output: the key 'filename' is missing: the file that alerts are appended to");
	request_.overrides = {"rules_file"};
	EXPECT_EQ(failure(kOutput), "option -o rules_file: no '=': write -o KEY=VALUE");
}

} // namespace
} // namespace falco::host
