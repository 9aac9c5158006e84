// SPDX-License-Identifier: Apache-2.0
#include "whole_state.hpp"

#include <algorithm>
#include <string_view>

namespace falco::matcher {

namespace {

// Beginnings of names. What libs 0.20 answers them with is written down at events such as read, futex, mmap and switch.
constexpr const char *kFields[] = {
	"evt.latency",
	"evt.runtime", // when the thread's call began
	"proc.vm",
	"thread.vm", // its memory at the last call that changed it
	"proc.pf",
	"thread.pf", // its page faults at the last switch
	"thread.cpu",
	"thread.exectime", // its time between switches
	"thread.totexectime",
	"proc.fdopencount",
	"proc.fdusage", // descriptors that another thread closes meanwhile count until the next use
	"fd.connected",
	"fd.name_changed", // what reading and writing tell of a socket
	"evtin.",
	"span.", // markers in writes
};

bool is_one(const std::string &field)
{
	return std::any_of(std::begin(kFields), std::end(kFields),
			   [&](std::string_view begin) { return field.compare(0, begin.size(), begin) == 0; });
}

bool looks_at_one(const OutputFormat &output)
{
	return std::any_of(output.fields.begin(), output.fields.end(), [](const OutputField &field) {
		return field.composed ? looks_at_one(*field.composed) : is_one(field.bare);
	});
}

bool looks_at_one(ast::expr *condition)
{
	bool found = false;
	walk(condition, [&](ast::expr *node) {
		const auto *field = node_as<ast::field_expr>(node);
		found = found || (field && is_one(field->field));
	});
	return found;
}

} // namespace

bool needs_whole_state(const std::vector<CompiledRule> &rules)
{
	return std::any_of(rules.begin(), rules.end(), [](const CompiledRule &rule) {
		return looks_at_one(rule.condition.get()) || looks_at_one(rule.output);
	});
}

} // namespace falco::matcher
