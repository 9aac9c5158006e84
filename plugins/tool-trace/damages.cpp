// SPDX-License-Identifier: Apache-2.0
#include "damages.hpp"

namespace falco::trace_tool {

using nlohmann::json;

namespace {

constexpr std::size_t kListed = 20;

}

sinsp_evt *Damages::next(OpenTrace &trace, bool &is_hidden)
{
	for (;;) {
		try {
			return trace.next(is_hidden);
		} catch (const DamageError &error) {
			if (!passes(trace, error)) return nullptr;
		}
	}
}

bool Damages::passes(OpenTrace &trace, const DamageError &error)
{
	const BlockWalk::Block &block = walk_.at(error.byte);
	++count_;
	if (list_.size() < kListed)
		list_.push_back({{"byte", block.begin},
				 {"after_events", error.events},
				 {"reason", block.wrong.empty() ? error.why : block.wrong}});
	if (!block.wrong.empty()) return false;
	trace.go_on_at(block.end);
	return true;
}

} // namespace falco::trace_tool
