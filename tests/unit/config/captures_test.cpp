// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/config/config_fixture.hpp"

namespace falco::host {
namespace {

class Captures : public ConfigTest {
protected:
	InstanceConfig source(const std::string &text) { return load(kOutput + text).sources.at(0); }
};

TEST_F(Captures, take_the_source_by_library)
{
	const InstanceConfig ebpf = source("source: source-ebpf\n");
	EXPECT_EQ(ebpf.library, "source-ebpf");
	EXPECT_EQ(ebpf.name, "ebpf");
	EXPECT_EQ(shorten(ebpf.place.str()), "falco.yaml:2:9");
	EXPECT_EQ(source("source: lib/source-own.so\n").library, folder_ + "/lib/source-own.so");
	EXPECT_EQ(source("source: lib/source-own.so\n").name, "own");
}

TEST_F(Captures, take_settings_from_the_listed_entry)
{
	const std::string plugins = "plugins:\n  - {library: source-kmod, config: {a: 1}}\n"
				    "  - {library: source-ebpf, name: e, config: {a: 2}, sha256: " +
				    std::string(64, '0') + "}\n";
	EXPECT_EQ(yaml::to_json(source("source: source-kmod\n" + plugins).config).dump(), R"({"a":1})");
	EXPECT_EQ(yaml::to_json(source("source: kmod\n" + plugins).config).dump(), R"({"a":1})");
	EXPECT_EQ(yaml::to_json(source("source: e\n" + plugins).config).dump(), R"({"a":2})");
	EXPECT_EQ(source("source: source-ebpf\n" + plugins).sha256, std::string(64, '0'));
	const Config both = load(kOutput + plugins);
	ASSERT_EQ(both.sources.size(), 2u);
	EXPECT_EQ(yaml::to_json(both.sources[0].config).dump(), R"({"a":2})");
	EXPECT_EQ(yaml::to_json(both.sources[1].config).dump(), R"({"a":1})");
	EXPECT_TRUE(load(kOutput + ("source: e\n" + plugins)).warnings.empty());
}

TEST_F(Captures, prefer_names_to_libraries)
{
	EXPECT_EQ(source("source: source-a\nplugins: [{library: source-a, name: x}, {library: source-b, name: "
			 "source-a}]\n")
			  .library,
		  "source-b");
}

TEST_F(Captures, have_a_list_form)
{
	const Config config = load(std::string(kOutput) + "captures: [{source: source-ebpf, matcher: matcher-own}]\n");
	EXPECT_EQ(config.sources.at(0).library, "source-ebpf");
	EXPECT_EQ(config.matcher.library, "matcher-own");
	EXPECT_EQ(load(std::string(kOutput) + "captures: [{source: source-ebpf}]\n").matcher.library, "matcher-sinsp");
	EXPECT_EQ(load(std::string(kOutput) + "captures:\n").sources.size(), 2u);
}

TEST_F(Captures, take_settings_of_the_matcher_in_a_block)
{
	const auto evaluator = [this](const std::string &text) {
		const Config config = load(kOutput + text);
		EXPECT_TRUE(config.warnings.empty());
		const yaml::Node *node = config.matcher.config.find("evaluator");
		return config.matcher.name + ' ' + (node ? node->text + ' ' + shorten(node->place.str()) : "");
	};
	const std::string block = "matcher: {evaluator: reference}\n";
	EXPECT_EQ(evaluator(block), "sinsp reference falco.yaml:2:22");
	EXPECT_EQ(evaluator("matcher: {}\n"), "sinsp ");
	EXPECT_EQ(evaluator(block + "captures: [{matcher: matcher-own}]\n"), "own reference falco.yaml:2:22");
	EXPECT_EQ(
		evaluator(block + "plugins: [{library: matcher-sinsp, name: mine, config: {resolve_names: never}}]\n"),
		"mine reference falco.yaml:2:22");
	// Where both say the same, the entry's place stays.
	EXPECT_EQ(evaluator(block + "plugins: [{library: matcher-sinsp, config: {evaluator: reference}}]\n"),
		  "sinsp reference falco.yaml:3:56");
	request_.overrides = {"matcher.evaluator=verify"};
	EXPECT_THAT(evaluator(block), testing::StartsWith("sinsp verify "));
	EXPECT_THAT(evaluator(""), testing::StartsWith("sinsp verify "));
}

TEST_F(Captures, try_the_live_sources_in_turn_unless_one_is_named)
{
	const auto names = [this](const std::string &text) {
		std::string all;
		for (const InstanceConfig &candidate : load(kOutput + text).sources)
			all += candidate.name + ' ';
		return all;
	};
	EXPECT_EQ(names(""), "ebpf kmod ");
	EXPECT_EQ(names("source: auto\n"), "ebpf kmod ");
	EXPECT_EQ(names("captures: [{source: auto}]\n"), "ebpf kmod ");
	EXPECT_EQ(names("source: kmod\n"), "kmod ");
	request_.source = "auto";
	EXPECT_EQ(names("source: kmod\n"), "ebpf kmod ");
	request_.source = "kmod";
	EXPECT_EQ(names("source: source-ebpf\n"), "kmod ");
	EXPECT_EQ(names("captures: [{source: source-ebpf}]\n"), "kmod ");
	request_.source = "matcher-own";
	EXPECT_EQ(failure(kOutput), "option --source: source: 'matcher-own' is a matcher, not a source");
}

TEST_F(Captures, have_the_spelling_of_modern_falco)
{
	const std::string engine = "engine:\n  kmod: {buf_size_preset: 5, drop_failed_exits: true}\n"
				   "  modern_ebpf: {cpus_for_each_buffer: 0}\n"
				   "  replay: {capture_file: a.scap}\n  gvisor: {config: ''}\n  kind: ";
	const InstanceConfig kmod = source(engine + "kmod\n");
	EXPECT_EQ(kmod.library, "source-kmod");
	EXPECT_EQ(shorten(kmod.place.str()), "falco.yaml:7:9");
	EXPECT_EQ(yaml::to_json(kmod.config).dump(), R"({"buf_size_preset":5,"drop_failed_exits":true})");
	ASSERT_NE(kmod.config.find("buf_size_preset"), nullptr);
	EXPECT_EQ(shorten(kmod.config.find("buf_size_preset")->place.str()), "falco.yaml:3:27");
	const InstanceConfig ebpf = source(engine + "modern_ebpf\n");
	EXPECT_EQ(ebpf.library, "source-ebpf");
	EXPECT_EQ(yaml::to_json(ebpf.config).dump(), R"({"cpus_for_each_buffer":0})");
	const InstanceConfig replay = source(engine + "replay\n");
	EXPECT_EQ(replay.library, "source-scapfile");
	EXPECT_EQ(yaml::to_json(replay.config).dump(), R"({"paths":[")" + folder_ + R"(/a.scap"]})");

	// The entry of plugins is more particular; -e and --source count for more.
	EXPECT_EQ(
		yaml::to_json(source(engine + "kmod\nplugins: [{library: source-kmod, config: {buf_size_preset: 2}}]\n")
				      .config)
			.dump(),
		R"({"buf_size_preset":2,"drop_failed_exits":true})");
	request_.source = "ebpf";
	EXPECT_EQ(yaml::to_json(source(engine + "kmod\n").config).dump(), R"({"cpus_for_each_buffer":0})");
	request_.source.reset();
	request_.trace_files = {"/b.scap"};
	EXPECT_EQ(yaml::to_json(source(engine + "replay\n").config).dump(), R"({"paths":["/b.scap"]})");
}

TEST_F(Captures, refuse_an_engine_that_is_none)
{
	const std::pair<const char *, const char *> faults[] = {
		{"engine: kmod\n", "falco.yaml:2:9: engine: expected a map with the key 'kind', found 'kmod'"},
		{"engine: {kmod: {}}\n",
		 "falco.yaml:2:9: engine: the key 'kind' is missing: kmod, modern_ebpf or replay"},
		{"engine: {kind: nodriver}\n",
		 "falco.yaml:2:16: engine.kind: expected kmod, modern_ebpf or replay, found 'nodriver'"},
		{"engine: {kind: kmod, modern_ebpf: 3}\n",
		 "falco.yaml:2:35: engine.modern_ebpf: expected a map of keys and values, found '3'"},
		{"engine: {kind: replay}\n",
		 "falco.yaml:2:9: engine.replay: the key 'capture_file' is missing: the trace to read"},
		{"source: kmod\nengine: {kind: kmod}\n",
		 "falco.yaml:2:9: source: stands beside 'engine', which says the same; keep one of them"},
	};
	for (const auto &[engine, fault] : faults)
		EXPECT_EQ(failure(std::string(kOutput) + engine), fault);
	EXPECT_EQ(warning(std::string(kOutput) + "engine: {kind: kmod, kmdo: {}}\n"),
		  "falco.yaml:2:22: unknown key 'engine.kmdo' (did you mean 'kmod'?); it is ignored");
}

TEST_F(Captures, come_with_blocks_that_are_the_plugins_business)
{
	const Config config = load(kOutput + std::string("base_syscalls: {any: 1}\ncontainer_engines:\n"));
	ASSERT_EQ(config.plugin_blocks.size(), 1u);
	EXPECT_EQ(config.plugin_blocks[0].key, "base_syscalls");
	EXPECT_EQ(shorten(config.plugin_blocks[0].place.str()), "falco.yaml:2:1");
	EXPECT_TRUE(config.warnings.empty());
	EXPECT_EQ(failure(kOutput + std::string("base_syscalls: all\n")),
		  "falco.yaml:2:16: base_syscalls: expected a map of keys and values, found 'all'");
}

TEST_F(Captures, take_the_length_of_data_from_modern_falcos_block)
{
	const Config config = load(kOutput + std::string("falco_libs: {snaplen: 200, thread_table_size: 5}\n"));
	ASSERT_EQ(config.plugin_blocks.size(), 1u);
	EXPECT_EQ(config.plugin_blocks[0].key, "snaplen");
	EXPECT_EQ(config.plugin_blocks[0].value.text, "200");
	ASSERT_EQ(config.warnings.size(), 1u);
	EXPECT_THAT(config.warnings[0], testing::HasSubstr("unknown key 'falco_libs.thread_table_size'"));
}

TEST_F(Captures, read_trace_files_of_option_e)
{
	request_.trace_files = {"a.scap", "/b.scap", "-"};
	const InstanceConfig trace = source("source: source-ebpf\n");
	EXPECT_EQ(trace.library, "source-scapfile");
	EXPECT_EQ(trace.name, "scapfile");
	EXPECT_EQ(yaml::to_json(trace.config).dump(), R"({"paths":[")" + folder_ + R"(/a.scap","/b.scap","-"]})");
	EXPECT_EQ(trace.config.find("paths")->place.str(), "option -e");
}

TEST_F(Captures, keep_the_other_settings_of_a_listed_trace_reader)
{
	request_.trace_files = {"/123"};
	const std::string plugins = "plugins:\n  - {library: source-scapfile, name: t, config: {paths: [/x], b: 1}}\n";
	EXPECT_EQ(yaml::to_json(source(plugins).config).dump(), R"({"b":1,"paths":["/123"]})");
	EXPECT_EQ(source(plugins).name, "t");

	const std::string two = plugins + "  - {library: source-scapfile, name: u, config: {b: 2}}\n";
	EXPECT_EQ(yaml::to_json(source("source: u\n" + two).config).dump(), R"({"b":2,"paths":["/123"]})");
	EXPECT_EQ(failure(kOutput + two),
		  "falco.yaml:4:5: source: two entries of plugins are the library 'source-scapfile'; say which with "
		  "'source: NAME'");
}

TEST_F(Captures, refuse_a_trace_file_without_name)
{
	request_.trace_files = {""};
	EXPECT_EQ(failure(kOutput), "option -e: the name of the trace file is empty");
}

} // namespace
} // namespace falco::host
