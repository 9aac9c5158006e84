// SPDX-License-Identifier: Apache-2.0
#include "plugins/trace-builder/driver_values.hpp"

#include <arpa/inet.h>
#include <driver/ppm_events_public.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <stdexcept>

namespace falco::trace {

namespace {

std::string packed(std::uint16_t port)
{
	return {static_cast<char>(port & 0xff), static_cast<char>(port >> 8)};
}

std::string packed(const std::string &address)
{
	std::string bytes(address_family(address) == PPM_AF_INET6 ? 16 : 4, '\0');
	const int family = bytes.size() == 16 ? AF_INET6 : AF_INET;
	if (inet_pton(family, address.c_str(), bytes.data()) != 1) throw std::logic_error("not an address: " + address);
	return bytes;
}

std::string family_byte(const std::string &address)
{
	return std::string(1, static_cast<char>(address_family(address)));
}

} // namespace

std::uint32_t driver_open_flags(int flags)
{
	std::uint32_t result = PPM_O_RDONLY;
	if ((flags & O_ACCMODE) == O_WRONLY) result = PPM_O_WRONLY;
	if ((flags & O_ACCMODE) == O_RDWR) result = PPM_O_RDWR;
	if (flags & O_CREAT) result |= PPM_O_CREAT;
	if (flags & O_EXCL) result |= PPM_O_EXCL;
	if (flags & O_TRUNC) result |= PPM_O_TRUNC;
	if (flags & O_APPEND) result |= PPM_O_APPEND;
	if (flags & O_DIRECTORY) result |= PPM_O_DIRECTORY;
	if (flags & O_CLOEXEC) result |= PPM_O_CLOEXEC;
	return result;
}

std::uint32_t driver_mode(unsigned mode)
{
	return mode & (S_ISUID | S_ISGID | S_ISVTX | S_IRWXU | S_IRWXG | S_IRWXO); // numbered as in the C library
}

bool is_unix_address(const std::string &address)
{
	return address.find('/') != std::string::npos;
}

unsigned address_family(const std::string &address)
{
	if (is_unix_address(address)) return PPM_AF_UNIX;
	return address.find(':') == std::string::npos ? PPM_AF_INET : PPM_AF_INET6;
}

Param::Bytes socket_address(const std::string &address, std::uint16_t port)
{
	if (is_unix_address(address)) return {family_byte(address) + address + '\0'};
	return {family_byte(address) + packed(address) + packed(port)};
}

Param::Bytes socket_tuple(const std::string &client, std::uint16_t client_port, const std::string &server,
			  std::uint16_t server_port)
{
	if (is_unix_address(server)) {
		const std::string kernel_addresses(16, '\1');
		return {family_byte(server) + kernel_addresses + server + '\0'};
	}
	return {family_byte(server) + packed(client) + packed(client_port) + packed(server) + packed(server_port)};
}

} // namespace falco::trace
