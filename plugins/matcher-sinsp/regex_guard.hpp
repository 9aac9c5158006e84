// SPDX-License-Identifier: Apache-2.0
//
// Regular expressions that RE2 does not take. libsinsp keeps them and never matches them, and each time it compiles one
// or asks it, RE2 prints a line of its own to standard error; so they are taken out of its sight.
#pragma once

#include "ast_node.hpp"

#include <libsinsp/filter.h>

#include <memory>
#include <string>

namespace re2 {
class RE2;
} // namespace re2

namespace falco::matcher {

// As libsinsp understands it, without the printing.
std::unique_ptr<re2::RE2> compile_regex(const std::string &expression);

// The condition with expressions that match nothing for those that RE2 does not take; nullptr if there are none.
std::unique_ptr<ast::expr> without_bad_regexes(const ast::expr *condition);

// libsinsp's filter of a condition. Throws what libsinsp throws.
std::unique_ptr<sinsp_filter> compile_filter(const std::shared_ptr<sinsp_filter_factory> &factory,
					     const ast::expr *condition);

} // namespace falco::matcher
