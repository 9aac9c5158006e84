// SPDX-License-Identifier: Apache-2.0
#include "event_filter.hpp"

#include "host_name_fields.hpp"

#include <libsinsp/filter/ast.h>
#include <libsinsp/filter/parser.h>
#include <libsinsp/sinsp.h>

#include <stdexcept>

namespace falco::sinsp_family {

namespace {

namespace ast = libsinsp::filter::ast;

// Refuses fields that libsinsp would ask the network for, wherever they stand.
class NoHostNames final : public ast::const_base_expr_visitor {
public:
	using const_base_expr_visitor::visit;
	void visit(const ast::field_expr *field) override
	{
		if (!is_host_name_field(field->field)) {
			return;
		}
		const ast::pos_info &place = field->get_pos();
		throw std::runtime_error("line " + std::to_string(place.line) + ", column " +
					 std::to_string(place.col) + ": " + field->field +
					 " cannot be used here, since events would wait for the network's answer: "
					 "compare " +
					 field->field.substr(0, field->field.rfind('.')) + " with addresses");
	}
};

} // namespace

std::unique_ptr<sinsp_filter> compile_event_filter(sinsp &inspector, const std::string &text)
{
	auto filter = sinsp_filter_compiler(&inspector, text).compile();
	NoHostNames no_host_names;
	libsinsp::filter::parser(text).parse()->accept(static_cast<ast::const_expr_visitor *>(&no_host_names));
	return filter;
}

} // namespace falco::sinsp_family
