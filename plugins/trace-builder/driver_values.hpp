// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/trace-builder/event_encoder.hpp"

#include <cstdint>
#include <string>

namespace falco::trace {

/// The C library's O_* flags in the driver's own numbering (PPM_O_*).
[[nodiscard]] std::uint32_t driver_open_flags(int flags);

/// The permission bits of a C library mode in the driver's numbering (PPM_S_*).
[[nodiscard]] std::uint32_t driver_mode(unsigned mode);

[[nodiscard]] bool is_unix_address(const std::string &address);
[[nodiscard]] unsigned address_family(const std::string &address);

/// An address as the driver packs it into a PT_SOCKADDR.
[[nodiscard]] Param::Bytes socket_address(const std::string &address, std::uint16_t port);

/// Both ends of a connection, the client's first, as the driver packs them into a PT_SOCKTUPLE.
[[nodiscard]] Param::Bytes socket_tuple(const std::string &client, std::uint16_t client_port, const std::string &server,
					std::uint16_t server_port);

} // namespace falco::trace
