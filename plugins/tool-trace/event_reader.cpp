// SPDX-License-Identifier: Apache-2.0
#include "event_reader.hpp"

#include "event_type.hpp"
#include "param_value.hpp"
#include "times.hpp"

#include <optional>

namespace falco::trace_tool {

using trace::Pid;
using trace::Trace;
using yaml::Kind;
using yaml::Node;

namespace {

// Zero and empty where nothing is said.
std::vector<std::string> read_params(const Node *node, const ppm_event_info &info, std::int64_t count)
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

} // namespace

EventReader::EventReader(Trace &trace, TraceNames &names, std::uint64_t start)
    : trace_(trace),
      names_(names), calls_{trace, names.process_context(), [&names](const Node &node) { return names.fd_of(node); },
			    [&names](const YamlMap &map, Pid pid) { names.name_process(map, pid); }},
      start_(start), last_time_(start)
{
}

void EventReader::set_time(const YamlMap &map)
{
	const Node *const at = map.find("at");
	if (!at) return;
	const std::string &text = read_text(*at, "at");
	const bool is_step = !text.empty() && text[0] == '+';
	const std::uint64_t base = is_step ? last_time_ : start_;
	trace_.set_time(base + read_duration(*at, is_step ? text.substr(1) : text, "at"));
}

void EventReader::read(const Node &node)
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

void EventReader::add_event(const Node &node)
{
	const YamlMap map(node, "an event",
			  {"process", "at", "enter", "exit", "version", "cpu", "state_only", "count", "params"});
	const bool is_exit = map.find("exit") != nullptr;
	if (is_exit && map.find("enter")) throw yaml::Error(node.place, "an event has one of the keys enter and exit");
	const ppm_event_code type = read_type(map.get(is_exit ? "exit" : "enter"), is_exit, map.find("version"));
	const ppm_event_info &info = scap_get_event_info_table()[type];
	const auto count = map.number("count", info.nparams, 0, info.nparams);
	const Pid thread = names_.pid_of(map.get("process"));
	know_thread(thread);
	trace::StoredEvent event{trace::encode_values(0, static_cast<std::uint64_t>(thread), type,
						      read_params(map.find("params"), info, count)),
				 static_cast<std::uint16_t>(map.number("cpu", 0, 0, UINT16_MAX)),
				 map.flag("state_only", false)};
	set_time(map);
	trace_.add(std::move(event));
}

void EventReader::add_call(const Node &node)
{
	const Call *call = nullptr;
	std::vector<std::string> keys{"process", "at", "took", "cpu", "as"};
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
	const Pid pid = names_.pid_of(map.get("process"));
	if (threads_.count(pid) > 0) trace_.adopt(pid);
	if (!trace_.has_process(pid))
		throw yaml::Error(map.get("process").place,
				  "there is no process " + map.text("process") + " in this trace, or it has ended");
	Node arguments = *node.find(call->name);
	if (arguments.kind == Kind::null) arguments.kind = Kind::map;
	set_time(map);
	if (trace_.time() < last_time_)
		throw yaml::Error(map.get("at").place,
				  "at: the event before is later, at " + std::to_string(last_time_ - start_) + "ns");
	const YamlMap given(arguments, call->name, call->keys);
	const Node *const took = map.find("took");
	trace_.set_step(took ? read_duration(*took, read_text(*took, "took"), "took") : Trace::kStep);
	trace_.set_cpu(static_cast<std::uint16_t>(map.number("cpu", 0, 0, UINT16_MAX)));
	const std::int64_t value = call->add(calls_, pid, given);
	trace_.set_step(Trace::kStep);
	trace_.set_cpu(0);
	trace_.set_time(trace_.file().events.back().header().ts + Trace::kStep);
	if (const Node *as = map.find("as")) names_.name_fd(read_text(*as, "as"), value);
}

} // namespace falco::trace_tool
