// SPDX-License-Identifier: Apache-2.0
#include "whole_state.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace falco::matcher {

namespace {

using Beginnings = std::vector<std::string_view>; // of fields' names

// What libs 0.20 answers these with is written down at events such as futex, mmap, switch, and any use of a descriptor.
// `evt.latency` is none of them: it is counted from the thread's last beginning, which libsinsp is given before the end
// that asks, also if it was left out (EventSieve).
const Beginnings kAnyEvent = {
	"proc.vm",
	"thread.vm", // its memory at the last call that changed it
	"proc.pf",
	"thread.pf", // its page faults at the last switch
	"thread.cpu",
	"thread.exectime", // its time between switches
	"thread.totexectime",
	"proc.fdopencount",
	"proc.fdusage", // descriptors that another thread closes meanwhile count until the next use
	"evtin.",
	"span.", // markers in writes
};

// What is written down when a socket is read or written. `fd.name_changed` is no such field: it compares the
// descriptor's name before the event that asks with that behind it, and the events that may change a name (those with
// an address) are marked in libsinsp's table as changing the state.
const Beginnings kConnections = {"fd.connected"};

bool is_one(const std::string &field, const Beginnings &wanted)
{
	return std::any_of(wanted.begin(), wanted.end(),
			   [&](std::string_view begin) { return field.compare(0, begin.size(), begin) == 0; });
}

bool looks_at_one(const OutputFormat &output, const Beginnings &wanted)
{
	return std::any_of(output.fields.begin(), output.fields.end(), [&](const SharedField &field) {
		return field->composed ? looks_at_one(*field->composed, wanted) : is_one(field->bare, wanted);
	});
}

bool looks_at_one(ast::expr *condition, const Beginnings &wanted)
{
	bool found = false;
	walk(condition, [&](ast::expr *node) {
		const auto *field = node_as<ast::field_expr>(node);
		found = found || (field && is_one(field->field, wanted));
	});
	return found;
}

bool looks_at_one(const std::vector<CompiledRule> &rules, const Beginnings &wanted)
{
	return std::any_of(rules.begin(), rules.end(), [&](const CompiledRule &rule) {
		return looks_at_one(rule.condition.get(), wanted) || looks_at_one(rule.output, wanted);
	});
}

} // namespace

void ask_for_state(const std::vector<CompiledRule> &rules, sinsp_family::Interests &interests)
{
	interests.connections = looks_at_one(rules, kConnections);
	interests.whole_state = looks_at_one(rules, kAnyEvent);
}

} // namespace falco::matcher
