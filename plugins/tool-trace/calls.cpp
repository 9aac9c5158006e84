// SPDX-License-Identifier: Apache-2.0
#include "calls.hpp"

#include "address.hpp"
#include "param_value.hpp"

#include <fcntl.h>
#include <sys/socket.h>

namespace falco::trace_tool {

using trace::Pid;
using trace::Trace;
using yaml::Node;

namespace {

using Context = CallContext;
using Map = YamlMap;

std::int64_t result(const Map &map, std::int64_t otherwise = 0)
{
	const Node *const node = map.find("result");
	return node ? read_result(*node, map.what() + ": result") : otherwise;
}

std::int64_t new_fd(const Map &map)
{
	return result(map, Trace::kNextFd);
}

// Names of a table of libscap, from the event's own description.
const ppm_name_value *names_of(ppm_event_code type, unsigned parameter)
{
	return static_cast<const ppm_name_value *>(scap_get_event_info_table()[type].params[parameter].info);
}

trace::Opened opened(const Map &map)
{
	trace::Opened file;
	if (const Node *flags = map.find("flags")) {
		const auto bits = static_cast<std::uint32_t>(
			read_flags(*flags, map.what() + ": flags", names_of(PPME_SYSCALL_OPEN_X, 2)));
		file.flags = (bits & PPM_O_RDWR) == 0 ? bits | PPM_O_RDONLY : bits;
	}
	file.mode = static_cast<unsigned>(map.number("mode", file.mode, 0, UINT32_MAX));
	file.dev = static_cast<std::uint32_t>(map.number("dev", file.dev, 0, UINT32_MAX));
	file.ino = static_cast<std::uint64_t>(map.number("ino", static_cast<std::int64_t>(file.ino)));
	return file;
}

trace::Transfer transfer(const Map &map)
{
	trace::Transfer sizes;
	if (map.find("size")) sizes.size = static_cast<std::uint32_t>(map.number("size", 0, 0, UINT32_MAX));
	if (map.find("result")) sizes.result = result(map);
	return sizes;
}

// Text, {hex: ...} or a list of strings, as for any parameter of bytes.
std::string data(const Map &map)
{
	const Node *const node = map.find("data");
	return node ? encode_param(*node, scap_get_event_info_table()[PPME_SYSCALL_READ_X].params[1]) : std::string();
}

unsigned mode(const Map &map, unsigned otherwise)
{
	return static_cast<unsigned>(map.number("mode", otherwise, 0, UINT32_MAX));
}

// The descriptor of a socket that the call makes.
std::int64_t made_fd(const Map &map)
{
	return map.number("fd", Trace::kNextFd, 0);
}

std::int64_t fd(Context &context, const Map &map, const char *key = "fd")
{
	return context.fd_of(map.get(key));
}

// For calls that only have a result to tell.
template <typename Add>
std::int64_t done(const Map &map, Add add)
{
	const std::int64_t value = result(map);
	add(value);
	return value;
}

std::vector<Call> file_calls()
{
	return {
		{"open",
		 {"name", "flags", "result", "mode", "dev", "ino"},
		 "opens a file",
		 [](Context &c, Pid pid, const Map &m) {
			 return c.trace.open(pid, m.text("name"), O_RDONLY, new_fd(m), opened(m));
		 }},
		{"openat",
		 {"name", "flags", "dirfd", "result", "mode", "dev", "ino"},
		 "opens a file, relative to a directory",
		 [](Context &c, Pid pid, const Map &m) {
			 const std::int64_t dirfd = m.find("dirfd") ? fd(c, m, "dirfd") : AT_FDCWD;
			 return c.trace.openat(pid, dirfd, m.text("name"), O_RDONLY, new_fd(m), opened(m));
		 }},
		{"openat2",
		 {"name", "flags", "result", "mode", "dev", "ino"},
		 "opens a file",
		 [](Context &c, Pid pid, const Map &m) {
			 return c.trace.openat2(pid, m.text("name"), O_RDONLY, new_fd(m), opened(m));
		 }},
		{"creat",
		 {"name", "result", "mode", "dev", "ino"},
		 "makes a file",
		 [](Context &c, Pid pid, const Map &m) {
			 return c.trace.creat(pid, m.text("name"), new_fd(m), opened(m));
		 }},
		{"read",
		 {"fd", "data", "size", "result"},
		 "reads this data",
		 [](Context &c, Pid pid, const Map &m) {
			 c.trace.read(pid, fd(c, m), data(m), transfer(m));
			 return std::int64_t{0};
		 }},
		{"write",
		 {"fd", "data", "size", "result"},
		 "writes this data",
		 [](Context &c, Pid pid, const Map &m) {
			 c.trace.write(pid, fd(c, m), data(m), transfer(m));
			 return std::int64_t{0};
		 }},
		{"close",
		 {"fd", "result"},
		 "closes a descriptor",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.close(pid, fd(c, m), value); });
		 }},
		{"dup2",
		 {"from", "to"},
		 "makes one descriptor be another one, too",
		 [](Context &c, Pid pid, const Map &m) { return c.trace.dup2(pid, fd(c, m, "from"), fd(c, m, "to")); }},
		{"memfd_create",
		 {"name", "result"},
		 "makes a file in memory",
		 [](Context &c, Pid pid, const Map &m) {
			 return c.trace.memfd_create(pid, m.text("name"), new_fd(m));
		 }},
	};
}

std::vector<Call> name_calls()
{
	return {
		{"chmod",
		 {"name", "mode", "result"},
		 "changes the permissions of a file",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.chmod(pid, m.text("name"), mode(m, 0644), value); });
		 }},
		{"fchmodat",
		 {"name", "mode", "result"},
		 "changes the permissions of a file",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m,
				     [&](auto value) { c.trace.fchmodat(pid, m.text("name"), mode(m, 0644), value); });
		 }},
		{"fchmod",
		 {"fd", "mode", "result"},
		 "changes the permissions of an open file",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.fchmod(pid, fd(c, m), mode(m, 0644), value); });
		 }},
		{"mkdir",
		 {"name", "mode", "result"},
		 "makes a directory",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.mkdir(pid, m.text("name"), value, mode(m, 0755)); });
		 }},
		{"mknod",
		 {"name", "mode", "result"},
		 "makes a node",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.mknod(pid, m.text("name"), mode(m, 0644), value); });
		 }},
		{"mknodat",
		 {"name", "mode", "result"},
		 "makes a node",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m,
				     [&](auto value) { c.trace.mknodat(pid, m.text("name"), mode(m, 0644), value); });
		 }},
		{"unlink",
		 {"name", "result"},
		 "removes a file",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.unlink(pid, m.text("name"), value); });
		 }},
		{"unlinkat",
		 {"name", "result"},
		 "removes a file",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.unlinkat(pid, m.text("name"), value); });
		 }},
		{"rename",
		 {"from", "to", "result"},
		 "renames a file",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.rename(pid, m.text("from"), m.text("to"), value); });
		 }},
		{"renameat2",
		 {"from", "to", "result"},
		 "renames a file",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m,
				     [&](auto value) { c.trace.renameat2(pid, m.text("from"), m.text("to"), value); });
		 }},
		{"symlink",
		 {"target", "link", "result"},
		 "makes a symbolic link",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(
				 m, [&](auto value) { c.trace.symlink(pid, m.text("target"), m.text("link"), value); });
		 }},
		{"link",
		 {"from", "to", "result"},
		 "gives a file another name",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.link(pid, m.text("from"), m.text("to"), value); });
		 }},
		{"chdir",
		 {"path", "result"},
		 "changes the working directory",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.chdir(pid, m.text("path"), value); });
		 }},
		{"chroot",
		 {"path", "result"},
		 "changes the root directory",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.chroot(pid, m.text("path"), value); });
		 }},
		{"mount",
		 {"device", "dir", "type", "result"},
		 "mounts a file system",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) {
				 c.trace.mount(pid, m.text("device"), m.text("dir"), m.text("type"), value);
			 });
		 }},
	};
}

std::vector<Call> network_calls()
{
	return {
		{"connect",
		 {"to", "type", "fd", "result"},
		 "makes a socket and connects it",
		 [](Context &c, Pid pid, const Map &m) {
			 const Endpoint to = read_endpoint(m.get("to"), "connect: to");
			 const std::string type = m.text("type", "tcp");
			 if (type != "tcp" && type != "udp")
				 throw yaml::Error(m.get("type").place,
						   "connect: type must be tcp or udp, found '" + type + "'");
			 return c.trace.connect(pid, to.address, to.port, result(m),
						type == "udp" ? SOCK_DGRAM : SOCK_STREAM, made_fd(m));
		 }},
		{"listen",
		 {"on", "fd", "result"},
		 "makes a socket, binds it and listens",
		 [](Context &c, Pid pid, const Map &m) {
			 const Endpoint on = read_endpoint(m.get("on"), "listen: on");
			 return c.trace.listen(pid, on.address, on.port, result(m), made_fd(m));
		 }},
		{"accept",
		 {"fd", "from", "result"},
		 "takes a connection on what `listen` made",
		 [](Context &c, Pid pid, const Map &m) {
			 const Endpoint from = read_endpoint(m.get("from"), "accept: from");
			 return c.trace.accept(pid, fd(c, m), from.address, from.port, new_fd(m));
		 }},
	};
}

std::vector<Call> process_calls()
{
	return {
		{"spawn", program_keys(), "forks; the child executes a program",
		 [](Context &c, Pid pid, const Map &m) {
			 const Pid child = c.trace.spawn(pid, read_program(m, c.process), result(m));
			 c.name_process(m, child);
			 return child;
		 }},
		{"exec", program_keys(), "executes a program in place of the own one",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.exec(pid, read_program(m, c.process), value); });
		 }},
		{"execveat", program_keys(), "executes a program by execveat",
		 [](Context &c, Pid pid, const Map &m) {
			 c.trace.execveat(pid, read_program(m, c.process));
			 return std::int64_t{0};
		 }},
		{"end",
		 {},
		 "ends the process",
		 [](Context &c, Pid pid, const Map &) {
			 c.trace.exit(pid);
			 return std::int64_t{0};
		 }},
		{"setns",
		 {"fd", "result"},
		 "changes into a namespace",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.setns(pid, fd(c, m), value); });
		 }},
		{"unshare",
		 {"result"},
		 "leaves a namespace",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.unshare(pid, value); });
		 }},
		{"setuid",
		 {"user", "result"},
		 "changes the user",
		 [](Context &c, Pid pid, const Map &m) {
			 c.process.require_user(m.get("user"));
			 return done(m,
				     [&](auto value) { c.trace.setuid(pid, c.trace.uid_of(m.text("user")), value); });
		 }},
		{"ptrace",
		 {"request", "target", "result"},
		 "traces another process",
		 [](Context &c, Pid pid, const Map &m) {
			 const auto request = static_cast<unsigned>(
				 read_flags(m.get("request"), "ptrace: request", names_of(PPME_SYSCALL_PTRACE_E, 0)));
			 return done(m, [&](auto value) {
				 c.trace.ptrace(pid, request, c.process.pid_of(m.get("target")), value);
			 });
		 }},
		{"init_module",
		 {"result"},
		 "loads a kernel module",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.init_module(pid, value); });
		 }},
		{"finit_module",
		 {"fd", "result"},
		 "loads a kernel module from a file",
		 [](Context &c, Pid pid, const Map &m) {
			 return done(m, [&](auto value) { c.trace.finit_module(pid, fd(c, m), value); });
		 }},
		{"bpf",
		 {"command", "result"},
		 "calls bpf",
		 [](Context &c, Pid pid, const Map &m) {
			 const auto command = static_cast<unsigned>(
				 read_flags(m.get("command"), "bpf: command", names_of(PPME_SYSCALL_BPF_2_X, 1)));
			 const std::int64_t value = result(m, Trace::kNextFd);
			 c.trace.bpf(pid, command, value);
			 return value == Trace::kNextFd ? 0 : value;
		 }},
	};
}

} // namespace

const std::vector<Call> &calls()
{
	static const std::vector<Call> all = [] {
		std::vector<Call> list;
		for (auto make : {file_calls, name_calls, network_calls, process_calls})
			for (Call &call : make())
				list.push_back(std::move(call));
		return list;
	}();
	return all;
}

} // namespace falco::trace_tool
