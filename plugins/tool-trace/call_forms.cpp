// SPDX-License-Identifier: Apache-2.0
#include "call_forms.hpp"

#include "param_value.hpp"

#include <driver/ppm_events_public.h>

#include <algorithm>
#include <cstring>

namespace falco::trace_tool {

using trace::Pid;

CallEvents::CallEvents(const trace::TraceFile &file, const std::map<std::string, std::string> &listening,
		       std::size_t at, std::size_t count)
    : file_(file), listening_(listening), at_(at)
{
	for (std::size_t i = 0; i < count; ++i)
		values_.push_back(trace::values_of(file.events[at + i].header()));
}

std::string CallEvents::bytes(std::size_t event, std::size_t param) const
{
	return param < values_[event].size() ? values_[event][param] : std::string();
}

std::string CallEvents::text(std::size_t event, std::size_t param) const
{
	const std::uint16_t type = file_.events[at_ + event].header().type;
	return describe_param(bytes(event, param), scap_get_event_info_table()[type].params[param]);
}

std::uint64_t CallEvents::number(std::size_t event, std::size_t param) const
{
	std::uint64_t value = 0;
	const std::string all = bytes(event, param);
	std::memcpy(&value, all.data(), std::min(all.size(), sizeof value));
	return value;
}

Pid CallEvents::thread(std::size_t event) const
{
	return static_cast<Pid>(file_.events[at_ + event].header().tid);
}

std::string CallEvents::user(std::uint64_t uid) const
{
	for (const trace::User &user : file_.users)
		if (user.uid == uid) return user.name;
	return {};
}

std::string CallEvents::listening_on(const std::string &address) const
{
	const auto found = listening_.find(address);
	return found == listening_.end() ? std::string() : found->second;
}

namespace {

// An argument that is a parameter of one of the events, left out when it is what nobody needs to say.
struct Argument {
	const char *key;
	std::size_t event, param;
	const char *implied = nullptr;
};

void append(std::string &list, const std::string &key, const std::string &text)
{
	list += (list.empty() ? "" : ", ") + key + ": " + text;
}

std::function<std::string(const CallEvents &)> with(std::vector<Argument> arguments)
{
	return [arguments = std::move(arguments)](const CallEvents &events) {
		std::string list;
		for (const Argument &one : arguments) {
			const std::string text = events.text(one.event, one.param);
			if (!one.implied || text != one.implied) append(list, one.key, text);
		}
		return list;
	};
}

// Read and write: the number of bytes asked for and the result are mostly that of the data.
std::string transfer(const CallEvents &events)
{
	const std::string data = events.bytes(1, 1);
	std::string list = "fd: " + events.text(0, 0);
	if (!data.empty()) append(list, "data", events.text(1, 1));
	if (events.number(0, 1) != data.size()) append(list, "size", events.text(0, 1));
	if (events.number(1, 0) != data.size()) append(list, "result", events.text(1, 0));
	return list;
}

// Where the parameters of an execve stand in the driver's events.
enum ExecveParam {
	kResult = 0,
	kArgv0 = 1,
	kArguments = 2,
	kComm = 13,
	kEnvironment = 15,
	kExeFlags = 19,
	kUid = 26,
	kExePath = 27
};
constexpr std::size_t kCloneUid = 16;

// What an execve says, whose end is event `exit`. `path`: of the file that the call names.
std::string program(const CallEvents &events, std::size_t exit, const std::string &path)
{
	if (events.number(exit, kResult) != 0) // nothing became of it, and the event tells of the old program
		return "path: " + path + ", result: " + events.text(exit, kResult);
	std::string list;
	const std::string real_path = events.text(exit, kExePath), name = events.text(exit, kComm);
	if (yaml_text(real_path.substr(real_path.rfind('/') + 1)) != name) append(list, "name", name);
	append(list, "path", real_path);
	if (events.text(exit, kArgv0) != name) append(list, "argv0", events.text(exit, kArgv0));
	if (!events.bytes(exit, kArguments).empty()) append(list, "args", events.text(exit, kArguments));
	const std::string environment = events.bytes(exit, kEnvironment);
	if (environment.empty()) append(list, "env", "[]");
	if (!environment.empty() && environment != std::string("PATH=/usr/bin:/bin") + '\0')
		append(list, "env", events.text(exit, kEnvironment));
	if ((events.number(exit, kExeFlags) & PPM_EXE_FROM_MEMFD) != 0) append(list, "from_memfd", "true");
	return list;
}

std::string spawn(const CallEvents &events)
{
	std::string list = "pid: " + std::to_string(events.thread(2)) + ", " + program(events, 4, events.text(3, 0));
	if (events.number(4, kUid) != events.number(2, kCloneUid))
		append(list, "user", yaml_text(events.user(events.number(4, kUid))));
	return list;
}

// Whether it changes the user, nobody says: it is tried as if it did not.
std::string exec(const CallEvents &events)
{
	return program(events, 1, events.text(0, 0));
}

std::string execveat(const CallEvents &events)
{
	return program(events, 1, events.text(0, 1));
}

std::string connect(const CallEvents &events)
{
	constexpr std::uint64_t kDatagram = 2;
	std::string list = "to: " + events.text(2, 1);
	if (events.number(0, 1) == kDatagram) append(list, "type", "udp");
	append(list, "fd", events.text(1, 0));
	if (events.number(3, 0) != 0) append(list, "result", events.text(3, 0));
	return list;
}

// The connection is "PEER->OWN" in quotes.
std::string accept(const CallEvents &events)
{
	const std::string connection = events.text(1, 1);
	const std::size_t arrow = connection.find("->");
	if (arrow == std::string::npos) return {};
	const std::string listening = events.listening_on("\"" + connection.substr(arrow + 2));
	if (listening.empty()) return {};
	return "fd: " + listening + ", from: " + connection.substr(0, arrow) + "\", result: " + events.text(1, 0);
}

std::string setuid(const CallEvents &events)
{
	std::string list = "user: " + yaml_text(events.user(events.number(0, 0)));
	if (events.number(1, 0) != 0) append(list, "result", events.text(1, 0));
	return list;
}

const char *const kNoError = "0";

std::vector<CallForm> long_forms()
{
	return {
		{"listen",
		 {PPME_SOCKET_SOCKET_E, PPME_SOCKET_SOCKET_X, PPME_SOCKET_BIND_E, PPME_SOCKET_BIND_X,
		  PPME_SOCKET_LISTEN_E, PPME_SOCKET_LISTEN_X},
		 with({{"on", 3, 1}, {"fd", 1, 0}, {"result", 5, 0, kNoError}})},
		{"spawn",
		 {PPME_SYSCALL_CLONE_20_E, PPME_SYSCALL_CLONE_20_X, PPME_SYSCALL_CLONE_20_X, PPME_SYSCALL_EXECVE_19_E,
		  PPME_SYSCALL_EXECVE_19_X},
		 spawn},
		{"connect",
		 {PPME_SOCKET_SOCKET_E, PPME_SOCKET_SOCKET_X, PPME_SOCKET_CONNECT_E, PPME_SOCKET_CONNECT_X},
		 connect},
		{"accept", {PPME_SOCKET_ACCEPT4_6_E, PPME_SOCKET_ACCEPT4_6_X}, accept},
		{"exec", {PPME_SYSCALL_EXECVE_19_E, PPME_SYSCALL_EXECVE_19_X}, exec},
		{"execveat", {PPME_SYSCALL_EXECVEAT_E, PPME_SYSCALL_EXECVE_19_X}, execveat},
		{"end", {PPME_PROCEXIT_1_E}, with({})},
	};
}

// Calls on files by descriptors, and what opens them.
std::vector<CallForm> file_forms()
{
	return {
		{"open",
		 {PPME_SYSCALL_OPEN_E, PPME_SYSCALL_OPEN_X},
		 with({{"name", 1, 1},
		       {"flags", 1, 2, "O_RDONLY"},
		       {"mode", 1, 3, "0644"},
		       {"dev", 1, 4, "2049"},
		       {"ino", 1, 5, "42"},
		       {"result", 1, 0}})},
		{"openat",
		 {PPME_SYSCALL_OPENAT_2_E, PPME_SYSCALL_OPENAT_2_X},
		 with({{"dirfd", 1, 1, "AT_FDCWD"},
		       {"name", 1, 2},
		       {"flags", 1, 3, "O_RDONLY"},
		       {"mode", 1, 4, "0644"},
		       {"dev", 1, 5, "2049"},
		       {"ino", 1, 6, "42"},
		       {"result", 1, 0}})},
		{"openat2",
		 {PPME_SYSCALL_OPENAT2_E, PPME_SYSCALL_OPENAT2_X},
		 with({{"name", 1, 2},
		       {"flags", 1, 3, "O_RDONLY"},
		       {"mode", 1, 4, "0644"},
		       {"dev", 1, 6, "2049"},
		       {"ino", 1, 7, "42"},
		       {"result", 1, 0}})},
		{"creat",
		 {PPME_SYSCALL_CREAT_E, PPME_SYSCALL_CREAT_X},
		 with({{"name", 1, 1},
		       {"mode", 1, 2, "0644"},
		       {"dev", 1, 3, "2049"},
		       {"ino", 1, 4, "42"},
		       {"result", 1, 0}})},
		{"read", {PPME_SYSCALL_READ_E, PPME_SYSCALL_READ_X}, transfer},
		{"write", {PPME_SYSCALL_WRITE_E, PPME_SYSCALL_WRITE_X}, transfer},
		{"close",
		 {PPME_SYSCALL_CLOSE_E, PPME_SYSCALL_CLOSE_X},
		 with({{"fd", 0, 0}, {"result", 1, 0, kNoError}})},
		{"dup2", {PPME_SYSCALL_DUP2_E, PPME_SYSCALL_DUP2_X}, with({{"from", 1, 1}, {"to", 1, 2}})},
		{"memfd_create",
		 {PPME_SYSCALL_MEMFD_CREATE_E, PPME_SYSCALL_MEMFD_CREATE_X},
		 with({{"name", 1, 1}, {"result", 1, 0}})},
		{"fchmod",
		 {PPME_SYSCALL_FCHMOD_E, PPME_SYSCALL_FCHMOD_X},
		 with({{"fd", 1, 1}, {"mode", 1, 2}, {"result", 1, 0, kNoError}})},
		{"setns",
		 {PPME_SYSCALL_SETNS_E, PPME_SYSCALL_SETNS_X},
		 with({{"fd", 0, 0}, {"result", 1, 0, kNoError}})},
		{"finit_module",
		 {PPME_SYSCALL_FINIT_MODULE_E, PPME_SYSCALL_FINIT_MODULE_X},
		 with({{"fd", 1, 1}, {"result", 1, 0, kNoError}})},
	};
}

std::vector<CallForm> name_forms()
{
	const auto two_names = [](const char *first, std::size_t from, const char *second, std::size_t to) {
		return with({{first, 1, from}, {second, 1, to}, {"result", 1, 0, kNoError}});
	};
	return {
		{"chmod",
		 {PPME_SYSCALL_CHMOD_E, PPME_SYSCALL_CHMOD_X},
		 with({{"name", 1, 1}, {"mode", 1, 2}, {"result", 1, 0, kNoError}})},
		{"fchmodat",
		 {PPME_SYSCALL_FCHMODAT_E, PPME_SYSCALL_FCHMODAT_X},
		 with({{"name", 1, 2}, {"mode", 1, 3}, {"result", 1, 0, kNoError}})},
		{"mkdir",
		 {PPME_SYSCALL_MKDIR_2_E, PPME_SYSCALL_MKDIR_2_X},
		 with({{"name", 1, 1}, {"mode", 0, 0, "0755"}, {"result", 1, 0, kNoError}})},
		{"mknod",
		 {PPME_SYSCALL_MKNOD_E, PPME_SYSCALL_MKNOD_X},
		 with({{"name", 1, 1}, {"mode", 1, 2}, {"result", 1, 0, kNoError}})},
		{"mknodat",
		 {PPME_SYSCALL_MKNODAT_E, PPME_SYSCALL_MKNODAT_X},
		 with({{"name", 1, 2}, {"mode", 1, 3}, {"result", 1, 0, kNoError}})},
		{"unlink",
		 {PPME_SYSCALL_UNLINK_2_E, PPME_SYSCALL_UNLINK_2_X},
		 with({{"name", 1, 1}, {"result", 1, 0, kNoError}})},
		{"unlinkat",
		 {PPME_SYSCALL_UNLINKAT_2_E, PPME_SYSCALL_UNLINKAT_2_X},
		 with({{"name", 1, 2}, {"result", 1, 0, kNoError}})},
		{"rename", {PPME_SYSCALL_RENAME_E, PPME_SYSCALL_RENAME_X}, two_names("from", 1, "to", 2)},
		{"renameat2", {PPME_SYSCALL_RENAMEAT2_E, PPME_SYSCALL_RENAMEAT2_X}, two_names("from", 2, "to", 4)},
		{"symlink", {PPME_SYSCALL_SYMLINK_E, PPME_SYSCALL_SYMLINK_X}, two_names("target", 1, "link", 2)},
		{"link", {PPME_SYSCALL_LINK_2_E, PPME_SYSCALL_LINK_2_X}, two_names("from", 1, "to", 2)},
		{"chdir",
		 {PPME_SYSCALL_CHDIR_E, PPME_SYSCALL_CHDIR_X},
		 with({{"path", 1, 1}, {"result", 1, 0, kNoError}})},
		{"chroot",
		 {PPME_SYSCALL_CHROOT_E, PPME_SYSCALL_CHROOT_X},
		 with({{"path", 1, 1}, {"result", 1, 0, kNoError}})},
		{"mount",
		 {PPME_SYSCALL_MOUNT_E, PPME_SYSCALL_MOUNT_X},
		 with({{"device", 1, 1}, {"dir", 1, 2}, {"type", 1, 3}, {"result", 1, 0, kNoError}})},
	};
}

std::vector<CallForm> other_forms()
{
	return {
		{"unshare", {PPME_SYSCALL_UNSHARE_E, PPME_SYSCALL_UNSHARE_X}, with({{"result", 1, 0, kNoError}})},
		{"setuid", {PPME_SYSCALL_SETUID_E, PPME_SYSCALL_SETUID_X}, setuid},
		{"ptrace",
		 {PPME_SYSCALL_PTRACE_E, PPME_SYSCALL_PTRACE_X},
		 with({{"request", 0, 0}, {"target", 0, 1}, {"result", 1, 0, kNoError}})},
		{"init_module",
		 {PPME_SYSCALL_INIT_MODULE_E, PPME_SYSCALL_INIT_MODULE_X},
		 with({{"result", 1, 0, kNoError}})},
		{"bpf", {PPME_SYSCALL_BPF_2_E, PPME_SYSCALL_BPF_2_X}, with({{"command", 1, 1}, {"result", 1, 0}})},
	};
}

} // namespace

const std::vector<CallForm> &call_forms()
{
	static const std::vector<CallForm> all = [] {
		std::vector<CallForm> list;
		for (auto make : {long_forms, file_forms, name_forms, other_forms})
			for (CallForm &form : make())
				list.push_back(std::move(form));
		return list;
	}();
	return all;
}

} // namespace falco::trace_tool
