// SPDX-License-Identifier: Apache-2.0
#include "trace_names.hpp"

#include "common/nearest.hpp"
#include "param_value.hpp"

#include <algorithm>
#include <vector>

namespace falco::trace_tool {

using trace::Pid;
using yaml::Node;

namespace {

constexpr std::size_t kFullId = 64; // digits of a container's id

std::vector<std::string> keys_of(const std::map<std::string, std::int64_t> &names)
{
	std::vector<std::string> keys;
	for (const auto &name : names)
		keys.push_back(name.first);
	return keys;
}

bool is_number(const std::string &text)
{
	return !text.empty() && text.find_first_not_of("-0123456789") == std::string::npos;
}

} // namespace

ProcessContext TraceNames::process_context()
{
	return {[this](const Node &node) { return pid_of(node); },
		[this](const Node &node) { return container_of(node); },
		[this](const Node &node) { require_user(node); }};
}

void TraceNames::add_container(const Node &node)
{
	const YamlMap map(node, "a container", {"id", "name", "image"});
	const std::string name = map.text("name");
	std::string id = map.text("id", "");
	if (id.empty()) id = std::to_string(containers_.size() + 1) + std::string(kFullId - 1, 'c');
	if (id.find_first_not_of("0123456789abcdef") != std::string::npos || id.size() > kFullId || id.size() < 12)
		throw yaml::Error(map.get("id").place,
				  "the id of a container is 12 to 64 of 0-9 and a-f, found '" + id + "'");
	id.resize(kFullId, '0');
	if (!containers_.emplace(name, id).second)
		throw yaml::Error(node.place, "the container '" + name + "' stands twice");
	trace_.add_container(id, name, map.text("image", name));
}

std::string TraceNames::container_of(const Node &node) const
{
	const auto found = containers_.find(read_text(node, "container"));
	if (found != containers_.end()) return found->second;
	std::vector<std::string> names;
	for (const auto &container : containers_)
		names.push_back(container.first);
	throw yaml::Error(node.place,
			  "there is no container '" + node.text + "' in this trace" + did_you_mean(node.text, names));
}

void TraceNames::require_user(const Node &node) const
{
	std::vector<std::string> names;
	for (const trace::User &user : trace_.file().users)
		names.push_back(user.name);
	if (std::find(names.begin(), names.end(), read_text(node, "user")) == names.end())
		throw yaml::Error(node.place, "there is no user '" + node.text + "' in this trace" +
						      did_you_mean(node.text, names));
}

Pid TraceNames::pid_of(const Node &node) const
{
	const auto found = pids_.find(read_text(node, "process"));
	if (ambiguous_.count(node.text) > 0)
		throw yaml::Error(node.place,
				  "several processes are called '" + node.text + "': give the one that is meant an id");
	if (found != pids_.end()) return found->second;
	if (is_number(node.text)) return read_number(node, "process");
	throw yaml::Error(node.place, "there is no process '" + node.text + "' in this trace" +
					      did_you_mean(node.text, keys_of(pids_)));
}

std::int64_t TraceNames::fd_of(const Node &node) const
{
	const auto found = fds_.find(read_text(node, "a descriptor"));
	if (found != fds_.end()) return found->second;
	if (node.text == "AT_FDCWD") return -100;
	if (is_number(node.text)) return read_number(node, "a descriptor");
	throw yaml::Error(node.place, "there is no descriptor '" + node.text + "' in this trace" +
					      did_you_mean(node.text, keys_of(fds_)));
}

void TraceNames::name_process(const YamlMap &map, Pid pid)
{
	const Node *const id = map.find("id");
	if (id) {
		if (!pids_.emplace(read_text(*id, "id"), pid).second)
			throw yaml::Error(id->place, "the process '" + id->text + "' stands twice");
		ids_.insert(id->text);
		return;
	}
	std::string name = map.text("name", "");
	if (name.empty()) {
		const std::string path = map.text("path", "");
		name = path.substr(path.rfind('/') + 1);
	}
	if (is_number(name)) return; // what looks like one means the process of that number
	if (!pids_.emplace(name, pid).second && !ids_.count(name)) ambiguous_.insert(name);
}

} // namespace falco::trace_tool
