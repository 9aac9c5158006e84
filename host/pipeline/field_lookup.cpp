// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/field_lookup.hpp"

#include "host/pipeline/escape.hpp"

#include <algorithm>

namespace falco::host {

const std::vector<size_t> &FieldLookup::in(const Alert &alert)
{
	if (rule_ == &alert.rule()) return fields_;
	rules_ = alert.rules();
	rule_ = &alert.rule();
	fields_.clear();
	for (const std::string &name : names_) {
		const auto found = std::find(rule_->fields.begin(), rule_->fields.end(), escaped(name));
		fields_.push_back(found == rule_->fields.end() ? kAbsent
							       : static_cast<size_t>(found - rule_->fields.begin()));
	}
	return fields_;
}

} // namespace falco::host
