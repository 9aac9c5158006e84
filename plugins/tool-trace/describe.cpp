// SPDX-License-Identifier: Apache-2.0
#include "describe.hpp"

#include "describe_calls.hpp"
#include "event_type.hpp"
#include "param_value.hpp"
#include "process.hpp"
#include "times.hpp"

#include <arpa/inet.h>

namespace falco::trace_tool {

namespace {

std::string describe_host(const scap_machine_info &machine)
{
	std::string text = "host: {name: " + yaml_text(machine.hostname) +
			   ", cpus: " + std::to_string(machine.num_cpus) +
			   ", memory: " + std::to_string(machine.memory_size_bytes) +
			   ", max_pid: " + std::to_string(machine.max_pid);
	if (machine.boot_ts_epoch != 0) text += ", boot_time: " + std::to_string(machine.boot_ts_epoch);
	return text + "}\n";
}

std::string address_text(const std::string &bytes)
{
	char text[INET6_ADDRSTRLEN] = "";
	inet_ntop(bytes.size() == 16 ? AF_INET6 : AF_INET, bytes.data(), text, sizeof text);
	return yaml_text(text);
}

std::string describe_interfaces(const trace::TraceFile &file)
{
	std::string text = file.interfaces.empty() ? "" : "interfaces:\n";
	for (const trace::Interface &one : file.interfaces) {
		text += "  - {name: " + yaml_text(one.name) + ", address: " + address_text(one.address) +
			", netmask: " + address_text(one.netmask) + ", broadcast: " + address_text(one.broadcast);
		if (one.link_speed != 0) text += ", link_speed: " + std::to_string(one.link_speed);
		text += "}\n";
	}
	return text;
}

std::string describe_users(const trace::TraceFile &file)
{
	std::string text = file.users.empty() ? "users: []\n" : "users:\n";
	for (const trace::User &user : file.users)
		text += "  - {name: " + yaml_text(user.name) + ", uid: " + std::to_string(user.uid) +
			", gid: " + std::to_string(user.gid) + ", home: " + yaml_text(user.home) +
			", shell: " + yaml_text(user.shell) + "}\n";
	text += file.groups.empty() ? "groups: []\n" : "groups:\n";
	for (const trace::Group &group : file.groups)
		text += "  - {name: " + yaml_text(group.name) + ", gid: " + std::to_string(group.gid) + "}\n";
	return text;
}

std::string describe_event(const trace::StoredEvent &event, std::uint64_t start)
{
	const ppm_evt_hdr &header = event.header();
	const auto type = static_cast<ppm_event_code>(header.type);
	const ppm_event_info &info = scap_get_event_info_table()[type];
	std::string text = "  - {at: " + std::to_string(header.ts - start) +
			   "ns, process: " + std::to_string(static_cast<std::int64_t>(header.tid)) + ", " +
			   describe_type(type);
	if (event.cpu != 0) text += ", cpu: " + std::to_string(event.cpu);
	if (event.state_only) text += ", state_only: true";
	const auto values = trace::values_of(header);
	if (values.size() < info.nparams) text += ", count: " + std::to_string(values.size());
	const std::vector<std::string> keys = param_keys(info);
	std::string params;
	for (std::size_t i = 0; i < values.size(); ++i) {
		if (values[i] == default_value(info.params[i])) continue;
		params += (params.empty() ? "" : ", ") + keys[i] + ": " + describe_param(values[i], info.params[i]);
	}
	if (!params.empty()) text += ", params: {" + params + "}";
	return text + "}\n";
}

} // namespace

void describe_trace(const trace::TraceFile &file, const std::function<void(std::string_view)> &write,
		    const std::function<void(std::uint64_t, std::uint64_t)> &progress)
{
	std::uint64_t start = file.events.empty() ? 0 : file.events.front().header().ts;
	for (const trace::StoredEvent &event : file.events)
		start = std::min<std::uint64_t>(start, event.header().ts);
	std::string head = "defaults: false\nstart: " + time_text(start) + "\n";
	head += describe_host(file.machine) + describe_interfaces(file) + describe_users(file);
	head += file.threads.empty() ? "processes: []\n" : "processes:\n";
	for (const trace::Thread &thread : file.threads)
		head += describe_process(thread);
	write(head);
	write(file.events.empty() ? "events: []\n" : "events:\n");
	CallDescriber calls(file, head, start);
	std::string call;
	for (std::size_t at = 0; at < file.events.size();) {
		if (progress) progress(at, file.events.size());
		if (const std::size_t events = calls.describe(at, call); events > 0) {
			write("  - " + call + "\n");
			at += events;
		} else {
			write(describe_event(file.events[at++], start));
		}
	}
}

} // namespace falco::trace_tool
