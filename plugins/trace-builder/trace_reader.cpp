// SPDX-License-Identifier: Apache-2.0
#include "plugins/trace-builder/trace_file.hpp"

#include <libscap/engine/savefile/savefile_public.h>
#include <libscap/scap_engines.h>
#include <libscap/scap_platform.h>
#include <libscap/scap_platform_impl.h>

#include <stdexcept>
#include <unordered_map>

namespace falco::trace {

namespace {

/// Gets the threads and descriptors as libscap comes to them.
struct Collector {
	explicit Collector(TraceFile &target) : file(target) {}

	TraceFile &file;
	std::unordered_map<std::int64_t, std::size_t> by_tid;

	static std::int32_t add(void *context, char *, std::int64_t tid, scap_threadinfo *thread,
				scap_fdinfo *descriptor, scap_threadinfo **) noexcept
	{
		Collector &self = *static_cast<Collector *>(context);
		if (descriptor) {
			const auto found = self.by_tid.find(tid);
			if (found != self.by_tid.end())
				self.file.threads[found->second].descriptors.push_back(*descriptor);
			return SCAP_SUCCESS;
		}
		self.by_tid[tid] = self.file.threads.size();
		*self.file.threads.emplace_back().info = *thread;
		return SCAP_SUCCESS;
	}
};

struct Reader {
	Reader(const std::string &path, Collector &collector)
	    : platform(scap_savefile_alloc_platform(Collector::add, &collector))
	{
		scap_savefile_engine_params params{};
		params.fname = path.c_str();
		params.platform = platform;
		scap_open_args arguments{};
		arguments.import_users = true;
		arguments.engine_params = &params;
		char error[SCAP_LASTERR_SIZE] = "";
		std::int32_t result = SCAP_SUCCESS;
		handle = scap_open(&arguments, &scap_savefile_engine, error, &result);
		if (!handle) {
			close();
			throw std::runtime_error(error);
		}
	}
	~Reader() { close(); }
	Reader(const Reader &) = delete;
	Reader &operator=(const Reader &) = delete;

	scap_platform *platform;
	scap_t *handle = nullptr;

private:
	void close()
	{
		scap_platform_close(platform);
		if (handle) scap_close(handle);
		scap_platform_free(platform);
	}
};

void read_users(const scap_userlist *list, TraceFile &file)
{
	if (!list) return;
	for (std::uint32_t i = 0; i < list->nusers; ++i) {
		const scap_userinfo &user = list->users[i];
		file.users.push_back({user.uid, user.gid, user.name, user.homedir, user.shell});
	}
	for (std::uint32_t i = 0; i < list->ngroups; ++i)
		file.groups.push_back({list->groups[i].gid, list->groups[i].name});
}

std::string bytes_of(const void *data, std::size_t size)
{
	return {static_cast<const char *>(data), size};
}

void read_interfaces(const scap_addrlist *list, TraceFile &file)
{
	if (!list) return;
	for (std::uint32_t i = 0; i < list->n_v4_addrs; ++i) {
		const scap_ifinfo_ipv4 &entry = list->v4list[i];
		file.interfaces.push_back({bytes_of(entry.ifname, entry.ifnamelen),
					   bytes_of(&entry.addr, sizeof entry.addr),
					   bytes_of(&entry.netmask, sizeof entry.netmask),
					   bytes_of(&entry.bcast, sizeof entry.bcast), entry.linkspeed});
	}
	for (std::uint32_t i = 0; i < list->n_v6_addrs; ++i) {
		const scap_ifinfo_ipv6 &entry = list->v6list[i];
		file.interfaces.push_back({bytes_of(entry.ifname, entry.ifnamelen),
					   bytes_of(entry.addr, sizeof entry.addr),
					   bytes_of(entry.netmask, sizeof entry.netmask),
					   bytes_of(entry.bcast, sizeof entry.bcast), entry.linkspeed});
	}
}

void read_head(const Reader &reader, TraceFile &file)
{
	file.machine = reader.platform->m_machine_info;
	read_interfaces(reader.platform->m_addrlist, file);
	read_users(reader.platform->m_userlist, file);
}

} // namespace

void read_trace_head(const std::string &path, TraceFile &file)
{
	Collector collector(file);
	read_head(Reader(path, collector), file);
}

void read_trace_file(const std::string &path, TraceFile &file, const std::function<void(std::uint64_t)> &at_byte)
{
	Collector collector(file);
	const Reader reader(path, collector);
	read_head(reader, file);
	for (;;) {
		scap_evt *event = nullptr;
		std::uint16_t cpu = 0;
		std::uint32_t flags = 0;
		const std::int32_t result = scap_next(reader.handle, &event, &cpu, &flags);
		if (result == SCAP_EOF) return;
		if (result == SCAP_TIMEOUT) continue;
		if (result != SCAP_SUCCESS) throw std::runtime_error(scap_getlasterr(reader.handle));
		if (at_byte) at_byte(static_cast<std::uint64_t>(scap_get_readfile_offset(reader.handle)));
		const char *const bytes = reinterpret_cast<const char *>(event);
		file.events.push_back(
			{EncodedEvent(bytes, bytes + event->len), cpu, (flags & SCAP_DF_STATE_ONLY) != 0});
	}
}

} // namespace falco::trace
