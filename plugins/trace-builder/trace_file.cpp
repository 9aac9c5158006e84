// SPDX-License-Identifier: Apache-2.0
// libscap's own code writes the blocks, into memory, so they are its format.
#include "plugins/trace-builder/trace_file.hpp"

#include <libscap/scap_platform.h>
#include <libscap/scap_platform_impl.h>
#include <libscap/scap_savefile_api.h>
#include <libscap/uthash_ext.h>
#include <zlib.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

namespace falco::trace {

namespace {

constexpr std::size_t kThreadBytes = sizeof(scap_threadinfo); // more than one takes in the file
constexpr std::size_t kDescriptorBytes = sizeof(scap_fdinfo); // as well
constexpr std::size_t kUserBytes = sizeof(scap_userinfo);
constexpr std::size_t kEventOverhead = 64; // of a block

struct PlatformDeleter {
	void operator()(scap_platform *platform) const
	{
		scap_platform_close(platform);
		scap_platform_free(platform);
	}
};
using Platform = std::unique_ptr<scap_platform, PlatformDeleter>;

template <std::size_t Size>
std::uint16_t copy_name(char (&to)[Size], const std::string &from)
{
	copy_text(to, from, "the name of an interface");
	return static_cast<std::uint16_t>(from.size());
}

/// As user_list.
scap_addrlist *interface_list(const TraceFile &file)
{
	auto *list = static_cast<scap_addrlist *>(std::calloc(1, sizeof(scap_addrlist)));
	const std::size_t room = file.interfaces.size() + 1;
	list->v4list = static_cast<scap_ifinfo_ipv4 *>(std::calloc(room, sizeof(scap_ifinfo_ipv4)));
	list->v6list = static_cast<scap_ifinfo_ipv6 *>(std::calloc(room, sizeof(scap_ifinfo_ipv6)));
	for (const Interface &one : file.interfaces) {
		if (one.address.size() == sizeof(std::uint32_t)) {
			scap_ifinfo_ipv4 &entry = list->v4list[list->n_v4_addrs++];
			entry.type = SCAP_II_IPV4;
			entry.linkspeed = one.link_speed;
			one.address.copy(reinterpret_cast<char *>(&entry.addr), sizeof entry.addr);
			one.netmask.copy(reinterpret_cast<char *>(&entry.netmask), sizeof entry.netmask);
			one.broadcast.copy(reinterpret_cast<char *>(&entry.bcast), sizeof entry.bcast);
			entry.ifnamelen = copy_name(entry.ifname, one.name);
			list->totlen += static_cast<std::uint32_t>(sizeof entry - SCAP_MAX_PATH_SIZE + entry.ifnamelen);
		} else {
			scap_ifinfo_ipv6 &entry = list->v6list[list->n_v6_addrs++];
			entry.type = SCAP_II_IPV6;
			entry.linkspeed = one.link_speed;
			one.address.copy(entry.addr, sizeof entry.addr);
			one.netmask.copy(entry.netmask, sizeof entry.netmask);
			one.broadcast.copy(entry.bcast, sizeof entry.bcast);
			entry.ifnamelen = copy_name(entry.ifname, one.name);
			list->totlen += static_cast<std::uint32_t>(sizeof entry - SCAP_MAX_PATH_SIZE + entry.ifnamelen);
		}
	}
	return list;
}

/// libscap frees the list with the platform, so it is allocated as libscap does.
scap_userlist *user_list(const TraceFile &file)
{
	auto *list = static_cast<scap_userlist *>(std::calloc(1, sizeof(scap_userlist)));
	list->users = static_cast<scap_userinfo *>(std::calloc(file.users.size() + 1, sizeof(scap_userinfo)));
	list->groups = static_cast<scap_groupinfo *>(std::calloc(file.groups.size() + 1, sizeof(scap_groupinfo)));
	for (const User &user : file.users) {
		scap_userinfo &entry = list->users[list->nusers++];
		entry.uid = user.uid;
		entry.gid = user.gid;
		copy_text(entry.name, user.name, "the name of a user");
		copy_text(entry.homedir, user.home, "the home of a user");
		copy_text(entry.shell, user.shell, "the shell of a user");
	}
	for (const Group &group : file.groups) {
		scap_groupinfo &entry = list->groups[list->ngroups++];
		entry.gid = group.gid;
		copy_text(entry.name, group.name, "the name of a group");
	}
	return list;
}

/// libscap frees what is in its tables.
template <typename Entry>
Entry *copy_of(const Entry &entry)
{
	auto *copy = static_cast<Entry *>(std::malloc(sizeof(Entry)));
	if (!copy) throw std::bad_alloc();
	std::memcpy(copy, &entry, sizeof entry);
	return copy;
}

// What uthash does when there is no memory left looks to the compiler like the use of something that was freed.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wunknown-warning-option"
#pragma GCC diagnostic ignored "-Wuse-after-free"
void add_threads(scap_platform &platform, const TraceFile &file)
{
	[[maybe_unused]] std::int32_t uth_status = SCAP_SUCCESS; // set by the macros when there is no memory
	for (const Thread &thread : file.threads) {
		scap_threadinfo *const added = copy_of(*thread.info);
		added->fdlist = nullptr;
		HASH_ADD_INT64(platform.m_proclist.m_proclist, tid, added);
		for (const scap_fdinfo &descriptor : thread.descriptors) {
			scap_fdinfo *const copy = copy_of(descriptor);
			HASH_ADD_INT64(added->fdlist, fd, copy);
		}
	}
	if (uth_status != SCAP_SUCCESS) throw std::bad_alloc();
}
#pragma GCC diagnostic pop

std::size_t room_for(const TraceFile &file)
{
	std::size_t room = std::size_t{1} << 16;
	room += file.interfaces.size() * sizeof(scap_ifinfo_ipv6);
	room += (file.users.size() + file.groups.size()) * kUserBytes + file.threads.size() * kThreadBytes;
	for (const Thread &thread : file.threads)
		room += (thread.descriptors.size() + 1) * kDescriptorBytes;
	for (const StoredEvent &event : file.events)
		room += event.bytes.size() + kEventOverhead;
	return room;
}

} // namespace

TraceFile::TraceFile() : machine{}
{
	machine.num_cpus = 2;
	machine.memory_size_bytes = std::uint64_t{1} << 30;
	machine.max_pid = 32768;
	copy_text(machine.hostname, "tracehost", "the name of the host");
}

std::string pack(const TraceFile &file)
{
	const Platform platform(scap_generic_alloc_platform(nullptr, nullptr));
	platform->m_machine_info = file.machine;
	if (!file.interfaces.empty()) platform->m_addrlist = interface_list(file);
	platform->m_userlist = user_list(file);
	add_threads(*platform, file);

	std::string bytes(room_for(file), '\0');
	char error[SCAP_LASTERR_SIZE] = "";
	auto *const memory = reinterpret_cast<std::uint8_t *>(bytes.data());
	scap_dumper_t *const dumper = scap_memory_dump_open(platform.get(), memory, bytes.size(), error);
	if (!dumper) throw std::runtime_error(std::string("the trace cannot be stored: ") + error);
	for (const StoredEvent &event : file.events) {
		auto *const raw = reinterpret_cast<scap_evt *>(const_cast<char *>(event.bytes.data())); // only read
		const ppm_event_info &info = scap_get_event_info_table()[event.header().type];
		const std::uint32_t flags = (event.state_only ? SCAP_DF_STATE_ONLY : 0) |
					    ((info.flags & EF_LARGE_PAYLOAD) != 0 ? SCAP_DF_LARGE : 0);
		if (scap_dump(dumper, raw, event.cpu, flags) != SCAP_SUCCESS) {
			scap_dump_close(dumper);
			throw std::runtime_error("an event cannot be stored");
		}
	}
	bytes.resize(static_cast<std::size_t>(scap_get_memorydumper_curpos(dumper) - memory));
	scap_dump_close(dumper);
	return bytes;
}

void write_trace_file(const TraceFile &file, const std::string &path)
{
	const std::string bytes = pack(file);
	gzFile_s *const out = gzopen(path.c_str(), "wbe");
	const bool is_written = out && gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size())) ==
					       static_cast<int>(bytes.size());
	const bool is_closed = out && gzclose(out) == Z_OK;
	if (!is_written || !is_closed) throw std::runtime_error("cannot write " + path);
}

} // namespace falco::trace
