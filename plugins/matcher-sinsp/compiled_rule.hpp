// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compile_options.hpp"
#include "condition.hpp"
#include "decided_by_type.hpp"
#include "field_names.hpp"
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
	std::unique_ptr<ast::expr> condition; // macros, lists and exceptions in place
	OutputFormat output;
	Codes codes;                 // the only events that can match
	std::set<std::string> asked; // names of ignored events that the condition mentions
};

// The types of the events at which a condition may hold.
libsinsp::events::set<ppm_event_code> codes_of(const ast::expr *condition);

// The rules of `files` in file order, without those that are not active. Every mistake goes to `findings`: the result
// is of use only when there was none. `inspector` need not be open.
std::vector<CompiledRule> compile_rules(const RulesFiles &files, const CompileOptions &options, sinsp *inspector,
					const filter_check_list &checks, Findings &findings);

} // namespace falco::matcher
