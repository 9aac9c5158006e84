// SPDX-License-Identifier: Apache-2.0
#include "process.hpp"

#include "descriptor.hpp"
#include "param_value.hpp"

#include <cstring>

namespace falco::trace_tool {

using trace::Pid;
using trace::Process;
using trace::Thread;
using yaml::Node;

namespace {

// Numbers of a thread that follow from nothing else, or that differ from what follows.
struct Number {
	const char *key;
	std::uint64_t (*get)(const scap_threadinfo &);
	void (*set)(scap_threadinfo &, std::uint64_t);
};

template <auto member>
constexpr Number number(const char *key)
{
	return {key, [](const scap_threadinfo &info) { return static_cast<std::uint64_t>(info.*member); },
		[](scap_threadinfo &info, std::uint64_t value) {
			info.*member = static_cast<std::decay_t<decltype(info.*member)>>(value);
		}};
}

using Info = scap_threadinfo;

constexpr Number kNumbers[] = {
	number<&Info::sid>("session"),
	number<&Info::pgid>("pgid"),
	number<&Info::vpgid>("vpgid"),
	number<&Info::vtid>("vtid"),
	number<&Info::vpid>("vpid"),
	number<&Info::uid>("uid"),
	number<&Info::gid>("gid"),
	number<&Info::loginuid>("loginuid"),
	number<&Info::tty>("tty"),
	number<&Info::flags>("flags"),
	number<&Info::fdlimit>("fdlimit"),
	number<&Info::cap_permitted>("cap_permitted"),
	number<&Info::cap_effective>("cap_effective"),
	number<&Info::cap_inheritable>("cap_inheritable"),
	number<&Info::exe_writable>("exe_writable"),
	number<&Info::exe_upper_layer>("exe_upper_layer"),
	number<&Info::exe_lower_layer>("exe_lower_layer"),
	number<&Info::exe_from_memfd>("exe_from_memfd"),
	number<&Info::exe_ino>("exe_ino"),
	number<&Info::exe_ino_ctime>("exe_ino_ctime"),
	number<&Info::exe_ino_mtime>("exe_ino_mtime"),
	number<&Info::vmsize_kb>("vmsize_kb"),
	number<&Info::vmrss_kb>("vmrss_kb"),
	number<&Info::vmswap_kb>("vmswap_kb"),
	number<&Info::pfmajor>("pfmajor"),
	number<&Info::pfminor>("pfminor"),
	number<&Info::pidns_init_start_ts>("pidns_init_start"),
	number<&Info::clone_ts>("clone_time"),
};

std::string string_at(const char *bytes, std::size_t size)
{
	return {bytes, size};
}

// Bytes that are mostly a list of strings.
std::string describe_list(const std::string &bytes)
{
	ppm_param_info list{};
	list.type = PT_BYTEBUF;
	return bytes.empty() ? "[]" : describe_param(bytes, list);
}

std::string read_list(const Node &node, const char *name)
{
	ppm_param_info list{};
	list.type = PT_BYTEBUF;
	std::strncpy(list.name, name, sizeof list.name - 1);
	return encode_param(node, list);
}

void set_details(Thread &thread, const YamlMap &map)
{
	scap_threadinfo &info = *thread.info;
	if (const Node *root = map.find("root")) trace::copy_text(info.root, read_text(*root, "root"), "root");
	if (const Node *args = map.find("args"))
		info.args_len =
			static_cast<std::uint16_t>(trace::copy_bytes(info.args, read_list(*args, "args"), "args"));
	if (const Node *env = map.find("env"))
		info.env_len = static_cast<std::uint16_t>(trace::copy_bytes(info.env, read_list(*env, "env"), "env"));
	if (const Node *groups = map.find("cgroups"))
		info.cgroups.len = static_cast<int>(
			trace::copy_bytes(info.cgroups.path, read_list(*groups, "cgroups"), "cgroups"));
	if (const Node *process = map.find("thread_of")) {
		info.pid = static_cast<std::uint64_t>(read_number(*process, "thread_of"));
		info.vpid = static_cast<std::int64_t>(info.pid);
	}
	for (const Number &one : kNumbers)
		if (const Node *node = map.find(one.key))
			one.set(info, static_cast<std::uint64_t>(read_number(*node, one.key)));
	for (const Node &descriptor : map.list("descriptors"))
		thread.descriptors.push_back(read_descriptor(descriptor));
}

} // namespace

const std::vector<std::string> &program_keys()
{
	static const std::vector<std::string> keys{"id",   "name", "pid",       "path",       "argv0", "args",
						   "user", "env",  "container", "from_memfd", "result"};
	return keys;
}

const std::vector<std::string> &process_keys()
{
	static const std::vector<std::string> keys = [] {
		std::vector<std::string> all{"id",    "name", "pid",     "parent",    "path",       "argv0",
					     "args",  "user", "env",     "container", "cwd",        "from_memfd",
					     "files", "root", "cgroups", "thread_of", "descriptors"};
		for (const Number &one : kNumbers)
			all.emplace_back(one.key);
		return all;
	}();
	return keys;
}

Process read_program(const YamlMap &map, const ProcessContext &context)
{
	std::string name = map.text("name", "");
	const std::string path = map.text("path", name.empty() ? "" : "/usr/bin/" + name);
	if (name.empty()) name = path.substr(path.rfind('/') + 1);
	if (name.empty() && !map.find("name"))
		throw yaml::Error(map.node().place, map.what() + " needs the key 'name' or 'path'");
	Process process(name);
	process.path(path).argv0(map.text("argv0", name));
	if (const Node *pid = map.find("pid")) process.pid(read_number(*pid, "pid"));
	if (const Node *args = map.find("args"); args && args->kind == yaml::Kind::sequence)
		process.args(map.texts("args"));
	if (const Node *env = map.find("env"); env && env->kind == yaml::Kind::sequence) process.env(map.texts("env"));
	if (const Node *user = map.find("user")) {
		context.require_user(*user);
		process.user(read_text(*user, "user"));
	}
	if (const Node *container = map.find("container")) process.container(context.container_of(*container));
	if (map.flag("from_memfd", false)) process.from_memfd();
	return process;
}

Process read_process(const YamlMap &map, const ProcessContext &context)
{
	Process process = read_program(map, context);
	if (const Node *parent = map.find("parent")) process.parent(context.pid_of(*parent));
	if (const Node *cwd = map.find("cwd")) process.cwd(read_text(*cwd, "cwd"));
	if (const Node *files = map.find("files")) {
		if (files->kind != yaml::Kind::map)
			throw yaml::Error(files->place,
					  "files must be a map of descriptors and names, like {3: /etc/passwd}");
		for (const yaml::Entry &entry : files->entries) {
			Node fd;
			fd.kind = yaml::Kind::scalar;
			fd.text = entry.key;
			fd.place = entry.place;
			process.file(read_number(fd, "a descriptor"), read_text(entry.value, "the name of a file"));
		}
	}
	process.details([&map](Thread &thread) {
		try {
			set_details(thread, map);
		} catch (const std::invalid_argument &e) {
			throw yaml::Error(map.node().place, e.what());
		}
	});
	return process;
}

std::string describe_process(const Thread &thread)
{
	const scap_threadinfo &info = *thread.info;
	const auto tid = static_cast<Pid>(info.tid);
	// What would follow from the few keys that are always there.
	trace::Trace plain{trace::Trace::Empty{}};
	plain.process(Process(info.comm).pid(tid).parent(static_cast<Pid>(info.ptid)));
	scap_threadinfo &defaults = *plain.file().threads.front().info;
	std::string text = "  - {pid: " + std::to_string(tid);
	const auto add = [&](const char *key, const std::string &value) {
		text += std::string(", ") + key + ": " + value;
	};
	add("parent", std::to_string(static_cast<Pid>(info.ptid)));
	add("name", yaml_text(info.comm));
	add("path", yaml_text(info.exepath));
	if (std::strcmp(info.exe, info.comm) != 0) add("argv0", yaml_text(info.exe));
	if (info.args_len > 0) add("args", describe_list(string_at(info.args, info.args_len)));
	if (info.env_len > 0) add("env", describe_list(string_at(info.env, info.env_len)));
	add("cwd", yaml_text(info.cwd));
	if (std::strcmp(info.root, "/") != 0) add("root", yaml_text(info.root));
	if (info.pid != info.tid) {
		add("thread_of", std::to_string(info.pid));
		defaults.vpid = static_cast<std::int64_t>(info.pid);
	}
	for (const Number &one : kNumbers)
		if (one.get(info) != one.get(defaults))
			add(one.key, std::to_string(static_cast<std::int64_t>(one.get(info))));
	add("cgroups", describe_list(string_at(info.cgroups.path, static_cast<std::size_t>(info.cgroups.len))));
	if (thread.descriptors.empty()) return text + "}\n";
	std::string list;
	for (const scap_fdinfo &descriptor : thread.descriptors)
		list += std::string(list.empty() ? "\n" : ",\n") + "      " + describe_descriptor(descriptor);
	add("descriptors", "[" + list + "]");
	return text + "}\n";
}

} // namespace falco::trace_tool
