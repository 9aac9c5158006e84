// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "condition.hpp"
#include "decided_by_type.hpp"
#include "findings.hpp"
#include "output_format.hpp"
#include "rules_file.hpp"

#include <libsinsp/sinsp.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace falco::matcher {

// What a rule means: everything that does not depend on the capture it is matched in.
struct CompiledRule {
	const Item *item;
	std::unique_ptr<ast::expr> condition; // macros and lists in place
	OutputFormat output;
	libsinsp::events::set<ppm_event_code> codes; // the only events that can match
	std::set<std::string> asked;                 // names of ignored events that the condition mentions
};

// The rules of `files` in file order, without those that are switched off. Every mistake goes to `findings`: the result
// is of use only when there was none. `strict`: naming an ignored event is a mistake. `inspector` need not be open.
std::vector<CompiledRule> compile_rules(const RulesFiles &files, bool strict, sinsp *inspector,
					const filter_check_list &checks, Findings &findings);

// The names of all fields.
std::vector<std::string> field_names(const filter_check_list &checks);

} // namespace falco::matcher
