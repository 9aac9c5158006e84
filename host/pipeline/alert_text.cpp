// SPDX-License-Identifier: Apache-2.0
//
// An alert as text: the message, and the line with time and priority in front.
#include "host/pipeline/alert.hpp"
#include "host/pipeline/escape.hpp"
#include "host/pipeline/priority.hpp"

#include <string_view>

namespace falco::host {

void Alert::append_message(std::string &out) const
{
	for (const RuleText::Piece &piece : rule().output) {
		if (piece.field < 0) {
			out += piece.literal;
			continue;
		}
		const auto field = static_cast<size_t>(piece.field);
		std::string_view shown = "<NA>";
		if (field < rule().fields.size()) {
			const falco_str text = value(field).text;
			if (text.data) shown = {text.data, text.size};
		}
		append_value(out, shown, piece.width);
	}
	if (summary_) {
		out.append(" (").append(summary_->values[0]).append(" more like it from ");
		out.append(summary_->values[1]).append(" to ").append(summary_->values[2]).append(")");
	}
}

void Alert::append_head(std::string &out, LocalClock &clock) const
{
	if (run_->format.iso_8601) {
		append_iso_8601(out, time_ns_);
		out += "+0000";
	} else {
		clock.append(out, time_ns_);
	}
	out.append(": ").append(priority_name(rule().priority)).append(" ");
}

} // namespace falco::host
