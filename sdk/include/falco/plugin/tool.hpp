// SPDX-License-Identifier: Apache-2.0
//
// falco/plugin/tool.hpp - tools: Tool and FALCO_TOOL_PLUGIN.
#pragma once

#include "falco/plugin/common.hpp"

#include <cstdint>
#include <string_view>

namespace falco {

// What a tool's command is called with; see falco_tool_request. A view: valid during run.
class ToolRequest {
public:
	explicit ToolRequest(const falco_tool_request &request) noexcept : request_(request) {}

	std::string_view command() const noexcept { return request_.command; }
	// A JSON object.
	std::string_view arguments() const noexcept { return request_.arguments; }
	void out(std::string_view text) const { request_.out->write(request_.out->ctx, text.data(), text.size()); }
	void err(std::string_view text) const { request_.err->write(request_.err->ctx, text.data(), text.size()); }
	void progress(uint64_t done, uint64_t total) const
	{
		if (request_.progress) request_.progress->report(request_.progress->ctx, done, total);
	}

private:
	const falco_tool_request &request_;
};

// Serves a subcommand of falco. Its derived class describes its commands in `static constexpr const char *commands`;
// see falco_tool_ops.
class Tool {
public:
	virtual ~Tool() = default;
	// Runs one command and returns falco's exit status.
	virtual int run(const ToolRequest &request) = 0;

protected:
	Tool() = default;
	Tool(const Tool &) = delete;
	Tool &operator=(const Tool &) = delete;
};

namespace detail {

template <typename Class>
struct ToolTable {
	static falco_status run(falco_tool *p, const falco_tool_request *request, int32_t *exit_status,
				falco_error *err) noexcept
	{
		return guard(err, [&] {
			*exit_status = self<Tool>(p).run(ToolRequest(*request));
			return FALCO_OK;
		});
	}
	static void destroy(falco_tool *p) noexcept { delete &self<Tool>(p); }

	static constexpr falco_tool_ops ops = {sizeof(falco_tool_ops),          0,   Class::commands,
					       create<falco_tool, Tool, Class>, run, destroy};
};

} // namespace detail
} // namespace falco

// Exports the plugin's table; what follows the class initialises a falco::Info.
#define FALCO_TOOL_PLUGIN(Class, ...)                                                                                  \
	extern "C" FALCO_EXPORT const falco_plugin falco_plugin_entry =                                                \
		::falco::detail::describe(FALCO_KIND_TOOL, ::falco::Info __VA_ARGS__, nullptr, nullptr, nullptr,       \
					  nullptr, &::falco::detail::ToolTable<Class>::ops);
