// SPDX-License-Identifier: Apache-2.0
//
// Which source is taken. The live ones are played by sources that make events up, under their names; what the real ones
// say where they cannot be started is asked of the real ones.
#include "tests/e2e/fixture.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <filesystem>
#include <unistd.h>

using namespace falco::test;
using testing::HasSubstr;
using testing::Not;

class Sources : public FalcoTest {
protected:
	Sources()
	{
		dir_.write("rules.yaml", "one 4 seen %name\n");
		std::filesystem::create_directory(dir_.file("plugins"));
	}

	// Makes a source under the name of a live one.
	void offer(const std::string &library) const
	{
		std::filesystem::copy_file(kFakes + "source-fake-live.so", dir_.file("plugins/" + library + ".so"));
	}

	// `more`: lines of falco.yaml.
	Finished run_with(const std::string &more, std::vector<std::string> arguments = {}) const
	{
		dir_.write("falco.yaml",
			   "log_syslog: false\nlog_stderr: true\nstdout_output: {enabled: true}\nplugin_dir: " +
				   dir_.file("plugins") + "\nmatcher: " + kFakes + "matcher-fake.so\n" + more);
		std::filesystem::copy_file(std::string(FALCO_BINARY_DIR) + "/plugins/output-stdout.so",
					   dir_.file("plugins/output-stdout.so"),
					   std::filesystem::copy_options::overwrite_existing);
		return run(std::move(arguments));
	}
};

TEST_F(Sources, are_tried_in_turn_until_one_starts)
{
	offer("source-ebpf");
	offer("source-kmod");
	const Finished first = run_with("");
	EXPECT_EQ(first.status, 0) << first.err;
	EXPECT_THAT(first.err, HasSubstr("Reading events from ebpf"));
	EXPECT_THAT(first.out, HasSubstr("Events detected: 10\n"));

	const Finished second = run_with("plugins: [{library: source-ebpf, config: {fail_start: true}}]\n");
	EXPECT_EQ(second.status, 0) << second.err;
	EXPECT_THAT(second.err, HasSubstr("source 'ebpf' cannot be used: the fake device cannot be opened"));
	EXPECT_THAT(second.err, HasSubstr("Reading events from kmod"));
	EXPECT_THAT(second.out, HasSubstr("Events detected: 10\n"));
}

TEST_F(Sources, may_be_missing_as_long_as_another_one_starts)
{
	offer("source-kmod");
	const Finished falco = run_with("source: auto\n");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.err, HasSubstr("source 'ebpf' cannot be used: plugin 'source-ebpf': no such plugin in "));
	EXPECT_THAT(falco.err, HasSubstr("Reading events from kmod"));
}

TEST_F(Sources, are_named_each_with_its_reason_when_none_starts)
{
	offer("source-kmod");
	const Finished falco = run_with("plugins: [{library: source-kmod, config: {fail_start: true}}]\n");
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err,
		    testing::ContainsRegex(
			    "Runtime error: no source can be used. Tried ebpf: plugin 'source-ebpf': no such plugin "
			    "[^;]*;[^;]*; kmod: the fake device cannot be opened"));

	std::filesystem::remove(dir_.file("plugins/source-kmod.so"));
	const Finished none = run_with("");
	EXPECT_EQ(none.status, 1);
	EXPECT_THAT(none.err, testing::ContainsRegex("Tried ebpf: plugin 'source-ebpf': no such plugin [^;]*;[^;]*; "
						     "kmod: plugin 'source-kmod': no such plugin"));
}

TEST_F(Sources, are_not_tried_when_one_is_named)
{
	offer("source-ebpf");
	offer("source-kmod");
	const Finished falco = run_with("source: source-ebpf\n", {"--source", "kmod"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.err, HasSubstr("Reading events from kmod"));

	const Finished failing =
		run_with("plugins: [{library: source-ebpf, config: {fail_start: true}}]\n", {"--source", "ebpf"});
	EXPECT_EQ(failing.status, 1);
	EXPECT_THAT(failing.err, HasSubstr("the fake device cannot be opened"));
	EXPECT_THAT(failing.err, Not(HasSubstr("kmod")));
}

TEST_F(Sources, with_a_mistake_in_their_configuration_end_the_start)
{
	offer("source-ebpf");
	offer("source-kmod");
	const Finished falco = run_with("plugins: [{library: source-kmod, config: {evens: 1}}]\n");
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("unknown key 'evens' (did you mean 'events'?)"));
}

TEST_F(Sources, on_the_command_line_do_not_go_with_a_trace_file)
{
	const Finished falco = replay(kTraces + "mixed.scap", {"--source", "auto"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("-e reads a trace file: --source does not go with it"));
}

// Configurations of the real ones, which are checked before anything is opened.
class LiveConfiguration : public FalcoTest {
protected:
	std::string refusal(const std::string &source, const std::string &more)
	{
		config_ = dir_.write("falco.yaml",
				     "stdout_output: {enabled: true}\nlog_stderr: true\nlog_syslog: false\n" + more);
		const Finished falco = run({"--source", source});
		EXPECT_EQ(falco.status, 1);
		return falco.err;
	}
};

TEST_F(LiveConfiguration, is_checked_key_by_key)
{
	for (const std::string source : {"ebpf", "kmod"}) {
		const auto with = [&](const std::string &config) {
			return refusal(source,
				       "plugins: [{library: source-" + source + ", config: {" + config + "}}]\n");
		};
		EXPECT_THAT(with("buf_size_preset: 11"), HasSubstr("buf_size_preset: must be at most 10"));
		EXPECT_THAT(with("buf_size_preset: 4, buffer_bytes: 16384"),
			    HasSubstr("buf_size_preset and buffer_bytes both say how large a buffer is"));
		EXPECT_THAT(with("buffer_bytes: 20000"), HasSubstr("buffer_bytes must be a power of two"));
		EXPECT_THAT(with("snaplen: 65001"), HasSubstr("snaplen: must be at most 65000"));
		EXPECT_THAT(with("drop_failed_exits: 2"), HasSubstr("drop_failed_exits: must be"));
		EXPECT_THAT(with("drop_failed: true"),
			    HasSubstr("unknown key 'drop_failed'; known are: buf_size_preset"));
	}
}

TEST_F(LiveConfiguration, has_blocks_of_its_own_at_the_top)
{
	EXPECT_THAT(
		refusal("kmod", "base_syscalls: {custom_set: [open, \"!exeve\"]}\n"),
		HasSubstr("base_syscalls.custom_set: 'exeve' is not the name of a system call or event (did you mean "
			  "'execve'?)"));
	EXPECT_THAT(refusal("auto", "base_syscalls:\n  repair: 3\n"),
		    testing::ContainsRegex("falco.yaml:5:11: [a-z]+ '[a-z]+': base_syscalls.repair: must be"));
	EXPECT_THAT(refusal("ebpf", "container_engines: {dokcer: {enabled: false}}\n"),
		    HasSubstr("unknown key 'dokcer' (did you mean 'docker'?)"));
	EXPECT_THAT(refusal("ebpf", "container_engines: {cri: {sockets: [relative]}}\n"),
		    HasSubstr("container_engines.cri.sockets[0]"));
}

TEST_F(LiveConfiguration, of_base_syscalls_has_the_matcher_match_ignored_events)
{
	dir_.write("rules.yaml",
		   "- rule: any\n  desc: d\n  condition: proc.name exists\n  output: x\n  priority: INFO\n");
	const auto detected = [&](std::vector<std::string> arguments) {
		const Finished falco = replay(kTraces + "acts.scap", std::move(arguments));
		EXPECT_EQ(falco.status, 0) << falco.err;
		const std::size_t at = falco.out.find("Events detected: ");
		return std::stoi(falco.out.substr(at + 17));
	};
	EXPECT_GT(detected({"-o", "base_syscalls.all=true"}), detected({}));
	EXPECT_EQ(detected({"-o", "base_syscalls.all=true"}), detected({"-A"}));
	const Finished falco = replay(kTraces + "acts.scap",
				      {"-o", "container_engines.docker.enabled=false", "-o", "base_syscalls.all=true"});
	EXPECT_THAT(falco.err, HasSubstr("container_engines has no effect on source 'scapfile'"));
	EXPECT_THAT(falco.err, Not(HasSubstr("base_syscalls has no effect")));
}

TEST_F(LiveConfiguration, of_base_syscalls_is_checked_in_a_replay_as_well)
{
	const Finished falco = replay(kTraces + "acts.scap", {"-o", "base_syscalls.custom_set[]=opne"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("base_syscalls.custom_set: 'opne' is not the name of a system call"));
}

// Without any capability nothing can be captured, whatever the machine could do.
TEST(LiveSources, say_what_they_lack)
{
	const TempDir dir;
	dir.write("falco.yaml", "stdout_output: {enabled: true}\nlog_stderr: true\nlog_syslog: false\n");
	dir.write("rules.yaml", kRules);
	const auto start = [&](const std::string &source) {
		return run_program("/usr/bin/setpriv",
				   {"--bounding-set", "-all", "--inh-caps", "-all", FALCO_BINARY_DIR "/falco", "-c",
				    dir.file("falco.yaml"), "-r", dir.file("rules.yaml"), "--source", source});
	};
	const Finished both = start("auto");
	EXPECT_EQ(both.status, 1);
	const Finished ebpf = start("ebpf");
	EXPECT_EQ(ebpf.status, 1);
	const Finished kmod = start("kmod");
	EXPECT_EQ(kmod.status, 1);
	for (const Finished *falco : {&both, &ebpf}) {
		EXPECT_THAT(falco->err, HasSubstr("falco lacks CAP_BPF (to load eBPF programs), CAP_PERFMON (to attach "
						  "them to the kernel)"));
	}
	for (const Finished *falco : {&both, &kmod}) {
		EXPECT_THAT(falco->err, HasSubstr("error opening device /dev/scap0: "));
	}
	EXPECT_THAT(kmod.err, HasSubstr("linux-headers-"));
	EXPECT_THAT(kmod.err, HasSubstr("A trace file is read with -e FILE"));
}

// What stands in the device's place is not the module this falco was built with.
TEST(LiveSources, refuse_a_device_that_is_not_the_modules)
{
	const TempDir dir;
	dir.write("falco.yaml", "stdout_output: {enabled: true}\nlog_stderr: true\nlog_syslog: false\n");
	dir.write("rules.yaml", kRules);
	std::filesystem::create_directories(dir.file("root/dev"));
	const auto start = [&] {
		return run_program("/usr/bin/env",
				   {"HOST_ROOT=" + dir.file("root"), FALCO_BINARY_DIR "/falco", "-c",
				    dir.file("falco.yaml"), "-r", dir.file("rules.yaml"), "--source", "kmod"});
	};
	dir.write("root/dev/scap0", "");
	const Finished unknown = start();
	EXPECT_EQ(unknown.status, 1);
	EXPECT_THAT(unknown.err,
		    HasSubstr("the loaded kernel module scap has API version unknown, and this falco needs "));
	EXPECT_THAT(unknown.err, HasSubstr("load the module that was built for this falco"));
	if (geteuid() != 0) {
		GTEST_SKIP() << "device nodes are root's to make";
	}
	std::filesystem::remove(dir.file("root/dev/scap0"));
	constexpr unsigned kNobodys = 4000; // a major number that no driver of the kernel has
	ASSERT_EQ(mknod(dir.file("root/dev/scap0").c_str(), S_IFCHR | 0600, makedev(kNobodys, 0)), 0);
	const Finished absent = start();
	EXPECT_EQ(absent.status, 1);
	EXPECT_THAT(absent.err, HasSubstr("The device is there but the kernel module behind it is not"));
}
