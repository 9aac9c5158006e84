// SPDX-License-Identifier: Apache-2.0
#include "plain_check.hpp"

#include <string_view>
#include <unordered_set>

namespace falco::matcher {

namespace {

bool is_plain_text(const std::string &field)
{
	static const std::unordered_set<std::string_view> fields = {"evt.type",
								    "evt.dir",
								    "proc.name",
								    "proc.pname",
								    "proc.exe",
								    "proc.exepath",
								    "proc.cmdline",
								    "proc.pcmdline",
								    "fd.name",
								    "fd.directory",
								    "fd.filename",
								    "fd.type",
								    "fd.typechar",
								    "user.name",
								    "group.name",
								    "container.id",
								    "container.name",
								    "container.image",
								    "container.image.repository",
								    "container.image.tag"};
	return fields.count(field) > 0;
}

} // namespace

PlainCheck read_plain_check(const ast::expr *node)
{
	PlainCheck check;
	const auto *binary = node_as<ast::binary_check_expr>(node);
	const auto *field = binary ? node_as<ast::field_expr>(binary->left.get()) : nullptr;
	if (!field) {
		return check;
	}
	if (const auto *value = node_as<ast::value_expr>(binary->right.get())) {
		check.values = &value->value;
		check.size = 1;
	} else if (const auto *list = node_as<ast::list_expr>(binary->right.get())) {
		check.values = list->values.data();
		check.size = list->values.size();
	} else {
		return check;
	}
	if (field->arg.empty() && is_plain_text(field->field)) {
		check.field = &field->field;
		check.op = &binary->op;
	}
	return check;
}

} // namespace falco::matcher
