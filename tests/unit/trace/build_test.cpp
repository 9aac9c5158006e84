// SPDX-License-Identifier: Apache-2.0
//
// The YAML of `falco trace build`: what it makes, and what is said about what is wrong with it.
#include "tests/unit/trace/built.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using testing::ElementsAre;
using testing::HasSubstr;

namespace falco::trace_tool {
namespace {

std::string refusal(const std::string &yaml)
{
	try {
		(void)built(yaml);
	} catch (const yaml::Error &e) {
		return e.what();
	}
	return "nothing was thrown";
}

} // namespace

TEST(BuildTrace, makes_processes_users_containers_and_their_files)
{
	const trace::Trace trace = built(R"(
containers: [{name: web, image: "nginx:1"}]
users: [{name: bob, uid: 2000}]
processes:
  - {id: shell, path: /bin/bash, args: [-l], user: bob, container: web, cwd: /srv, files: {3: /etc/passwd}}
  - {id: child, name: cat, parent: shell, pid: 77, session: 5}
events:
  - {process: shell, read: {fd: 3, data: x}}
  - {process: child, open: {name: log}}
)");
	EXPECT_THAT(shown(trace,
			  "%proc.name %proc.pname %proc.cmdline %user.uid %container.name %proc.cwd %fd.name %proc.sid",
			  "evt.dir = <"),
		    ElementsAre("bash init bash -l 2000 web /srv/ /etc/passwd 1000",
				"cat bash cat 0 host /root/ /root/log 5"));
}

TEST(BuildTrace, gives_events_their_times)
{
	const trace::Trace trace = built(R"(
start: 2020-01-02T03:04:05.5Z
processes: [{name: sh}]
events:
  - {process: sh, enter: getcwd}
  - {process: sh, at: 1.25s, enter: getcwd}
  - {process: sh, at: +10ms, enter: getcwd}
  - {process: sh, enter: getcwd}
  - {process: sh, at: 2m, enter: getcwd}
  - {process: sh, at: 120000000001ns, enter: getcwd}
)");
	std::vector<std::uint64_t> times;
	for (const trace::StoredEvent &event : trace.file().events)
		times.push_back(event.header().ts - 1577934245500000000);
	EXPECT_THAT(times, ElementsAre(0, 1250000000, 1260000000, 1260100000, 120000000000, 120000000001));
}

TEST(BuildTrace, lets_events_name_descriptors_and_processes)
{
	const trace::Trace trace = built(R"(
processes: [{name: sh}]
events:
  - {process: sh, spawn: {id: thief, path: /bin/cat, args: [/etc/shadow]}}
  - {process: thief, open: {name: /etc/shadow}, as: shadow}
  - {process: thief, read: {fd: shadow, data: "root:*:"}}
  - {process: thief, open: {name: /nope, result: ENOENT}}
)");
	EXPECT_THAT(shown(trace, "%proc.name %proc.pname %evt.type %fd.name %evt.res",
			  "evt.dir = < and evt.type in (open, read)"),
		    ElementsAre("cat sh open /etc/shadow SUCCESS", "cat sh read /etc/shadow SUCCESS",
				"cat sh open /nope ENOENT"));
}

TEST(BuildTrace, makes_nothing_that_is_not_asked_for_without_defaults)
{
	const trace::Trace trace = built("defaults: false");
	EXPECT_TRUE(trace.file().users.empty() && trace.file().threads.empty() && trace.file().events.empty());
	EXPECT_EQ(built("processes: [{name: systemd, pid: 1, parent: 0}]").file().threads.size(), 1u);
}

TEST(BuildTrace, takes_each_parameter_in_the_forms_of_its_type)
{
	const trace::Trace trace = built(R"(
processes: [{name: sh}]
events:
  - {process: sh, exit: openat, params: {fd: ENOENT, dirfd: AT_FDCWD, name: /x, flags: O_RDWR|O_CREAT, mode: 0640}}
  - {process: sh, enter: kill, params: {pid: 12, sig: SIGKILL}}
  - {process: sh, exit: execve, params: {args: [-a, "b c"], exe: "5"}}
  - {process: sh, enter: connect, params: {fd: 0x10, addr: "[fd00::7]:443"}}
  - {process: sh, exit: write, params: {res: 3, data: {hex: "0001ff"}}}
)");
	const auto params = [&](std::size_t event) { return trace::values_of(trace.file().events.at(event).header()); };
	EXPECT_THAT(shown(trace, "%evt.type %evt.args", "evt.type in (openat, kill, connect)"),
		    ElementsAre("openat fd=-2(ENOENT) dirfd=-100(AT_FDCWD) name=/x flags=7(O_CREAT|O_RDWR) mode=0640 "
				"dev=0 ino=0",
				"kill pid=12 sig=9(SIGKILL)", "connect fd=16 addr=fd00::7:443"));
	EXPECT_EQ(params(2)[2], std::string("-a\0b c\0", 7));
	EXPECT_EQ(params(2)[1], std::string("5\0", 2));
	EXPECT_EQ(params(4)[1], std::string("\0\1\xff", 3));
}

TEST(BuildTrace, says_where_and_what_is_wrong)
{
	const std::string process = "processes: [{name: sh, pid: 7}]\nevents:\n  - ";
	for (const auto &[yaml, problem] : std::vector<std::pair<std::string, std::string>>{
		     {"3", "test.yaml:1:1: a trace must be a map, found a number"},
		     {"event: []", "test.yaml:1:1: a trace has no key 'event' (did you mean 'events'?)"},
		     {"events: {}", "test.yaml:1:9: a trace: events must be a list, found a map"},
		     {"events: [x]", "test.yaml:1:10: an event must be a map, found text"},
		     {"start: yesterday", "start must be a time like 2016-06-06T23:47:44Z, found 'yesterday'"},
		     {"processes: [{pid: 7}]", "test.yaml:1:13: a process needs the key 'name' or 'path'"},
		     {"processes: [{name: a, pid: 7}, {name: b, pid: 7}]",
		      "test.yaml:1:47: the process 7 stands twice"},
		     {"processes: [{name: a, user: rot}]",
		      "test.yaml:1:29: there is no user 'rot' in this trace (did you mean 'root'?)"},
		     {"processes: [{name: a, container: web}]", "there is no container 'web' in this trace"},
		     {"processes: [{name: a, files: {x: /y}}]", "a descriptor must be a whole number, found 'x'"},
		     {"containers: [{name: a, id: XY}]",
		      "the id of a container is 12 to 64 of 0-9 and a-f, found 'XY'"},
		     {process + "{open: {name: /x}}", "test.yaml:3:5: an event lacks the key 'process'"},
		     {process + "{process: sh}", "an event needs a call, like 'open: {name: /etc/passwd}'"},
		     {"processes: [{name: shell}]\nevents:\n  - {process: shel, open: {name: /x}}",
		      "test.yaml:3:15: there is no process 'shel' in this trace (did you mean 'shell'?)"},
		     {process + "{process: 8, open: {name: /x}}",
		      "there is no process 8 in this trace, or it has ended"},
		     {process + "{process: sh, opem: {name: /x}}",
		      "test.yaml:3:19: an event has no key 'opem' (did you mean 'open'?)"},
		     {process + "{process: sh, open: {}}", "test.yaml:3:25: open lacks the key 'name'"},
		     {process + "{process: sh, open: {nam: /x}}", "open has no key 'nam' (did you mean 'name'?)"},
		     {process + "{process: sh, open: {name: /x, flags: O_RDONLI}}",
		      "has no flag, found 'O_RDONLI' (did you mean 'O_RDONLY'?)"},
		     {process + "{process: sh, open: {name: /x, result: ENOPE}}",
		      "open: result must be a number or the name of an error like ENOENT, found 'ENOPE'"},
		     {process + "{process: sh, open: {name: /x}, close: {fd: 3}}",
		      "an event is one call, not 'open' and 'close'"},
		     {process + "{process: sh, close: {fd: log}}", "there is no descriptor 'log' in this trace"},
		     {process + "{process: sh, connect: {to: nowhere}}",
		      "connect: to must be an address like 10.0.0.5:80, [fd00::7]:443 or /run/app.sock, found "
		      "'nowhere'"},
		     {process + "{process: sh, enter: opena}",
		      "test.yaml:3:26: there is no event 'opena' to enter (did you mean 'openat'?)"},
		     {process + "{process: sh, enter: openat, version: 9}", "version must be from 1 to 2, found '9'"},
		     {process + "{process: sh, enter: openat, exit: openat}",
		      "an event has one of the keys enter and exit"},
		     {process + "{process: sh, exit: openat, params: {nam: x}}",
		      "params of openat has no key 'nam' (did you mean 'name'?)"},
		     {process + "{process: sh, exit: openat, params: {mode: 0x100000000}}",
		      "parameter 'mode' must be from 0 to 4294967295, found '0x100000000'"},
		     {process + "{process: sh, exit: openat, params: {name: {hex: 0}}}",
		      "parameter 'name'.hex must be two hexadecimal digits a byte"},
		     {process + "{process: sh, at: soon, enter: getcwd}",
		      "test.yaml:3:23: at must be a time like 1.5s, 10ms, 250us or 7ns, found 'soon'"},
	     })
		EXPECT_THAT(refusal(yaml), HasSubstr(problem)) << yaml;
}

TEST(BuildTrace, finds_the_part_of_a_document_that_is_meant)
{
	const yaml::Document document = yaml::parse("tests:\n  - trace: {events: []}\n", "t.yaml");
	EXPECT_EQ(node_at(document.root, "/tests/0/trace").kind, yaml::Kind::map);
	EXPECT_EQ(&node_at(document.root, ""), &document.root);
	for (const char *pointer : {"/tests/1", "/nope", "/tests/x", "/tests/0/trace/events/0"})
		EXPECT_THROW((void)node_at(document.root, pointer), yaml::Error) << pointer;
}

TEST(TraceSchema, knows_every_key_that_build_takes)
{
	const auto schema = nlohmann::json::parse(trace_schema());
	EXPECT_TRUE(schema["properties"]["events"]["items"]["properties"].contains("openat2"));
	EXPECT_TRUE(schema["properties"]["processes"]["items"]["properties"].contains("cap_effective"));
	EXPECT_FALSE(schema["properties"]["events"]["items"]["additionalProperties"]);
}

} // namespace falco::trace_tool
