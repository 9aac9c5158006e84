// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/pipeline/alert.hpp"

#include <memory>
#include <string>
#include <vector>

namespace falco::host {

// Where fields of given names are among those of each alert's rule. Remembers the last rule's answer. One thread.
class FieldLookup {
public:
	explicit FieldLookup(std::vector<std::string> names) : names_(std::move(names)) {}

	static constexpr size_t kAbsent = SIZE_MAX;

	// For each name the field's number in the alert's rule, or kAbsent. Valid until the next call.
	const std::vector<size_t> &in(const Alert &alert);

private:
	const std::vector<std::string> names_;
	std::shared_ptr<const RuleTexts> rules_; // keeps rule_'s address from being another rule's
	const RuleText *rule_ = nullptr;
	std::vector<size_t> fields_;
};

} // namespace falco::host
