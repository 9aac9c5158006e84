// SPDX-License-Identifier: Apache-2.0
#include "address.hpp"

#include "param_value.hpp"

#include <arpa/inet.h>
#include <driver/ppm_events_public.h>

#include <charconv>
#include <cstring>

namespace falco::trace_tool {

using yaml::Node;

namespace {

constexpr const char *kForms = "an address like 10.0.0.5:80, [fd00::7]:443 or /run/app.sock";
constexpr const char *kTupleForms =
	"two ends like 10.0.0.1:51234->10.0.0.5:80, [fd00::1]:51234->[fd00::7]:443 or 1f->2e /run/app.sock";

[[noreturn]] void refuse(const Node &node, const std::string &what, const char *forms)
{
	throw yaml::Error(node.place, what + " must be " + forms + ", found " +
					      (node.kind == yaml::Kind::scalar ? "'" + node.text + "'"
									       : yaml::describe_kind(node)));
}

bool parse_endpoint(const std::string &text, Endpoint &endpoint)
{
	const std::size_t colon = text.rfind(':');
	if (colon == std::string::npos || colon == 0) return false;
	std::string address = text.substr(0, colon);
	const bool has_brackets = address.front() == '[' && address.back() == ']';
	if (has_brackets) address = address.substr(1, address.size() - 2);
	const std::string packed = address_bytes(address);
	if (packed.size() != (has_brackets ? 16U : 4U)) return false;
	const char *const end = text.data() + text.size();
	const auto result = std::from_chars(text.data() + colon + 1, end, endpoint.port);
	endpoint.address = address;
	return result.ec == std::errc() && result.ptr == end;
}

std::string port_bytes(std::uint16_t port)
{
	return {static_cast<char>(port & 0xff), static_cast<char>(port >> 8)};
}

std::string packed(const Endpoint &endpoint)
{
	return address_bytes(endpoint.address) + port_bytes(endpoint.port);
}

std::string family_byte(const Endpoint &endpoint)
{
	return std::string(1, address_bytes(endpoint.address).size() == 16 ? PPM_AF_INET6 : PPM_AF_INET);
}

bool parse_kernel_address(const std::string &text, std::string &bytes)
{
	std::uint64_t number = 0;
	const char *const end = text.data() + text.size();
	const auto result = std::from_chars(text.data(), end, number, 16);
	bytes.assign(reinterpret_cast<const char *>(&number), sizeof number);
	return result.ec == std::errc() && result.ptr == end;
}

std::string kernel_address(const std::string &bytes)
{
	std::uint64_t number = 0;
	std::memcpy(&number, bytes.data(), sizeof number);
	char text[17];
	std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(number));
	return text;
}

std::string encode_tuple(const Node &node, const std::string &what)
{
	const std::string &text = read_text(node, what);
	const std::size_t arrow = text.find("->");
	if (arrow == std::string::npos) refuse(node, what, kTupleForms);
	const std::string left = text.substr(0, arrow), right = text.substr(arrow + 2);
	Endpoint from, to;
	if (parse_endpoint(left, from) && parse_endpoint(right, to) && family_byte(from) == family_byte(to))
		return family_byte(from) + packed(from) + packed(to);
	const std::size_t space = right.find(' ');
	std::string source, destination;
	if (space == std::string::npos || !parse_kernel_address(left, source) ||
	    !parse_kernel_address(right.substr(0, space), destination))
		refuse(node, what, kTupleForms);
	return std::string(1, PPM_AF_UNIX) + source + destination + right.substr(space + 1) + '\0';
}

std::uint16_t port_at(const std::string &bytes, std::size_t at)
{
	return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) |
					  static_cast<unsigned char>(bytes[at + 1]) << 8);
}

} // namespace

std::string address_bytes(const std::string &text)
{
	char bytes[16];
	if (inet_pton(AF_INET, text.c_str(), bytes) == 1) return {bytes, 4};
	if (inet_pton(AF_INET6, text.c_str(), bytes) == 1) return {bytes, 16};
	return {};
}

std::string endpoint_text(const std::string &address, std::uint16_t port)
{
	char text[INET6_ADDRSTRLEN] = "";
	inet_ntop(address.size() == 16 ? AF_INET6 : AF_INET, address.data(), text, sizeof text);
	return (address.size() == 16 ? "[" + std::string(text) + "]" : std::string(text)) + ":" + std::to_string(port);
}

Endpoint read_endpoint(const Node &node, const std::string &what)
{
	Endpoint endpoint;
	if (node.kind != yaml::Kind::scalar) refuse(node, what, kForms);
	if (node.text.find('/') != std::string::npos) return {node.text, 0};
	if (!parse_endpoint(node.text, endpoint)) refuse(node, what, kForms);
	return endpoint;
}

std::string encode_address(const Node &node, ppm_param_type type, const std::string &what)
{
	if (type == PT_SOCKTUPLE) return encode_tuple(node, what);
	const Endpoint endpoint = read_endpoint(node, what);
	if (endpoint.address.find('/') != std::string::npos)
		return std::string(1, PPM_AF_UNIX) + endpoint.address + '\0';
	return family_byte(endpoint) + packed(endpoint);
}

std::string describe_address(const std::string &bytes, ppm_param_type type)
{
	const std::size_t width = bytes[0] == PPM_AF_INET6 ? 16 : 4;
	const bool is_ip = bytes[0] == PPM_AF_INET6 || bytes[0] == PPM_AF_INET;
	if (type == PT_SOCKADDR) {
		if (is_ip && bytes.size() == 1 + width + 2)
			return yaml_text(endpoint_text(bytes.substr(1, width), port_at(bytes, 1 + width)));
		return bytes[0] == PPM_AF_UNIX && is_utf8(bytes) ? yaml_text(bytes.substr(1, bytes.size() - 2)) : "";
	}
	if (is_ip && bytes.size() == 1 + 2 * (width + 2))
		return yaml_text(endpoint_text(bytes.substr(1, width), port_at(bytes, 1 + width)) + "->" +
				 endpoint_text(bytes.substr(3 + width, width), port_at(bytes, 3 + 2 * width)));
	if (bytes[0] != PPM_AF_UNIX || bytes.size() < 18 || !is_utf8(bytes.substr(17))) return {};
	return yaml_text(kernel_address(bytes.substr(1, 8)) + "->" + kernel_address(bytes.substr(9, 8)) + " " +
			 bytes.substr(17, bytes.size() - 18));
}

} // namespace falco::trace_tool
