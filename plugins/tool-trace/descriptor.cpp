// SPDX-License-Identifier: Apache-2.0
#include "descriptor.hpp"

#include "address.hpp"
#include "common/nearest.hpp"
#include "param_value.hpp"
#include "plugins/trace-builder/trace_file.hpp"
#include "yaml_map.hpp"

#include <cstring>
#include <utility>
#include <vector>

namespace falco::trace_tool {

using yaml::Node;

namespace {

constexpr std::pair<const char *, scap_fd_type> kTypes[] = {
	{"file", SCAP_FD_FILE_V2},
	{"old_file", SCAP_FD_FILE},
	{"directory", SCAP_FD_DIRECTORY},
	{"ipv4", SCAP_FD_IPV4_SOCK},
	{"ipv6", SCAP_FD_IPV6_SOCK},
	{"ipv4_server", SCAP_FD_IPV4_SERVSOCK},
	{"ipv6_server", SCAP_FD_IPV6_SERVSOCK},
	{"fifo", SCAP_FD_FIFO},
	{"unix", SCAP_FD_UNIX_SOCK},
	{"event", SCAP_FD_EVENT},
	{"unsupported", SCAP_FD_UNSUPPORTED},
	{"signalfd", SCAP_FD_SIGNALFD},
	{"eventpoll", SCAP_FD_EVENTPOLL},
	{"inotify", SCAP_FD_INOTIFY},
	{"timerfd", SCAP_FD_TIMERFD},
	{"netlink", SCAP_FD_NETLINK},
	{"bpf", SCAP_FD_BPF},
	{"userfaultfd", SCAP_FD_USERFAULTFD},
	{"io_uring", SCAP_FD_IOURING},
	{"memfd", SCAP_FD_MEMFD},
	{"pidfd", SCAP_FD_PIDFD},
};

constexpr std::pair<const char *, int> kProtocols[] = {{"unknown", SCAP_L4_UNKNOWN}, {"na", SCAP_L4_NA},
						       {"tcp", SCAP_L4_TCP},         {"udp", SCAP_L4_UDP},
						       {"icmp", SCAP_L4_ICMP},       {"raw", SCAP_L4_RAW}};

template <typename Table>
auto value_named(const Table &table, const Node &node, const std::string &what)
{
	const std::string &text = read_text(node, what);
	std::vector<std::string> names;
	std::string list;
	for (const auto &[name, value] : table) {
		if (text == name) return value;
		names.emplace_back(name);
		list += (list.empty() ? "" : ", ") + names.back();
	}
	throw yaml::Error(node.place,
			  what + " must be one of " + list + ", found '" + text + "'" + did_you_mean(text, names));
}

template <typename Table, typename Value>
const char *name_of(const Table &table, Value value)
{
	for (const auto &[name, known] : table)
		if (known == value) return name;
	return nullptr;
}

std::uint8_t read_protocol(const YamlMap &map)
{
	const Node *const node = map.find("protocol");
	return static_cast<std::uint8_t>(node ? value_named(kProtocols, *node, "protocol") : SCAP_L4_TCP);
}

Endpoint read_ip(const Node &node, const std::string &text, std::size_t width)
{
	Node part = node;
	part.text = text;
	Endpoint endpoint = read_endpoint(part, "an end of a socket");
	if (address_bytes(endpoint.address).size() != width)
		throw yaml::Error(node.place,
				  std::string("an IPv") + (width == 4 ? "4" : "6") + " address is expected");
	return endpoint;
}

// Both ends; what stands before the arrow is the own one.
void read_connection(const YamlMap &map, std::size_t width, void *source, void *destination, std::uint16_t &source_port,
		     std::uint16_t &destination_port)
{
	const Node &node = map.get("connection");
	const std::string text = map.text("connection");
	const std::size_t arrow = text.find("->");
	if (arrow == std::string::npos)
		throw yaml::Error(node.place, "connection must be like 10.0.0.1:51234->10.0.0.5:80");
	const Endpoint from = read_ip(node, text.substr(0, arrow), width),
		       to = read_ip(node, text.substr(arrow + 2), width);
	std::memcpy(source, address_bytes(from.address).data(), width);
	std::memcpy(destination, address_bytes(to.address).data(), width);
	source_port = from.port;
	destination_port = to.port;
}

void read_server(const YamlMap &map, std::size_t width, void *address, std::uint16_t &port)
{
	const Endpoint endpoint = read_ip(map.get("address"), map.text("address"), width);
	std::memcpy(address, address_bytes(endpoint.address).data(), width);
	port = endpoint.port;
}

std::string bytes_of(const void *data, std::size_t size)
{
	return {static_cast<const char *>(data), size};
}

std::string key(const char *name, const std::string &value)
{
	return std::string(", ") + name + ": " + value;
}

std::string protocol(std::uint8_t number)
{
	const char *const name = name_of(kProtocols, static_cast<int>(number));
	return key("protocol", name ? name : "unknown");
}

} // namespace

scap_fdinfo read_descriptor(const Node &node)
{
	const YamlMap map(node, "a descriptor",
			  {"fd", "type", "ino", "name", "flags", "mount_id", "dev", "connection", "address", "protocol",
			   "source", "destination"});
	scap_fdinfo descriptor;
	std::memset(&descriptor, 0, sizeof descriptor);
	read_number(map.get("fd"), "fd");
	descriptor.fd = map.number("fd", 0);
	descriptor.ino = static_cast<std::uint64_t>(map.number("ino", 0));
	const Node *const type = map.find("type");
	descriptor.type = type ? value_named(kTypes, *type, "type") : SCAP_FD_FILE_V2;
	auto &info = descriptor.info;
	try {
		switch (descriptor.type) {
		case SCAP_FD_IPV4_SOCK:
			read_connection(map, 4, &info.ipv4info.sip, &info.ipv4info.dip, info.ipv4info.sport,
					info.ipv4info.dport);
			info.ipv4info.l4proto = read_protocol(map);
			break;
		case SCAP_FD_IPV6_SOCK:
			read_connection(map, 16, info.ipv6info.sip, info.ipv6info.dip, info.ipv6info.sport,
					info.ipv6info.dport);
			info.ipv6info.l4proto = read_protocol(map);
			break;
		case SCAP_FD_IPV4_SERVSOCK:
			read_server(map, 4, &info.ipv4serverinfo.ip, info.ipv4serverinfo.port);
			info.ipv4serverinfo.l4proto = read_protocol(map);
			break;
		case SCAP_FD_IPV6_SERVSOCK:
			read_server(map, 16, info.ipv6serverinfo.ip, info.ipv6serverinfo.port);
			info.ipv6serverinfo.l4proto = read_protocol(map);
			break;
		case SCAP_FD_UNIX_SOCK:
			info.unix_socket_info.source = static_cast<std::uint64_t>(map.number("source", 0));
			info.unix_socket_info.destination = static_cast<std::uint64_t>(map.number("destination", 0));
			trace::copy_text(info.unix_socket_info.fname, map.text("name", ""), "the name of a socket");
			break;
		case SCAP_FD_FILE_V2:
			info.regularinfo.open_flags = static_cast<std::uint32_t>(map.number("flags", 0, 0, UINT32_MAX));
			info.regularinfo.mount_id =
				static_cast<std::uint32_t>(map.number("mount_id", 0, 0, UINT32_MAX));
			info.regularinfo.dev = static_cast<std::uint32_t>(map.number("dev", 0, 0, UINT32_MAX));
			trace::copy_text(info.regularinfo.fname, map.text("name"), "the name of a file");
			break;
		default:
			trace::copy_text(info.fname, map.text("name", ""), "the name of a descriptor");
		}
	} catch (const std::invalid_argument &e) {
		throw yaml::Error(node.place, e.what());
	}
	return descriptor;
}

std::string describe_descriptor(const scap_fdinfo &descriptor)
{
	const auto &info = descriptor.info;
	std::string text = "{fd: " + std::to_string(descriptor.fd);
	const char *const type = name_of(kTypes, descriptor.type);
	if (descriptor.type != SCAP_FD_FILE_V2) text += key("type", type ? type : "unsupported");
	if (descriptor.ino != 0) text += key("ino", std::to_string(static_cast<std::int64_t>(descriptor.ino)));
	switch (descriptor.type) {
	case SCAP_FD_IPV4_SOCK:
		text += key("connection",
			    yaml_text(endpoint_text(bytes_of(&info.ipv4info.sip, 4), info.ipv4info.sport) + "->" +
				      endpoint_text(bytes_of(&info.ipv4info.dip, 4), info.ipv4info.dport))) +
			protocol(info.ipv4info.l4proto);
		break;
	case SCAP_FD_IPV6_SOCK:
		text += key("connection",
			    yaml_text(endpoint_text(bytes_of(info.ipv6info.sip, 16), info.ipv6info.sport) + "->" +
				      endpoint_text(bytes_of(info.ipv6info.dip, 16), info.ipv6info.dport))) +
			protocol(info.ipv6info.l4proto);
		break;
	case SCAP_FD_IPV4_SERVSOCK:
		text += key("address",
			    yaml_text(endpoint_text(bytes_of(&info.ipv4serverinfo.ip, 4), info.ipv4serverinfo.port))) +
			protocol(info.ipv4serverinfo.l4proto);
		break;
	case SCAP_FD_IPV6_SERVSOCK:
		text += key("address",
			    yaml_text(endpoint_text(bytes_of(info.ipv6serverinfo.ip, 16), info.ipv6serverinfo.port))) +
			protocol(info.ipv6serverinfo.l4proto);
		break;
	case SCAP_FD_UNIX_SOCK:
		text += key("source", std::to_string(static_cast<std::int64_t>(info.unix_socket_info.source))) +
			key("destination",
			    std::to_string(static_cast<std::int64_t>(info.unix_socket_info.destination))) +
			key("name", yaml_text(info.unix_socket_info.fname));
		break;
	case SCAP_FD_FILE_V2:
		if (info.regularinfo.open_flags != 0) text += key("flags", std::to_string(info.regularinfo.open_flags));
		if (info.regularinfo.dev != 0) text += key("dev", std::to_string(info.regularinfo.dev));
		text += key("name", yaml_text(info.regularinfo.fname));
		break;
	default:
		text += key("name", yaml_text(info.fname));
	}
	return text + "}";
}

} // namespace falco::trace_tool
