// SPDX-License-Identifier: Apache-2.0
#include "value_warnings.hpp"

#include "field_table.hpp"
#include "regex_guard.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <initializer_list>
#include <string>

namespace falco::matcher {

namespace {

// The kernel keeps 15 characters of a program's name.
constexpr size_t kLongestName = 15;

bool is_any_of(const std::string &text, std::initializer_list<const char *> texts)
{
	return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// The field on the left, also within a change of case.
const ast::field_expr *field_of(const ast::expr *left)
{
	const auto *changed = node_as<ast::field_transformer_expr>(left);
	if (changed && is_any_of(changed->transformer, {"tolower", "toupper"})) {
		return field_of(changed->value.get());
	}
	return node_as<ast::field_expr>(left);
}

bool is_process_name(const std::string &field)
{
	return field.compare(0, 5, "proc.") == 0 &&
	       is_any_of(field,
			 {"proc.name", "proc.pname", "proc.aname", "proc.sname", "proc.pgid.name", "proc.vpgid.name"});
}

// Where these have no value there is nothing to compare. Fields of processes and users do get the text "<NA>".
bool is_never_na(const std::string &field)
{
	return field.rfind("container.", 0) == 0 || field.rfind("k8s.", 0) == 0;
}

bool is_number(const std::string &text)
{
	const size_t begin = !text.empty() && text[0] == '-' ? 1 : 0;
	return text.size() > begin && text.find_first_not_of("0123456789", begin) == std::string::npos;
}

// A list that libsinsp does not compare as one, with fields that do.
struct BadList {
	const char *field;
	size_t compared; // how many of its values count
	const char *instead;
};
constexpr BadList kBadLists[] = {
	{"fd.ip", 0, "fd.cip in (...) or fd.sip in (...)"},
	{"fd.net", 1, "fd.cnet in (...) or fd.snet in (...)"},
	{"proc.apid", 0, "proc.apid = A or proc.apid = B"},
};

// Null: the field's lists are as others.
const BadList *bad_list_of(const ast::field_expr &field)
{
	const auto *found = std::find_if(std::begin(kBadLists), std::end(kBadLists),
					 [&](const BadList &list) { return list.field == field.field; });
	return found != std::end(kBadLists) && field.arg.empty() ? found : nullptr;
}

// How long a text is at least that fits.
size_t least_size(const std::string &pattern)
{
	size_t size = 0;
	for (size_t i = 0; i < pattern.size(); i++) {
		if (pattern[i] == '*') {
			continue;
		}
		const size_t end = pattern[i] == '[' ? pattern.find(']', i + 2) : std::string::npos;
		i = end != std::string::npos ? end : pattern[i] == '\\' ? i + 1 : i;
		size++;
	}
	return size;
}

// The values of one check, one after the other.
class Values {
public:
	Values(const ast::binary_check_expr &check, PartFindings &findings)
	    : check_(check), op_(check.op), findings_(findings)
	{
		static const std::string none;
		const auto *field = field_of(check.left.get());
		const std::string &name = field ? field->field : none;
		is_equality_ = is_any_of(op_, {"=", "==", "in", "intersects"});
		is_name_ = is_process_name(name);
		is_direction_ = is_equality_ && name == "evt.dir";
		is_type_ = is_equality_ && name == "fd.typechar";
		is_never_na_ = (is_equality_ || is_any_of(op_, {"!=", "pmatch"})) && is_never_na(name);
		is_regex_ = op_ == "regex";
		const auto *compared =
			(op_[0] == '<' || op_[0] == '>') ? node_as<ast::field_expr>(check.left.get()) : nullptr;
		const auto *info = compared ? find_field(name) : nullptr;
		is_order_of_texts_ = info && is_text_field(*info);
		bad_list_ = field && op_ == "in" ? bad_list_of(*field) : nullptr;
	}

	// Whether there is anything to look at.
	bool any() const
	{
		return is_name_ || is_direction_ || is_type_ || is_never_na_ || is_regex_ || is_order_of_texts_ ||
		       bad_list_;
	}

	void look_at(size_t index, const std::string &value)
	{
		index_ = index;
		if (is_name_) {
			look_at_name(value);
		}
		if (is_direction_ && value != "<" && value != ">") {
			warn("never-matches", field() + " is never '" + value +
						      "': expected > where a call begins or < where it returns");
		}
		if (is_type_ && value.size() != 1) {
			warn("never-matches",
			     field() + " is never '" + value + "': it is one letter, such as f for files");
		}
		if (is_never_na_ && value == "<NA>") {
			warn("na-comparison",
			     field() +
				     " is never '<NA>', which only outputs show where there is no value: use 'exists'");
		}
		if (is_regex_) {
			look_at_regex(value);
		}
		if (bad_list_ && index == bad_list_->compared) {
			warn("never-matches", field() + " has several values, and 'in' compares them with " +
						      (index == 0 ? "no list" : "the first of a list only") + ": use " +
						      bad_list_->instead);
		}
		if (is_order_of_texts_ && is_number(value)) {
			warn("suspicious-value", field() + " is a text, and '" + op_ + "' compares it with " + value +
							 " character by character: 10 is less than 9");
		}
	}

private:
	void look_at_name(const std::string &value)
	{
		const std::string kept = ": the kernel keeps 15 characters of a name";
		if (is_equality_ && value.size() > kLongestName) {
			warn("long-name", "no process is called '" + value + "'" + kept + ", here '" +
						  value.substr(0, kLongestName) + "'");
			return;
		}
		const bool is_pattern = is_any_of(op_, {"glob", "iglob"});
		const bool is_part = is_any_of(op_, {"startswith", "endswith", "contains", "icontains"});
		const size_t size = is_pattern ? least_size(value) : is_part ? value.size() : 0;
		if (size > kLongestName) {
			warn("long-name", "no process's name is as long as '" + value + "' asks for" + kept);
		}
	}

	void look_at_regex(const std::string &value)
	{
		const auto expression = compile_regex(value);
		if (!expression->ok()) {
			warn("bad-regex",
			     "'" + value + "' is no regular expression, so it never matches: " + expression->error());
		}
	}

	std::string field() const { return "'" + ast::as_string(check_.left.get()) + "'"; }

	void warn(const char *code, const std::string &message)
	{
		findings_.warn_of_value(code, check_, index_, message);
	}

	const ast::binary_check_expr &check_;
	const std::string &op_;
	PartFindings &findings_;
	bool is_equality_, is_name_, is_direction_, is_type_, is_never_na_, is_regex_, is_order_of_texts_;
	const BadList *bad_list_;
	size_t index_ = 0;
};

} // namespace

void warn_of_values(const ast::binary_check_expr &check, PartFindings &findings)
{
	Values values(check, findings);
	if (!values.any()) {
		return;
	}
	if (const auto *value = node_as<ast::value_expr>(check.right.get())) {
		values.look_at(0, value->value);
	} else if (const auto *list = node_as<ast::list_expr>(check.right.get())) {
		for (size_t i = 0; i < list->values.size(); i++) {
			values.look_at(i, list->values[i]);
		}
	}
}

} // namespace falco::matcher
