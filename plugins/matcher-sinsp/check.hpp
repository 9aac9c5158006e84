// SPDX-License-Identifier: Apache-2.0
//
// One check of a condition: a field, an operator, values. What libsinsp's own check says is the truth; the simple and
// frequent ones are answered here, from a value that several checks share.
#pragma once

#include "check_key.hpp"
#include "condition.hpp"
#include "field.hpp"
#include "field_factory.hpp"

#include <libsinsp/filter.h>
#include <libsinsp/sinsp.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace falco::matcher {

class Check {
public:
	virtual ~Check() = default;
	// Whether it holds for the event; `look` is another number for every event. On the capture thread.
	virtual bool holds(sinsp_evt *event, uint64_t look) = 0;

	// How the check can be found from its field's value; nothing: it must be asked. Checks with a key fail when the
	// event does not have the field.
	virtual std::optional<CheckKey> key() const { return std::nullopt; }
	// The field of a check that has a key.
	virtual Field *field() const { return nullptr; }
	// Of a check that has a key, whose field has several values: false when one of them, a text, does not make it
	// hold.
	virtual bool may_hold_for(std::string_view) { return true; }

protected:
	Check() = default;
	Check(const Check &) = delete;
	Check &operator=(const Check &) = delete;
};

// Makes the checks of one graph, for events of one inspector. Lives as long as they do.
class CheckMaker {
public:
	explicit CheckMaker(sinsp *inspector);

	// `check`: a binary or unary check that libsinsp compiles, or a whole condition, which is left to libsinsp; it
	// stays where it is. Throws what libsinsp throws.
	std::unique_ptr<Check> make(const ast::expr *check);

	// libsinsp's own filter of just this.
	std::unique_ptr<sinsp_filter> make_filter(const ast::expr *check) const;

private:
	// Empty: only libsinsp's own check will do.
	std::unique_ptr<Check> make_quick(const ast::expr *check);
	std::unique_ptr<Check> make_text_check(Field &field, cmpop op, const ast::expr *check,
					       std::vector<std::string> constants) const;
	std::unique_ptr<Check> make_number_check(Field &field, cmpop op, const ast::binary_check_expr &check,
						 const std::vector<std::string> &constants) const;
	// Null: a field for which only libsinsp's own check will do.
	Field *field_of(const ast::expr *left);
	// libsinsp's check for a field, or for what transformers make of one.
	std::unique_ptr<sinsp_filter_check> new_check(const ast::expr *left) const;

	sinsp_filter_check_list checks_;
	std::shared_ptr<FieldFactory> factory_;                // refers to checks_
	std::map<std::string, std::unique_ptr<Field>> fields_; // by name, with transformers
};

} // namespace falco::matcher
