// SPDX-License-Identifier: Apache-2.0
#include "plugins/trace-builder/trace.hpp"

#include <driver/ppm_events_public.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace falco::trace {

namespace {

Param::Bytes cgroups_of(const std::string &container)
{
	const std::string path = container.empty() ? "/user.slice" : "/docker/" + container;
	return string_list({"cpuset=" + path, "cpu=" + path, "memory=" + path});
}

} // namespace

Trace::Trace()
{
	add_user({0, 0, "root", "/root", "/bin/sh"});
	for (const auto &[uid, name] : std::map<std::uint32_t, std::string>{
		     {1, "daemon"}, {1000, "alice"}, {1001, "elasticsearch"}, {1002, "mysql"}})
		add_user(uid, name);
	process(Process("init").pid(1).parent(0).path("/sbin/init").argv0("/sbin/init").cwd("/"));
}

void Trace::add_user(std::uint32_t uid, const std::string &name)
{
	add_user({uid, uid, name, "/home/" + name, "/bin/sh"});
}

void Trace::add_container(const std::string &full_id, const std::string &name, const std::string &image)
{
	const nlohmann::json container = {{"container",
					   {{"id", full_id.substr(0, 12)},
					    {"full_id", full_id},
					    {"type", 0},
					    {"name", name},
					    {"image", image},
					    {"lookup_state", 1}}}};
	emit(1, PPME_CONTAINER_JSON_2_E, {container.dump()});
}

Pid Trace::process(const Process &description)
{
	State process;
	process.pid = description.pid_ ? *description.pid_ : free_pid();
	process.parent = 1;
	process.cwd = "/root";
	describe(process, description);
	Thread thread = thread_of(process, description.files_);
	if (description.details_) description.details_(thread);
	process.uid = thread.info->uid;
	file_.threads.push_back(std::move(thread));
	running_[process.pid] = process;
	return process.pid;
}

Pid Trace::free_pid()
{
	while (has_process(next_pid_))
		++next_pid_;
	return next_pid_++;
}

Thread Trace::thread_of(const State &process, const std::map<std::int64_t, std::string> &files)
{
	Thread thread;
	scap_threadinfo &info = *thread.info;
	info.tid = info.pid = info.sid = info.vpgid = info.pgid = static_cast<std::uint64_t>(process.pid);
	info.ptid = static_cast<std::uint64_t>(process.parent);
	info.vtid = info.vpid = process.pid;
	info.fdlimit = 1024;
	info.uid = info.gid = info.loginuid = process.uid;
	info.exe_from_memfd = process.from_memfd;
	copy_text(info.comm, process.name, "the name of a process");
	copy_text(info.exe, process.argv0, "argv0");
	copy_text(info.exepath, process.path, "the path of an executable");
	copy_text(info.cwd, process.cwd, "a working directory");
	copy_text(info.root, "/", "a root directory");
	info.args_len = static_cast<std::uint16_t>(copy_list(info.args, process.args, "the arguments of a process"));
	info.cgroups.len = static_cast<int>(
		copy_bytes(info.cgroups.path, cgroups_of(process.container).data, "the control groups of a process"));
	for (const auto &[fd, name] : files) {
		scap_fdinfo &file = thread.descriptors.emplace_back();
		file.fd = fd;
		file.ino = 42;
		file.type = SCAP_FD_FILE_V2;
		copy_text(file.info.regularinfo.fname, name, "the name of a file");
	}
	return thread;
}

Pid Trace::spawn(Pid parent, const Process &description, std::int64_t result)
{
	State child = state(parent);
	child.pid = description.pid_ ? *description.pid_ : free_pid();
	child.parent = parent;

	emit(parent, PPME_SYSCALL_CLONE_20_E, {});
	emit(parent, PPME_SYSCALL_CLONE_20_X, clone_params(state(parent), child.pid));
	emit(child.pid, PPME_SYSCALL_CLONE_20_X, clone_params(child, 0));
	running_[child.pid] = child;
	exec(child.pid, description, result);
	return child.pid;
}

void Trace::exec(Pid pid, const Process &description, std::int64_t result)
{
	if (description.cwd_ || !description.files_.empty())
		throw std::logic_error("execve changes neither directory nor descriptors");
	emit(pid, PPME_SYSCALL_EXECVE_19_E, {description.path_});
	State next = state(pid);
	describe(next, description);
	if (result == 0) state(pid) = next;
	emit(pid, PPME_SYSCALL_EXECVE_19_X, execve_params(state(pid), result));
}

void Trace::execveat(Pid pid, const Process &description)
{
	emit(pid, PPME_SYSCALL_EXECVEAT_E, {PPM_AT_FDCWD, description.path_, 0});
	describe(state(pid), description);
	emit(pid, PPME_SYSCALL_EXECVE_19_X, execve_params(state(pid), 0));
}

void Trace::exit(Pid pid)
{
	emit(pid, PPME_PROCEXIT_1_E, {0, 0, 0, 0, 1});
	running_.erase(pid);
}

void Trace::call(Pid pid, ppm_event_code enter, const Params &enter_params, ppm_event_code exit,
		 const Params &exit_params)
{
	emit(pid, enter, enter_params);
	emit(pid, exit, exit_params);
}

void Trace::adopt(Pid pid)
{
	State process;
	process.pid = pid;
	process.parent = 1;
	running_.emplace(pid, process);
}

Trace::Checkpoint Trace::checkpoint(const std::vector<Pid> &pids) const
{
	Checkpoint before;
	for (const Pid pid : pids) {
		const auto found = running_.find(pid);
		before.processes_[pid] = found == running_.end() ? std::nullopt : std::optional(found->second);
	}
	before.listening_ = listening_;
	before.next_pid_ = next_pid_;
	return before;
}

void Trace::restore(const Checkpoint &checkpoint)
{
	for (const auto &[pid, state] : checkpoint.processes_) {
		running_.erase(pid);
		if (state) running_.emplace(pid, *state);
	}
	listening_ = checkpoint.listening_;
	next_pid_ = checkpoint.next_pid_;
}

Trace::State &Trace::state(Pid pid)
{
	const auto found = running_.find(pid);
	if (found == running_.end()) throw std::logic_error("no process " + std::to_string(pid) + " in the trace");
	return found->second;
}

std::uint32_t Trace::uid_of(const std::string &user) const
{
	for (const User &known : file_.users)
		if (known.name == user) return known.uid;
	throw std::logic_error("no user " + user + " in the trace: add_user() first");
}

std::int64_t Trace::fd_for(Pid pid, std::int64_t result)
{
	return result == kNextFd ? state(pid).next_fd++ : result;
}

void Trace::describe(State &process, const Process &description) const
{
	process.name = description.name_;
	process.path = description.path_;
	process.argv0 = description.argv0_;
	process.args = description.args_;
	process.env = description.env_;
	process.from_memfd = description.from_memfd_;
	if (description.user_) process.uid = uid_of(*description.user_);
	if (description.parent_) process.parent = *description.parent_;
	if (description.container_) process.container = *description.container_;
	if (description.cwd_) process.cwd = *description.cwd_;
	for (const auto &file : description.files_)
		process.next_fd = std::max(process.next_fd, file.first + 1);
}

Params Trace::clone_params(const State &process, std::int64_t result) const
{
	return {result,      process.argv0, string_list(process.args),
		process.pid, process.pid,   process.parent,
		process.cwd, 1024,          0,
		100,         4096,          1024,
		0,           process.name,  cgroups_of(process.container),
		0,           process.uid,   process.uid,
		process.pid, process.pid,   0};
}

Params Trace::execve_params(const State &process, std::int64_t result) const
{
	return {result,
		process.argv0,
		string_list(process.args),
		process.pid,
		process.pid,
		process.parent,
		process.cwd,
		1024,
		0,
		100,
		4096,
		1024,
		0,
		process.name,
		cgroups_of(process.container),
		string_list(process.env),
		0,
		process.pid,
		process.uid,
		process.from_memfd ? PPM_EXE_FROM_MEMFD : 0,
		0,
		0,
		0,
		1,
		kStart,
		kStart,
		process.uid,
		process.path,
		process.pid,
		process.uid};
}

void Trace::emit(Pid pid, ppm_event_code type, const Params &params)
{
	add({encode_event(time_, static_cast<std::uint64_t>(pid), type, params), cpu_, false});
}

void Trace::add(StoredEvent event)
{
	std::memcpy(event.bytes.data() + offsetof(ppm_evt_hdr, ts), &time_, sizeof time_);
	file_.events.push_back(std::move(event));
	time_ += step_;
}

void Trace::save(const std::string &path) const
{
	write_trace_file(file_, path);
}

} // namespace falco::trace
