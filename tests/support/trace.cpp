// SPDX-License-Identifier: Apache-2.0
#include "tests/support/trace.hpp"

#include "tests/support/trace_file.hpp"

#include <driver/ppm_events_public.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace falco::test {

namespace {

Param::Bytes cgroups_of(const std::string &container)
{
	const std::string path = container.empty() ? "/user.slice" : "/docker/" + container;
	return string_list({"cpuset=" + path, "cpu=" + path, "memory=" + path});
}

} // namespace

Trace::Trace() : users_{{0, "root"}, {1, "daemon"}, {1000, "alice"}, {1001, "elasticsearch"}, {1002, "mysql"}}
{
	State init;
	init.pid = 1;
	init.name = "init";
	init.argv0 = "/sbin/init";
	init.path = "/sbin/init";
	init.cwd = "/";
	first_table_.push_back(init);
	running_[1] = init;
}

void Trace::add_user(std::uint32_t uid, const std::string &name)
{
	users_[uid] = name;
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
	process.pid = next_pid_++;
	process.parent = 1;
	process.cwd = "/root";
	describe(process, description);
	first_table_.push_back(process);
	running_[process.pid] = process;
	return process.pid;
}

Pid Trace::spawn(Pid parent, const Process &description, std::int64_t result)
{
	State child = state(parent);
	child.pid = next_pid_++;
	child.parent = parent;
	child.files.clear();

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

Trace::State &Trace::state(Pid pid)
{
	const auto found = running_.find(pid);
	if (found == running_.end()) throw std::logic_error("no process " + std::to_string(pid) + " in the trace");
	return found->second;
}

std::uint32_t Trace::uid_of(const std::string &user) const
{
	for (const auto &[uid, name] : users_)
		if (name == user) return uid;
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
	process.from_memfd = description.from_memfd_;
	if (description.user_) process.uid = uid_of(*description.user_);
	if (description.parent_) process.parent = *description.parent_;
	if (description.container_) process.container = *description.container_;
	if (description.cwd_) process.cwd = *description.cwd_;
	for (const auto &[fd, name] : description.files_) {
		process.files[fd] = name;
		process.next_fd = std::max(process.next_fd, fd + 1);
	}
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
		string_list({"PATH=/usr/bin:/bin"}),
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
	events_.push_back(encode_event(time_, static_cast<std::uint64_t>(pid), type, params));
	time_ += kStep;
}

void Trace::save(const std::string &path) const
{
	TraceFile file;
	file.users = users_;
	file.events = events_;
	for (const State &process : first_table_) {
		TraceFile::Row row;
		row.pid = process.pid;
		row.parent = process.parent;
		row.name = process.name;
		row.path = process.path;
		row.argv0 = process.argv0;
		row.cwd = process.cwd;
		row.uid = process.uid;
		row.args = string_list(process.args).data;
		row.cgroups = cgroups_of(process.container).data;
		row.from_memfd = process.from_memfd;
		row.files = process.files;
		file.processes.push_back(row);
	}
	write_trace_file(file, path);
}

} // namespace falco::test
