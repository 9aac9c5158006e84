// SPDX-License-Identifier: Apache-2.0
#include "kept_state.hpp"

#include "condition.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace falco::matcher {

namespace {

// Beginnings of names. What is kept, by libs 0.20, and where.
constexpr std::string_view kKeepers[] = {
	"evt.deltatime",   // the time of the event asked about last, in the check
	"thread.cpu",      // the CPU time at the last question about the thread, with the thread: all checks share it
	"thread.exectime", // the time of the last switch asked about, for each CPU, in the check
	"thread.totexectime", // as thread.exectime, and the sum of the answers with the thread
	"util.cnt",           // the number of questions, in the check
};

} // namespace

bool keeps_state(const std::string &field)
{
	return std::any_of(std::begin(kKeepers), std::end(kKeepers),
			   [&field](std::string_view keeper) { return field.compare(0, keeper.size(), keeper) == 0; });
}

bool keeps_state(const ast::expr *condition)
{
	bool found = false;
	walk(const_cast<ast::expr *>(condition), [&found](const ast::expr *node) {
		const auto *field = node_as<ast::field_expr>(node);
		found = found || (field && keeps_state(field->field));
	});
	return found;
}

} // namespace falco::matcher
