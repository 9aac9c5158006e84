// SPDX-License-Identifier: Apache-2.0
//
// Addresses of sockets as text: "10.0.0.5:80", "[fd00::7]:443", "/run/app.sock"; of a connection both ends,
// "10.0.0.1:51234->10.0.0.5:80", "[fd00::1]:51234->[fd00::7]:443", and for Unix sockets the two addresses in the
// kernel and the name, "1f->2e /run/app.sock".
#pragma once

#include "common/yaml_tree.hpp"

#include <libscap/scap.h>

#include <cstdint>
#include <string>

namespace falco::trace_tool {

// As the driver packs it into a PT_SOCKADDR or PT_SOCKTUPLE. Throws yaml::Error.
std::string encode_address(const yaml::Node &node, ppm_param_type type, const std::string &what);

// Quoted YAML; empty when there is no text for these bytes.
std::string describe_address(const std::string &bytes, ppm_param_type type);

// An IP address and a port; a name with a slash is a Unix socket and has no port.
struct Endpoint {
	std::string address;
	std::uint16_t port = 0;
};

// Throws yaml::Error.
Endpoint read_endpoint(const yaml::Node &node, const std::string &what);

// "10.0.0.5:80"; `address`: 4 or 16 bytes.
std::string endpoint_text(const std::string &address, std::uint16_t port);
// The bytes of an IPv4 or IPv6 address; empty: it is none.
std::string address_bytes(const std::string &text);

} // namespace falco::trace_tool
