// SPDX-License-Identifier: Apache-2.0
#include "build.hpp"

#include "address.hpp"
#include "param_value.hpp"
#include "process.hpp"
#include "times.hpp"

namespace falco::trace_tool {

using trace::Trace;
using yaml::Kind;
using yaml::Node;

namespace {

const std::vector<std::string> kRootKeys{"defaults", "start",      "host",      "users", "interfaces",
					 "groups",   "containers", "processes", "events"};

bool lists_process_1(const YamlMap &root)
{
	for (const Node &process : root.list("processes"))
		if (const Node *pid = process.find("pid"); pid && pid->text == "1") return true;
	return false;
}

void read_host(const YamlMap &root, Trace &trace)
{
	const Node *const host = root.find("host");
	if (!host) return;
	const YamlMap map(*host, "host", {"name", "cpus", "memory", "max_pid", "boot_time"});
	scap_machine_info &machine = trace.machine();
	try {
		trace::copy_text(machine.hostname, map.text("name", machine.hostname), "the name of the host");
	} catch (const std::invalid_argument &e) {
		throw yaml::Error(host->place, e.what());
	}
	machine.num_cpus = static_cast<std::uint32_t>(map.number("cpus", machine.num_cpus, 0, UINT16_MAX));
	machine.memory_size_bytes =
		static_cast<std::uint64_t>(map.number("memory", static_cast<std::int64_t>(machine.memory_size_bytes)));
	machine.max_pid = static_cast<std::uint64_t>(map.number("max_pid", static_cast<std::int64_t>(machine.max_pid)));
	if (const Node *boot = map.find("boot_time")) machine.boot_ts_epoch = read_time(*boot, "boot_time");
}

void read_interfaces(const YamlMap &root, Trace &trace)
{
	for (const Node &node : root.list("interfaces")) {
		const YamlMap map(node, "an interface", {"name", "address", "netmask", "broadcast", "link_speed"});
		trace::Interface one{
			map.text("name"), {}, {}, {}, static_cast<std::uint64_t>(map.number("link_speed", 0))};
		const auto bytes = [&](const char *key, bool required) {
			if (!required && !map.find(key)) return std::string(one.address.size(), '\0');
			const std::string packed = address_bytes(map.text(key));
			if (packed.empty() || (!one.address.empty() && packed.size() != one.address.size()))
				throw yaml::Error(map.get(key).place, std::string("an interface: ") + key +
									      " must be an IP address, found '" +
									      map.text(key) + "'");
			return packed;
		};
		one.address = bytes("address", true);
		one.netmask = bytes("netmask", false);
		one.broadcast = bytes("broadcast", false);
		trace.add_interface(one);
	}
}

void read_users(const YamlMap &root, Trace &trace)
{
	for (const Node &node : root.list("users")) {
		const YamlMap map(node, "a user", {"name", "uid", "gid", "home", "shell"});
		trace::User user;
		user.name = map.text("name");
		read_number(map.get("uid"), "uid", 0, UINT32_MAX);
		user.uid = static_cast<std::uint32_t>(map.number("uid", 0));
		user.gid = static_cast<std::uint32_t>(map.number("gid", user.uid, 0, UINT32_MAX));
		user.home = map.text("home", "/home/" + user.name);
		user.shell = map.text("shell", "/bin/sh");
		trace.add_user(user);
	}
	for (const Node &node : root.list("groups")) {
		const YamlMap map(node, "a group", {"name", "gid"});
		read_number(map.get("gid"), "gid", 0, UINT32_MAX);
		trace.add_group({static_cast<std::uint32_t>(map.number("gid", 0)), map.text("name")});
	}
}

std::uint64_t start_of(const YamlMap &root)
{
	const Node *const start = root.find("start");
	return start ? read_time(*start, "start") : Trace::kStart;
}

} // namespace

TraceBuilder::TraceBuilder(const Node &node)
    : root_(node, "a trace", kRootKeys),
      trace_(root_.flag("defaults", true) && !lists_process_1(root_) ? Trace() : Trace(Trace::Empty{})), names_(trace_),
      events_(trace_, names_, start_of(root_))
{
	trace_.set_time(start_of(root_));
	read_host(root_, trace_);
	read_interfaces(root_, trace_);
	read_users(root_, trace_);
	for (const Node &container : root_.list("containers"))
		names_.add_container(container);
	for (const Node &process : root_.list("processes"))
		read_process(process);
}

void TraceBuilder::read_process(const Node &node)
{
	const YamlMap map(node, "a process", process_keys());
	const trace::Process process = trace_tool::read_process(map, names_.process_context());
	if (const Node *pid = map.find("pid"); pid && trace_.has_process(read_number(*pid, "pid")))
		throw yaml::Error(pid->place, "the process " + pid->text + " stands twice");
	try {
		names_.name_process(map, trace_.process(process));
	} catch (const std::invalid_argument &e) {
		throw yaml::Error(node.place, e.what());
	}
}

Trace TraceBuilder::build(const std::function<void(std::uint64_t, std::uint64_t)> &progress)
{
	const auto &events = root_.list("events");
	for (std::size_t i = 0; i < events.size(); ++i) {
		if (progress) progress(i, events.size());
		events_.read(events[i]);
	}
	return std::move(trace_);
}

Trace build_trace(const Node &root, const std::function<void(std::uint64_t, std::uint64_t)> &progress)
{
	return TraceBuilder(root).build(progress);
}

const Node &node_at(const Node &root, const std::string &pointer)
{
	const Node *node = &root;
	for (std::size_t begin = 1; begin <= pointer.size();) {
		const std::size_t end = std::min(pointer.find('/', begin), pointer.size());
		const std::string step = pointer.substr(begin, end - begin);
		const bool is_index =
			!step.empty() && step.size() < 8 && step.find_first_not_of("0123456789") == std::string::npos;
		const Node *below = node->find(step);
		if (node->kind == Kind::sequence && is_index && std::stoul(step) < node->items.size())
			below = &node->items[std::stoul(step)];
		if (!below)
			throw yaml::Error(node->place,
					  "there is no '" + step + "' here, which " + pointer + " leads to");
		node = below;
		begin = end + 1;
	}
	return *node;
}

} // namespace falco::trace_tool
