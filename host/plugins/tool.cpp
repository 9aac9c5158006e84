// SPDX-License-Identifier: Apache-2.0
#include "common/nearest.hpp"
#include "host/error.hpp"
#include "host/plugins/call_status.hpp"
#include "host/plugins/crash.hpp"
#include "host/plugins/plugin.hpp"
#include "host/plugins/tool_commands.hpp"

namespace falco::host {

Tool::Tool(const Plugin &plugin, const std::string &name, const HostServices &services)
    : name_(name), host_(services, name), ops_(plugin.table->tool), commands_(read_tool_commands(ops_->commands))
{
	falco_error error{};
	const CallScope scope("tool", name_.c_str(), "create");
	self_ = call_plugin(ops_->create, host_.get(), "{}", &error);
	if (!self_) throw Error("tool '" + name_ + "': " + settle_create(error).message);
}

Tool::~Tool()
{
	const CallScope scope("tool", name_.c_str(), "destroy");
	call_plugin(ops_->destroy, self_);
}

int Tool::run(const std::string &command, const nlohmann::json &arguments, const ToolStreams &streams)
{
	const std::string complete = complete_arguments(find_command(command), arguments)
					     .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
	const auto pass = [](void *ctx, const char *data, size_t size) {
		const auto &write = *static_cast<const std::function<void(std::string_view)> *>(ctx);
		if (write && data) write(std::string_view(data, size));
	};
	// The sinks are the plugin's view of functions that are not written through.
	const auto sink = [&](const std::function<void(std::string_view)> &write) {
		return falco_text_sink{sizeof(falco_text_sink), 0,
				       const_cast<std::function<void(std::string_view)> *>(&write), pass};
	};
	const falco_text_sink out = sink(streams.out), err = sink(streams.err);
	auto report = streams.progress;
	const falco_progress_sink progress{
		sizeof(falco_progress_sink), 0, &report, [](void *ctx, uint64_t done, uint64_t total) {
			(*static_cast<std::function<void(uint64_t, uint64_t)> *>(ctx))(done, total);
		}};
	const falco_tool_request request{sizeof(falco_tool_request),  0, command.c_str(), complete.c_str(), &out, &err,
					 report ? &progress : nullptr};
	int32_t exit_status = 0;
	falco_error error{};
	const CallScope scope("tool", name_.c_str(), "run");
	const Status status = settle(call_plugin(ops_->run, self_, &request, &exit_status, &error), "run", error);
	if (!status.ok()) throw Error(status.message);
	return exit_status;
}

const ToolCommand &Tool::find_command(const std::string &name) const
{
	std::vector<std::string> names;
	for (const ToolCommand &command : commands_) {
		if (command.name == name) return command;
		names.push_back(command.name);
	}
	throw Error("tool '" + name_ + "' has no command '" + name + "'" + did_you_mean(name, names));
}

} // namespace falco::host
