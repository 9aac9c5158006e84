// SPDX-License-Identifier: Apache-2.0
// The system calls of a trace: what each writes into its enter and exit events.
#include "plugins/trace-builder/driver_values.hpp"
#include "plugins/trace-builder/trace.hpp"

#include <driver/ppm_events_public.h>

#include <stdexcept>

namespace falco::trace {

namespace {

/// A parameter whose type depends on another one: the index of the type, then the value.
Param::Bytes dynamic(std::uint8_t type, std::uint64_t value)
{
	Param::Bytes bytes{std::string(1, static_cast<char>(type))};
	for (int byte = 0; byte < 8; ++byte)
		bytes.data += static_cast<char>(value >> (8 * byte));
	return bytes;
}

struct OpenFlags {
	std::uint32_t at_start, at_end;
};

// That the file was not there before is known at the end only.
OpenFlags open_flags(int flags, const Opened &opened)
{
	const std::uint32_t all = opened.flags.value_or(driver_open_flags(flags));
	return {all & ~static_cast<std::uint32_t>(PPM_O_F_CREATED), all};
}

} // namespace

std::int64_t Trace::open(Pid pid, const std::string &name, int flags, std::int64_t result, const Opened &opened)
{
	const std::int64_t fd = fd_for(pid, result);
	const OpenFlags bits = open_flags(flags, opened);
	call(pid, PPME_SYSCALL_OPEN_E, {name, bits.at_start, opened.mode}, PPME_SYSCALL_OPEN_X,
	     {fd, name, bits.at_end, opened.mode, opened.dev, opened.ino});
	return fd;
}

std::int64_t Trace::openat(Pid pid, std::int64_t dirfd, const std::string &name, int flags, std::int64_t result,
			   const Opened &opened)
{
	const std::int64_t fd = fd_for(pid, result);
	const OpenFlags bits = open_flags(flags, opened);
	if (dirfd == -100) dirfd = PPM_AT_FDCWD; // AT_FDCWD
	call(pid, PPME_SYSCALL_OPENAT_2_E, {dirfd, name, bits.at_start, opened.mode}, PPME_SYSCALL_OPENAT_2_X,
	     {fd, dirfd, name, bits.at_end, opened.mode, opened.dev, opened.ino});
	return fd;
}

std::int64_t Trace::openat2(Pid pid, const std::string &name, int flags, std::int64_t result, const Opened &opened)
{
	const std::int64_t fd = fd_for(pid, result);
	const OpenFlags bits = open_flags(flags, opened);
	call(pid, PPME_SYSCALL_OPENAT2_E, {PPM_AT_FDCWD, name, bits.at_start, opened.mode, 0}, PPME_SYSCALL_OPENAT2_X,
	     {fd, PPM_AT_FDCWD, name, bits.at_end, opened.mode, 0, opened.dev, opened.ino});
	return fd;
}

std::int64_t Trace::creat(Pid pid, const std::string &name, std::int64_t result, const Opened &opened)
{
	const std::int64_t fd = fd_for(pid, result);
	call(pid, PPME_SYSCALL_CREAT_E, {name, opened.mode}, PPME_SYSCALL_CREAT_X,
	     {fd, name, opened.mode, opened.dev, opened.ino, 0});
	return fd;
}

void Trace::read(Pid pid, std::int64_t fd, const std::string &data, const Transfer &transfer)
{
	const std::uint64_t size = transfer.size.value_or(static_cast<std::uint32_t>(data.size()));
	const std::int64_t result = transfer.result.value_or(static_cast<std::int64_t>(data.size()));
	call(pid, PPME_SYSCALL_READ_E, {fd, size}, PPME_SYSCALL_READ_X, {result, Param::Bytes{data}, fd, size});
}

void Trace::write(Pid pid, std::int64_t fd, const std::string &data, const Transfer &transfer)
{
	const std::uint64_t size = transfer.size.value_or(static_cast<std::uint32_t>(data.size()));
	const std::int64_t result = transfer.result.value_or(static_cast<std::int64_t>(data.size()));
	call(pid, PPME_SYSCALL_WRITE_E, {fd, size}, PPME_SYSCALL_WRITE_X, {result, Param::Bytes{data}});
}

void Trace::close(Pid pid, std::int64_t fd, std::int64_t result)
{
	call(pid, PPME_SYSCALL_CLOSE_E, {fd}, PPME_SYSCALL_CLOSE_X, {result});
}

std::int64_t Trace::dup2(Pid pid, std::int64_t from, std::int64_t to)
{
	call(pid, PPME_SYSCALL_DUP2_E, {from}, PPME_SYSCALL_DUP2_X, {to, from, to});
	return to;
}

std::int64_t Trace::memfd_create(Pid pid, const std::string &name, std::int64_t result)
{
	const std::int64_t fd = fd_for(pid, result);
	call(pid, PPME_SYSCALL_MEMFD_CREATE_E, {}, PPME_SYSCALL_MEMFD_CREATE_X, {fd, name, 0});
	return fd;
}

void Trace::chmod(Pid pid, const std::string &name, unsigned mode, std::int64_t result)
{
	call(pid, PPME_SYSCALL_CHMOD_E, {}, PPME_SYSCALL_CHMOD_X, {result, name, driver_mode(mode)});
}

void Trace::fchmodat(Pid pid, const std::string &name, unsigned mode, std::int64_t result)
{
	call(pid, PPME_SYSCALL_FCHMODAT_E, {}, PPME_SYSCALL_FCHMODAT_X,
	     {result, PPM_AT_FDCWD, name, driver_mode(mode)});
}

void Trace::fchmod(Pid pid, std::int64_t fd, unsigned mode, std::int64_t result)
{
	call(pid, PPME_SYSCALL_FCHMOD_E, {}, PPME_SYSCALL_FCHMOD_X, {result, fd, driver_mode(mode)});
}

void Trace::mkdir(Pid pid, const std::string &name, std::int64_t result, unsigned mode)
{
	call(pid, PPME_SYSCALL_MKDIR_2_E, {mode}, PPME_SYSCALL_MKDIR_2_X, {result, name});
}

void Trace::mknod(Pid pid, const std::string &name, unsigned mode, std::int64_t result)
{
	call(pid, PPME_SYSCALL_MKNOD_E, {}, PPME_SYSCALL_MKNOD_X, {result, name, mode, 0});
}

void Trace::mknodat(Pid pid, const std::string &name, unsigned mode, std::int64_t result)
{
	call(pid, PPME_SYSCALL_MKNODAT_E, {}, PPME_SYSCALL_MKNODAT_X, {result, PPM_AT_FDCWD, name, mode, 0});
}

void Trace::unlink(Pid pid, const std::string &name, std::int64_t result)
{
	call(pid, PPME_SYSCALL_UNLINK_2_E, {}, PPME_SYSCALL_UNLINK_2_X, {result, name});
}

void Trace::unlinkat(Pid pid, const std::string &name, std::int64_t result)
{
	call(pid, PPME_SYSCALL_UNLINKAT_2_E, {}, PPME_SYSCALL_UNLINKAT_2_X, {result, PPM_AT_FDCWD, name, 0});
}

void Trace::rename(Pid pid, const std::string &from, const std::string &to, std::int64_t result)
{
	call(pid, PPME_SYSCALL_RENAME_E, {}, PPME_SYSCALL_RENAME_X, {result, from, to});
}

void Trace::renameat2(Pid pid, const std::string &from, const std::string &to, std::int64_t result)
{
	call(pid, PPME_SYSCALL_RENAMEAT2_E, {}, PPME_SYSCALL_RENAMEAT2_X,
	     {result, PPM_AT_FDCWD, from, PPM_AT_FDCWD, to, 0});
}

void Trace::symlink(Pid pid, const std::string &target, const std::string &link, std::int64_t result)
{
	call(pid, PPME_SYSCALL_SYMLINK_E, {}, PPME_SYSCALL_SYMLINK_X, {result, target, link});
}

void Trace::link(Pid pid, const std::string &from, const std::string &to, std::int64_t result)
{
	call(pid, PPME_SYSCALL_LINK_2_E, {}, PPME_SYSCALL_LINK_2_X, {result, from, to});
}

void Trace::chdir(Pid pid, const std::string &path, std::int64_t result)
{
	if (result == 0) state(pid).cwd = path;
	call(pid, PPME_SYSCALL_CHDIR_E, {}, PPME_SYSCALL_CHDIR_X, {result, path});
}

void Trace::chroot(Pid pid, const std::string &path, std::int64_t result)
{
	call(pid, PPME_SYSCALL_CHROOT_E, {}, PPME_SYSCALL_CHROOT_X, {result, path});
}

void Trace::mount(Pid pid, const std::string &device, const std::string &dir, const std::string &type,
		  std::int64_t result)
{
	call(pid, PPME_SYSCALL_MOUNT_E, {0}, PPME_SYSCALL_MOUNT_X, {result, device, dir, type});
}

std::int64_t Trace::socket(Pid pid, unsigned family, int type, std::int64_t fd)
{
	fd = fd_for(pid, fd);
	call(pid, PPME_SOCKET_SOCKET_E, {family, type, 0}, PPME_SOCKET_SOCKET_X, {fd, family, type, 0});
	return fd;
}

std::int64_t Trace::connect(Pid pid, const std::string &address, std::uint16_t port, std::int64_t result, int type,
			    std::int64_t fd)
{
	const unsigned family = address_family(address);
	fd = socket(pid, family, type, fd);
	const std::string own = family == PPM_AF_INET6 ? "fd00::5" : "192.168.1.5";
	call(pid, PPME_SOCKET_CONNECT_E, {fd, socket_address(address, port)}, PPME_SOCKET_CONNECT_X,
	     {result, socket_tuple(own, 51234, address, port), fd});
	return fd;
}

std::int64_t Trace::listen(Pid pid, const std::string &address, std::uint16_t port, std::int64_t result,
			   std::int64_t fd)
{
	fd = socket(pid, address_family(address), 1, fd);
	call(pid, PPME_SOCKET_BIND_E, {fd}, PPME_SOCKET_BIND_X, {0, socket_address(address, port), fd});
	call(pid, PPME_SOCKET_LISTEN_E, {fd, 5}, PPME_SOCKET_LISTEN_X, {result, fd, 5});
	listening_[fd] = {address, port};
	return fd;
}

std::int64_t Trace::accept(Pid pid, std::int64_t listening_fd, const std::string &peer, std::uint16_t port,
			   std::int64_t result)
{
	const auto found = listening_.find(listening_fd);
	if (found == listening_.end()) throw std::logic_error("accept on a socket that does not listen");
	const auto &[address, own_port] = found->second;
	const std::int64_t fd = fd_for(pid, result);
	call(pid, PPME_SOCKET_ACCEPT4_6_E, {0}, PPME_SOCKET_ACCEPT4_6_X,
	     {fd, socket_tuple(peer, port, address, own_port), 0, 0, 5});
	return fd;
}

void Trace::setns(Pid pid, std::int64_t fd, std::int64_t result)
{
	call(pid, PPME_SYSCALL_SETNS_E, {fd, PPM_CL_CLONE_NEWNS}, PPME_SYSCALL_SETNS_X, {result});
}

void Trace::unshare(Pid pid, std::int64_t result)
{
	call(pid, PPME_SYSCALL_UNSHARE_E, {PPM_CL_CLONE_NEWNS}, PPME_SYSCALL_UNSHARE_X, {result});
}

void Trace::setuid(Pid pid, std::uint32_t uid, std::int64_t result)
{
	call(pid, PPME_SYSCALL_SETUID_E, {uid}, PPME_SYSCALL_SETUID_X, {result});
}

void Trace::ptrace(Pid pid, unsigned request, Pid target, std::int64_t result)
{
	call(pid, PPME_SYSCALL_PTRACE_E, {request, target}, PPME_SYSCALL_PTRACE_X,
	     {result, dynamic(PPM_PTRACE_IDX_UINT64, 0), dynamic(PPM_PTRACE_IDX_UINT64, 0)});
}

void Trace::init_module(Pid pid, std::int64_t result)
{
	call(pid, PPME_SYSCALL_INIT_MODULE_E, {}, PPME_SYSCALL_INIT_MODULE_X, {result, Param::Bytes{"ELF"}, 4096, ""});
}

void Trace::finit_module(Pid pid, std::int64_t fd, std::int64_t result)
{
	call(pid, PPME_SYSCALL_FINIT_MODULE_E, {}, PPME_SYSCALL_FINIT_MODULE_X, {result, fd, "", 0});
}

void Trace::bpf(Pid pid, unsigned command, std::int64_t result)
{
	call(pid, PPME_SYSCALL_BPF_2_E, {command}, PPME_SYSCALL_BPF_2_X, {fd_for(pid, result), command});
}

} // namespace falco::trace
