// SPDX-License-Identifier: Apache-2.0
#include "build.hpp"

#include "address.hpp"
#include "calls.hpp"
#include "common/nearest.hpp"
#include "event_type.hpp"
#include "param_value.hpp"
#include "process.hpp"
#include "times.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

namespace falco::trace_tool {

using trace::Pid;
using trace::Trace;
using yaml::Kind;
using yaml::Node;

namespace {

const std::vector<std::string> kRootKeys{"defaults", "start",      "host",      "users", "interfaces",
					 "groups",   "containers", "processes", "events"};

constexpr std::size_t kFullId = 64; // digits of a container's id

std::vector<std::string> keys_of(const std::map<std::string, std::int64_t> &names)
{
	std::vector<std::string> keys;
	for (const auto &name : names)
		keys.push_back(name.first);
	return keys;
}

class Builder {
public:
	explicit Builder(const Node &root)
	    : root_(root, "a trace", kRootKeys), has_defaults_(root_.flag("defaults", true)),
	      trace_(has_defaults_ && !lists_process_1() ? Trace() : Trace(Trace::Empty{})),
	      calls_{trace_, process_context(), [this](const Node &node) { return fd_of(node); },
		     [this](const YamlMap &map, Pid pid) { name_process(map, pid); }}
	{
	}

	Trace build()
	{
		if (const Node *start = root_.find("start")) start_ = read_time(*start, "start");
		trace_.set_time(start_);
		read_host();
		read_interfaces();
		read_users();
		read_containers();
		for (const Node &process : root_.list("processes"))
			read_first_process(process);
		for (const Node &event : root_.list("events"))
			read_event(event);
		return std::move(trace_);
	}

private:
	bool lists_process_1() const
	{
		for (const Node &process : root_.list("processes"))
			if (const Node *pid = process.find("pid"); pid && pid->text == "1") return true;
		return false;
	}

	ProcessContext process_context()
	{
		return {[this](const Node &node) { return pid_of(node); },
			[this](const Node &node) { return container_of(node); },
			[this](const Node &node) { require_user(node); }};
	}

	void read_host()
	{
		const Node *const host = root_.find("host");
		if (!host) return;
		const YamlMap map(*host, "host", {"name", "cpus", "memory", "max_pid", "boot_time"});
		scap_machine_info &machine = trace_.machine();
		try {
			trace::copy_text(machine.hostname, map.text("name", machine.hostname), "the name of the host");
		} catch (const std::invalid_argument &e) {
			throw yaml::Error(host->place, e.what());
		}
		machine.num_cpus = static_cast<std::uint32_t>(map.number("cpus", machine.num_cpus, 0, UINT16_MAX));
		machine.memory_size_bytes = static_cast<std::uint64_t>(
			map.number("memory", static_cast<std::int64_t>(machine.memory_size_bytes)));
		machine.max_pid =
			static_cast<std::uint64_t>(map.number("max_pid", static_cast<std::int64_t>(machine.max_pid)));
		if (const Node *boot = map.find("boot_time")) machine.boot_ts_epoch = read_time(*boot, "boot_time");
	}

	void read_interfaces()
	{
		for (const Node &node : root_.list("interfaces")) {
			const YamlMap map(node, "an interface",
					  {"name", "address", "netmask", "broadcast", "link_speed"});
			trace::Interface one{
				map.text("name"), {}, {}, {}, static_cast<std::uint64_t>(map.number("link_speed", 0))};
			const auto bytes = [&](const char *key, bool required) {
				if (!required && !map.find(key)) return std::string(one.address.size(), '\0');
				const std::string packed = address_bytes(map.text(key));
				if (packed.empty() || (!one.address.empty() && packed.size() != one.address.size()))
					throw yaml::Error(map.get(key).place,
							  std::string("an interface: ") + key +
								  " must be an IP address, found '" + map.text(key) +
								  "'");
				return packed;
			};
			one.address = bytes("address", true);
			one.netmask = bytes("netmask", false);
			one.broadcast = bytes("broadcast", false);
			trace_.add_interface(one);
		}
	}

	void read_users()
	{
		for (const Node &node : root_.list("users")) {
			const YamlMap map(node, "a user", {"name", "uid", "gid", "home", "shell"});
			trace::User user;
			user.name = map.text("name");
			read_number(map.get("uid"), "uid", 0, UINT32_MAX);
			user.uid = static_cast<std::uint32_t>(map.number("uid", 0));
			user.gid = static_cast<std::uint32_t>(map.number("gid", user.uid, 0, UINT32_MAX));
			user.home = map.text("home", "/home/" + user.name);
			user.shell = map.text("shell", "/bin/sh");
			trace_.add_user(user);
		}
		for (const Node &node : root_.list("groups")) {
			const YamlMap map(node, "a group", {"name", "gid"});
			read_number(map.get("gid"), "gid", 0, UINT32_MAX);
			trace_.add_group({static_cast<std::uint32_t>(map.number("gid", 0)), map.text("name")});
		}
	}

	void read_containers()
	{
		for (const Node &node : root_.list("containers")) {
			const YamlMap map(node, "a container", {"id", "name", "image"});
			const std::string name = map.text("name");
			std::string id = map.text("id", "");
			if (id.empty()) id = std::to_string(containers_.size() + 1) + std::string(kFullId - 1, 'c');
			if (id.find_first_not_of("0123456789abcdef") != std::string::npos || id.size() > kFullId ||
			    id.size() < 12)
				throw yaml::Error(map.get("id").place,
						  "the id of a container is 12 to 64 of 0-9 and a-f, found '" + id +
							  "'");
			id.resize(kFullId, '0');
			if (!containers_.emplace(name, id).second)
				throw yaml::Error(node.place, "the container '" + name + "' stands twice");
			trace_.add_container(id, name, map.text("image", name));
		}
	}

	std::string container_of(const Node &node) const
	{
		const auto found = containers_.find(read_text(node, "container"));
		if (found != containers_.end()) return found->second;
		std::vector<std::string> names;
		for (const auto &container : containers_)
			names.push_back(container.first);
		throw yaml::Error(node.place, "there is no container '" + node.text + "' in this trace" +
						      did_you_mean(node.text, names));
	}

	void require_user(const Node &node) const
	{
		std::vector<std::string> names;
		for (const trace::User &user : trace_.file().users)
			names.push_back(user.name);
		if (std::find(names.begin(), names.end(), read_text(node, "user")) == names.end())
			throw yaml::Error(node.place, "there is no user '" + node.text + "' in this trace" +
							      did_you_mean(node.text, names));
	}

	// A process by its id, or by its number, which may be one that the trace says nothing about.
	Pid pid_of(const Node &node) const
	{
		const auto found = pids_.find(read_text(node, "process"));
		if (found != pids_.end()) return found->second;
		if (!node.text.empty() && node.text.find_first_not_of("-0123456789") == std::string::npos)
			return read_number(node, "process");
		throw yaml::Error(node.place, "there is no process '" + node.text + "' in this trace" +
						      did_you_mean(node.text, keys_of(pids_)));
	}

	std::int64_t fd_of(const Node &node) const
	{
		const auto found = fds_.find(read_text(node, "a descriptor"));
		if (found != fds_.end()) return found->second;
		if (node.text == "AT_FDCWD") return -100;
		if (!node.text.empty() && node.text.find_first_not_of("-0123456789") == std::string::npos)
			return read_number(node, "a descriptor");
		throw yaml::Error(node.place, "there is no descriptor '" + node.text + "' in this trace" +
						      did_you_mean(node.text, keys_of(fds_)));
	}

	// By its id, else by its name, if that is no other process's.
	void name_process(const YamlMap &map, Pid pid)
	{
		const Node *const id = map.find("id");
		if (id) {
			if (!pids_.emplace(read_text(*id, "id"), pid).second)
				throw yaml::Error(id->place, "the process '" + id->text + "' stands twice");
			return;
		}
		std::string name = map.text("name", "");
		if (name.empty()) {
			const std::string path = map.text("path", "");
			name = path.substr(path.rfind('/') + 1);
		}
		pids_.emplace(name, pid);
	}

	void read_first_process(const Node &node)
	{
		const YamlMap map(node, "a process", process_keys());
		const trace::Process process = read_process(map, calls_.process);
		if (const Node *pid = map.find("pid"); pid && trace_.has_process(read_number(*pid, "pid")))
			throw yaml::Error(pid->place, "the process " + pid->text + " stands twice");
		try {
			name_process(map, trace_.process(process));
		} catch (const std::invalid_argument &e) {
			throw yaml::Error(node.place, e.what());
		}
	}

	void set_time(const YamlMap &map)
	{
		const Node *const at = map.find("at");
		if (!at) return;
		const std::string &text = read_text(*at, "at");
		const bool is_step = !text.empty() && text[0] == '+';
		const std::uint64_t base = is_step ? last_time_ : start_;
		trace_.set_time(base + read_duration(*at, is_step ? text.substr(1) : text, "at"));
	}

	void read_event(const Node &node)
	{
		if (node.kind != Kind::map)
			throw yaml::Error(node.place,
					  std::string("an event must be a map, found ") + yaml::describe_kind(node));
		const bool is_raw = node.find("enter") || node.find("exit");
		try {
			if (is_raw) {
				add_event(node);
			} else {
				add_call(node);
			}
		} catch (const yaml::Error &) {
			throw;
		} catch (const std::exception &e) { // what the trace builder refuses
			throw yaml::Error(node.place, e.what());
		}
		if (!trace_.file().events.empty()) last_time_ = trace_.file().events.back().header().ts;
	}

	void add_event(const Node &node)
	{
		const YamlMap map(
			node, "an event",
			{"process", "at", "enter", "exit", "version", "cpu", "state_only", "count", "params"});
		const bool is_exit = map.find("exit") != nullptr;
		if (is_exit && map.find("enter"))
			throw yaml::Error(node.place, "an event has one of the keys enter and exit");
		const ppm_event_code type =
			read_type(map.get(is_exit ? "exit" : "enter"), is_exit, map.find("version"));
		const ppm_event_info &info = scap_get_event_info_table()[type];
		const auto count = map.number("count", info.nparams, 0, info.nparams);
		trace::StoredEvent event{trace::encode_values(0, static_cast<std::uint64_t>(pid_of(map.get("process"))),
							      type, read_params(map.find("params"), info, count)),
					 static_cast<std::uint16_t>(map.number("cpu", 0, 0, UINT16_MAX)),
					 map.flag("state_only", false)};
		set_time(map);
		trace_.add(std::move(event));
	}

	// Zero and empty where nothing is said.
	static std::vector<std::string> read_params(const Node *node, const ppm_event_info &info, std::int64_t count)
	{
		const std::vector<std::string> names = param_keys(info);
		std::optional<YamlMap> map;
		if (node) map.emplace(*node, std::string("params of ") + info.name, names);
		std::vector<std::string> values;
		for (unsigned i = 0; i < static_cast<unsigned>(count); ++i) {
			const Node *const value = node ? node->find(names[i]) : nullptr;
			values.push_back(value ? encode_param(*value, info.params[i]) : default_value(info.params[i]));
		}
		return values;
	}

	void add_call(const Node &node)
	{
		const Call *call = nullptr;
		std::vector<std::string> keys{"process", "at", "as"};
		for (const Call &known : calls()) {
			keys.emplace_back(known.name);
			if (!node.find(known.name)) continue;
			if (call)
				throw yaml::Error(node.place, std::string("an event is one call, not '") + call->name +
								      "' and '" + known.name + "'");
			call = &known;
		}
		std::vector<std::string> all = keys;
		for (const char *key : {"enter", "exit"})
			all.emplace_back(key);
		const YamlMap map(node, "an event", call ? keys : all);
		if (!call)
			throw yaml::Error(node.place,
					  "an event needs a call, like 'open: {name: /etc/passwd}', or enter or exit");
		const Pid pid = pid_of(map.get("process"));
		if (!trace_.has_process(pid))
			throw yaml::Error(map.get("process").place, "there is no process " + map.text("process") +
									    " in this trace, or it has ended");
		Node arguments = *node.find(call->name);
		if (arguments.kind == Kind::null) arguments.kind = Kind::map;
		set_time(map);
		const YamlMap given(arguments, call->name, call->keys);
		const std::int64_t value = call->add(calls_, pid, given);
		if (const Node *as = map.find("as")) fds_[read_text(*as, "as")] = value;
	}

	YamlMap root_;
	bool has_defaults_;
	Trace trace_;
	CallContext calls_;
	std::uint64_t start_ = Trace::kStart;
	std::uint64_t last_time_ = Trace::kStart;
	std::map<std::string, std::string> containers_; // name: full id
	std::map<std::string, std::int64_t> pids_;      // by id
	std::map<std::string, std::int64_t> fds_;       // by the name that an `as` gave
};

} // namespace

Trace build_trace(const Node &root)
{
	return Builder(root).build();
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
