// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/trace-builder/driver_values.hpp"
#include "tests/support/trace.hpp"

#include <cerrno>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace falco::test {

// Threads of two processes that read and write a few descriptors, which are sockets, files and pipes by turns. Some
// events are lost, so descriptors are at times not what libsinsp thinks. Between them come calls that only look
// (ioctl).
class RandomTransfers {
public:
	explicit RandomTransfers(unsigned seed)
	    : random_(seed), quiet_(seed % 2 == 0), descriptors_(seed % 3 == 0 ? 1 : 4)
	{
		for (const char *name : {"one", "two"}) {
			const Pid process = trace.process(Process(name).path(std::string("/bin/") + name));
			threads_.push_back(process);
			threads_.push_back(process + 5000);
			add_thread(process, process + 5000);
		}
		for (unsigned step = 0; step < 600; step++) {
			thread_ = one_of(threads_);
			fd_ = descriptor();
			const int64_t kind = below(40);
			kind < 18   ? transfer()
			: kind < 28 ? look()
			: kind < 34 ? make()
			: kind < 36 ? talk()
			: quiet_    ? transfer()
			: kind < 39 ? talk()
				    : live();
		}
	}

	Trace trace;

private:
	int64_t below(unsigned limit) { return random_() % limit; }
	template <typename Item>
	const Item &one_of(const std::vector<Item> &items)
	{
		return items[random_() % items.size()];
	}

	void call(ppm_event_code enter, const Params &before, ppm_event_code exit, const Params &after)
	{
		if (below(10) != 0) trace.event(thread_, enter, before); // else it is lost
		if (!quiet_ && below(12) == 0) trace.event(thread_, PPME_SIGNALDELIVER_E, {1, 2, 15});
		if (below(12) != 0) trace.event(thread_, exit, after);
	}

	int64_t descriptor() { return 3 + below(descriptors_); }

	void add_thread(Pid process, Pid thread)
	{
		const unsigned flags = PPM_CL_CLONE_THREAD | PPM_CL_CLONE_FILES;
		trace.event(thread, PPME_SYSCALL_CLONE_20_X,
			    {0, "thread", string_list({}), thread,          process, 1, "/", 1024,   0,       0, 0,
			     0, 0,        "thread",        string_list({}), flags,   0, 0,   thread, process, 0});
	}

	Param::Bytes tuple()
	{
		static const std::vector<std::string> hosts = {"10.0.0.1", "8.8.8.8", "::1"};
		const std::string &peer = one_of(hosts);
		return socket_tuple(peer == "::1" ? "fe80::1" : "10.0.0.9", static_cast<uint16_t>(40000 + below(2)),
				    peer, 53);
	}
	int64_t result() { return below(3) == 0 ? -EAGAIN : 4; }

	void transfer()
	{
		const Param::Bytes data = {"data"};
		switch (below(6)) {
		case 0:
			return call(PPME_SYSCALL_WRITE_E, {fd_, 4}, PPME_SYSCALL_WRITE_X, {result(), data});
		case 1:
			return call(PPME_SYSCALL_READV_E, {fd_}, PPME_SYSCALL_READV_X, {result(), 4, data});
		case 2:
			return call(PPME_SOCKET_SEND_E, {fd_, 4}, PPME_SOCKET_SEND_X, {result(), data});
		case 3:
			return call(PPME_SYSCALL_PREAD_E, {fd_, 4, 0}, PPME_SYSCALL_PREAD_X,
				    {result(), data, fd_, 4, 0});
		default:
			return call(PPME_SYSCALL_READ_E, {fd_, 4}, PPME_SYSCALL_READ_X, {result(), data, fd_, 4});
		}
	}

	void look() { call(PPME_SYSCALL_IOCTL_3_E, {fd_, 1, 0}, PPME_SYSCALL_IOCTL_3_X, {0}); }

	void make()
	{
		const std::string name = "/tmp/" + std::to_string(below(9));
		switch (quiet_ ? 2 + below(6) : below(8)) {
		case 0:
			return call(PPME_SYSCALL_FCNTL_E, {fd_, PPM_FCNTL_F_DUPFD}, PPME_SYSCALL_FCNTL_X,
				    {descriptor(), fd_, PPM_FCNTL_F_DUPFD});
		case 1:
			return call(PPME_SYSCALL_PIPE_E, {}, PPME_SYSCALL_PIPE_X, {0, fd_, descriptor(), 7});
		case 2:
			return call(PPME_SYSCALL_DUP2_E, {fd_}, PPME_SYSCALL_DUP2_X, {descriptor(), fd_, 3});
		case 3:
			return call(PPME_SYSCALL_OPENAT_2_E, {-100, name, 1, 0}, PPME_SYSCALL_OPENAT_2_X,
				    {below(3) == 0 ? -ENOENT : fd_, -100, name, 1, 0, 0x801, 42});
		case 4:
			return call(PPME_SYSCALL_CLOSE_E, {fd_}, PPME_SYSCALL_CLOSE_X, {below(4) == 0 ? -EBADF : 0});
		default:
			const int64_t family = below(2) == 0 ? PPM_AF_INET : PPM_AF_INET6, type = 1 + below(2);
			return call(PPME_SOCKET_SOCKET_E, {family, type, 0}, PPME_SOCKET_SOCKET_X,
				    {fd_, family, type, 0});
		}
	}

	void talk()
	{
		const Param::Bytes data = {"data"}, address = socket_address("8.8.8.8", 53);
		switch (below(6)) {
		case 0:
			return call(PPME_SOCKET_CONNECT_E, {fd_, address}, PPME_SOCKET_CONNECT_X,
				    {below(2) == 0 ? -ECONNREFUSED : 0, tuple(), fd_});
		case 1:
			return call(PPME_SOCKET_ACCEPT4_6_E, {0}, PPME_SOCKET_ACCEPT4_6_X, {fd_, tuple(), 0, 0, 0});
		case 2:
			return call(PPME_SOCKET_BIND_E, {fd_}, PPME_SOCKET_BIND_X,
				    {0, socket_address("10.0.0.9", 53), fd_});
		case 3:
			return call(PPME_SOCKET_RECVFROM_E, {fd_, 4}, PPME_SOCKET_RECVFROM_X,
				    {result(), data, tuple()});
		default:
			return call(PPME_SOCKET_SENDTO_E, {fd_, 4, tuple()}, PPME_SOCKET_SENDTO_X, {result(), data});
		}
	}

	void live()
	{
		if (below(3) == 0 && threads_.size() < 8) {
			threads_.push_back(trace.spawn(threads_[0], Process("child").path("/bin/child")));
		} else if (threads_.size() > 6) {
			trace.exit(threads_.back());
			threads_.pop_back();
		}
	}

	std::mt19937 random_;
	const bool quiet_;
	const unsigned descriptors_;
	std::vector<Pid> threads_;
	Pid thread_ = 0;
	int64_t fd_ = 0;
};

} // namespace falco::test
