// SPDX-License-Identifier: Apache-2.0
// The events and the process table go into an inspector through libscap's test engine; what the inspector then reads
// is dumped as any capture is. So the file is laid out by the same code that writes real recordings.
#include "tests/support/trace_file.hpp"

#include <libscap/engine/test_input/test_input_public.h>
#include <libscap/scap_platform_impl.h>
// dumper.h needs what sinsp.h declares.
#include <libsinsp/sinsp.h>

#include <libsinsp/dumper.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace falco::test {

namespace {

template <std::size_t Size>
void copy_text(char (&to)[Size], const std::string &from)
{
	if (from.size() >= Size) throw std::logic_error("too long for a .scap file: " + from);
	std::memcpy(to, from.c_str(), from.size() + 1);
}

template <std::size_t Size>
std::size_t copy_list(char (&to)[Size], const std::string &from)
{
	if (from.size() > Size) throw std::logic_error("too many strings for a .scap file");
	std::memcpy(to, from.data(), from.size());
	return from.size();
}

void fill(scap_threadinfo &thread, const TraceFile::Row &row)
{
	thread.tid = thread.pid = static_cast<std::uint64_t>(row.pid);
	thread.ptid = static_cast<std::uint64_t>(row.parent);
	thread.sid = thread.vpgid = thread.pgid = thread.tid;
	thread.vtid = thread.vpid = row.pid;
	thread.fdlimit = 1024;
	thread.uid = thread.gid = thread.loginuid = row.uid;
	thread.exe_from_memfd = row.from_memfd;
	copy_text(thread.comm, row.name);
	copy_text(thread.exe, row.argv0);
	copy_text(thread.exepath, row.path);
	copy_text(thread.cwd, row.cwd);
	copy_text(thread.root, "/");
	thread.args_len = static_cast<std::uint16_t>(copy_list(thread.args, row.args));
	thread.cgroups.len = static_cast<int>(copy_list(thread.cgroups.path, row.cgroups));
}

std::vector<scap_fdinfo> files_of(const TraceFile::Row &row)
{
	std::vector<scap_fdinfo> files;
	for (const auto &[fd, name] : row.files) {
		scap_fdinfo &file = files.emplace_back();
		file.fd = fd;
		file.ino = 42;
		file.type = SCAP_FD_FILE_V2;
		copy_text(file.info.regularinfo.fname, name);
	}
	return files;
}

/// libscap frees the list with the platform, so it is allocated as libscap does.
scap_userlist *user_list(const std::map<std::uint32_t, std::string> &users)
{
	auto *list = static_cast<scap_userlist *>(std::calloc(1, sizeof(scap_userlist)));
	list->users = static_cast<scap_userinfo *>(std::calloc(users.size(), sizeof(scap_userinfo)));
	for (const auto &[uid, name] : users) {
		scap_userinfo &user = list->users[list->nusers++];
		user.uid = user.gid = uid;
		copy_text(user.name, name);
		copy_text(user.homedir, uid == 0 ? "/root" : "/home/" + name);
		copy_text(user.shell, "/bin/sh");
	}
	return list;
}

} // namespace

void write_trace_file(const TraceFile &file, const std::string &path)
{
	std::vector<scap_threadinfo> threads(file.processes.size());
	std::vector<std::vector<scap_fdinfo>> files;
	std::vector<scap_test_fdinfo_data> file_lists;
	for (std::size_t index = 0; index < file.processes.size(); ++index) {
		fill(threads[index], file.processes[index]);
		files.push_back(files_of(file.processes[index]));
		file_lists.push_back({files.back().data(), files.back().size()});
	}

	std::vector<EncodedEvent> events = file.events;
	std::vector<ppm_evt_hdr *> headers;
	for (EncodedEvent &event : events)
		headers.push_back(reinterpret_cast<ppm_evt_hdr *>(event.data()));

	scap_test_input_data input{};
	input.events = headers.data();
	input.event_count = headers.size();
	input.threads = threads.data();
	input.thread_count = threads.size();
	input.fdinfo_data = file_lists.data();

	sinsp inspector;
	inspector.set_import_users(false); // this machine's users are no part of the trace
	inspector.open_test_input(&input);
	scap_platform *platform = inspector.get_scap_platform();
	platform->m_userlist = user_list(file.users);
	platform->m_machine_info.num_cpus = 2;
	platform->m_machine_info.memory_size_bytes = std::uint64_t{1} << 30;
	platform->m_machine_info.max_pid = 32768;
	copy_text(platform->m_machine_info.hostname, "tracehost");

	sinsp_dumper dumper;
	dumper.open(&inspector, path, true);
	for (std::size_t read = 0; read < file.events.size(); ++read) {
		sinsp_evt *event = nullptr;
		const std::int32_t result = inspector.next(&event);
		// A state change that libsinsp keeps to itself is part of the file all the same.
		if (result != SCAP_SUCCESS && result != SCAP_FILTERED_EVENT)
			throw std::runtime_error("cannot write " + path + ": " + inspector.getlasterr());
		if (event != nullptr) dumper.dump(event);
	}
	dumper.close();
}

} // namespace falco::test
