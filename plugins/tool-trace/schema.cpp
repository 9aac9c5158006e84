// SPDX-License-Identifier: Apache-2.0
#include "build.hpp"
#include "calls.hpp"

#include <nlohmann/json.hpp>

namespace falco::trace_tool {

using nlohmann::json;

namespace {

json map_of(const std::vector<std::string> &keys)
{
	json properties = json::object();
	for (const std::string &key : keys)
		properties[key] = json::object();
	return {{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
}

json list_of(json items)
{
	return {{"type", "array"}, {"items", std::move(items)}};
}

json event_schema()
{
	json event = map_of({"process", "at", "took", "as", "version", "count", "params"});
	json &properties = event["properties"];
	properties["process"]["description"] = "the id or number of the process";
	properties["at"]["description"] = "since the start (1.5s, 10ms), or since the last event (+10ms)";
	properties["took"]["description"] = "between the events of a call (default 100us)";
	properties["as"]["description"] = "a name for the descriptor that the call makes";
	properties["enter"] = {{"type", "string"}, {"description", "the beginning of a call, with its parameters"}};
	properties["exit"] = {{"type", "string"}, {"description", "the end of a call, with its parameters"}};
	properties["cpu"] = {{"type", "integer"}};
	properties["state_only"] = {{"type", "boolean"}};
	properties["params"] = {{"type", "object"}};
	for (const Call &call : calls()) {
		properties[call.name] = map_of(call.keys);
		properties[call.name]["type"] = {"object", "null"};
		properties[call.name]["description"] = call.help;
	}
	event["required"] = {"process"};
	return event;
}

} // namespace

std::string trace_schema()
{
	json schema = map_of({});
	schema["$schema"] = "http://json-schema.org/draft-07/schema#";
	schema["title"] = "A trace for falco trace build";
	json &properties = schema["properties"];
	properties["defaults"] = {{"type", "boolean"},
				  {"description", "false: no user and no process but those listed"}};
	properties["start"]["description"] = "when the trace begins";
	properties["host"] = map_of({"name", "cpus", "memory", "max_pid", "boot_time"});
	properties["interfaces"] = list_of(map_of({"name", "address", "netmask", "broadcast", "link_speed"}));
	properties["users"] = list_of(map_of({"name", "uid", "gid", "home", "shell"}));
	properties["groups"] = list_of(map_of({"name", "gid"}));
	properties["containers"] = list_of(map_of({"id", "name", "image"}));
	properties["processes"] = list_of(map_of(process_keys()));
	properties["events"] = list_of(event_schema());
	return schema.dump(2) + "\n";
}

} // namespace falco::trace_tool
