// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/trace-builder/event_encoder.hpp"

#include <libscap/scap.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace falco::trace {

/// A thread of the table that a trace begins with, and its open descriptors.
struct Thread {
	Thread() : info(std::make_unique<scap_threadinfo>()) {}
	std::unique_ptr<scap_threadinfo> info; // more than 20 kB; zeroed
	std::vector<scap_fdinfo> descriptors;
};

struct User {
	std::uint32_t uid = 0, gid = 0;
	std::string name, home, shell;
};

struct Group {
	std::uint32_t gid = 0;
	std::string name;
};

/// An address of a network interface: 4 or 16 bytes each.
struct Interface {
	std::string name, address, netmask, broadcast;
	std::uint64_t link_speed = 0;
};

struct StoredEvent {
	EncodedEvent bytes;
	std::uint16_t cpu = 0;
	bool state_only = false; // takes its effect on the state and is not shown
	const ppm_evt_hdr &header() const { return *reinterpret_cast<const ppm_evt_hdr *>(bytes.data()); }
};

/// All that a .scap file holds.
struct TraceFile {
	TraceFile();
	scap_machine_info machine; // of two CPUs, called tracehost
	std::vector<Interface> interfaces;
	std::vector<User> users;
	std::vector<Group> groups;
	std::vector<Thread> threads;
	std::vector<StoredEvent> events;
};

/// Copies text into a member of one of libscap's structs. Throws std::invalid_argument when it is too long.
template <std::size_t Size>
void copy_text(char (&to)[Size], const std::string &from, const char *what)
{
	if (from.size() >= Size || from.find('\0') != std::string::npos)
		throw std::invalid_argument(std::string(what) + " must have fewer than " + std::to_string(Size) +
					    " bytes, none of them NUL");
	from.copy(to, from.size());
	to[from.size()] = '\0';
}

/// The same for bytes of any kind; returns how many there are.
template <std::size_t Size>
std::size_t copy_bytes(char (&to)[Size], const std::string &from, const char *what)
{
	if (from.size() >= Size)
		throw std::invalid_argument(std::string(what) + " must have fewer than " + std::to_string(Size) +
					    " bytes");
	from.copy(to, from.size());
	return from.size();
}

template <std::size_t Size>
std::size_t copy_list(char (&to)[Size], const std::vector<std::string> &from, const char *what)
{
	return copy_bytes(to, string_list(from).data, what);
}

/// The bytes of the file, not compressed; libscap lays them out. Throws std::runtime_error.
[[nodiscard]] std::string pack(const TraceFile &file);

/// Writes the file, gzip'd. Throws std::runtime_error.
void write_trace_file(const TraceFile &file, const std::string &path);

/// Reads a whole file, plain or gzip'd. Throws std::runtime_error: not a trace, damaged; what stands before the damage
/// is in `file`. `at_byte`, if any, is told how much of the (packed) file was read.
void read_trace_file(const std::string &path, TraceFile &file, const std::function<void(std::uint64_t)> &at_byte = {});

/// All but the events. Throws std::runtime_error.
void read_trace_head(const std::string &path, TraceFile &file);

} // namespace falco::trace
