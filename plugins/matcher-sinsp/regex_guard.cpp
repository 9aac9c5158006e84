// SPDX-License-Identifier: Apache-2.0
#include "regex_guard.hpp"

#include "condition.hpp"

#include <re2/re2.h>

namespace falco::matcher {

namespace {

// No line begins behind its first character.
constexpr const char *kNothing = "a^";

// The expression of a check that compares with one that RE2 does not take.
ast::value_expr *bad_regex_of(ast::expr *node)
{
	auto *check = node_as<ast::binary_check_expr>(node);
	auto *value = check && check->op == "regex" ? node_as<ast::value_expr>(check->right.get()) : nullptr;
	return value && !compile_regex(value->value)->ok() ? value : nullptr;
}

} // namespace

std::unique_ptr<re2::RE2> compile_regex(const std::string &expression)
{
	re2::RE2::Options options(re2::RE2::POSIX);
	options.set_log_errors(false);
	return std::make_unique<re2::RE2>(expression, options);
}

std::unique_ptr<ast::expr> without_bad_regexes(const ast::expr *condition)
{
	bool any = false;
	walk(const_cast<ast::expr *>(condition), [&](ast::expr *node) { any = any || bad_regex_of(node); });
	if (!any) {
		return nullptr;
	}
	auto other = ast::clone(condition);
	walk(other.get(), [](ast::expr *node) {
		if (auto *value = bad_regex_of(node)) {
			value->value = kNothing;
		}
	});
	return other;
}

std::unique_ptr<sinsp_filter> compile_filter(const std::shared_ptr<sinsp_filter_factory> &factory,
					     const ast::expr *condition)
{
	const auto other = without_bad_regexes(condition);
	return sinsp_filter_compiler(factory, other ? other.get() : condition).compile();
}

} // namespace falco::matcher
