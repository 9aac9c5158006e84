// SPDX-License-Identifier: Apache-2.0
#include "exception_check.hpp"

#include "common/nearest.hpp"

#include <libsinsp/filter/parser.h>

#include <algorithm>

namespace falco::matcher {

namespace {

const std::vector<std::string> &operators()
{
	static const auto all = [] {
		auto names = libsinsp::filter::parser::supported_operators();
		names.erase(std::remove(names.begin(), names.end(), "exists"), names.end()); // takes no value
		return names;
	}();
	return all;
}

class Check {
public:
	Check(const Item &rule, const Exception &exception, Findings &findings)
	    : rule_(rule), exception_(exception), findings_(findings)
	{
	}

	bool run()
	{
		if (!exception_.has_fields) {
			error(exception_.place, "has no fields: add fields: FIELD or fields: [FIELD, ...]");
		} else if (check_operators()) {
			for (const auto &row : exception_.values) {
				exception_.single ? check_value(row) : check_row(row);
			}
		}
		return good_;
	}

private:
	bool check_operators()
	{
		const auto &comps = exception_.comps;
		if (exception_.single && exception_.comps_is_list) {
			error(comps.front().place, "has one field, so 'comps' is one operator and no list");
			return false;
		}
		if (!exception_.single && exception_.has_comps &&
		    (!exception_.comps_is_list || comps.size() != exception_.fields.size())) {
			error(comps.front().place,
			      "has a list of " + std::to_string(exception_.fields.size()) +
				      " fields, so 'comps' is a list of as many operators, and there are " +
				      std::to_string(comps.size()));
			return false;
		}
		for (const auto &op : comps) {
			if (std::count(operators().begin(), operators().end(), op.text) == 0) {
				error(op.place,
				      "cannot compare with '" + op.text + "'" + did_you_mean(op.text, operators()));
			} else if (exception_.single && !takes_list(op.text)) {
				error(op.place, "has one field, so its operator is in, pmatch or intersects, not '" +
							op.text + "'");
			}
		}
		return good_;
	}

	void check_value(const ExceptionRow &row)
	{
		if (row.is_list) {
			error(row.place, "has one field, so each of its values is text or a number and no list");
		}
	}

	void check_row(const ExceptionRow &row)
	{
		if (!row.is_list || row.values.size() != exception_.fields.size()) {
			error(row.place,
			      "has " + std::to_string(exception_.fields.size()) +
				      " fields, so each of its values is a list of as many, and this is " +
				      (row.is_list ? "one of " + std::to_string(row.values.size()) : "a single one"));
			return;
		}
		for (size_t i = 0; i < row.values.size(); i++) {
			const std::string op = operator_of(exception_, i);
			if (row.values[i].is_list && !takes_list(op)) {
				error(row.values[i].place, "compares '" + exception_.fields[i].text + "' by '" + op +
								   "', which takes one value and no list");
			}
		}
	}

	void error(const yaml::Place &place, const std::string &message)
	{
		good_ = false;
		findings_.error("bad-exception", place, rule_.title(),
				"the exception '" + exception_.name + "' " + message);
	}

	const Item &rule_;
	const Exception &exception_;
	Findings &findings_;
	bool good_ = true;
};

} // namespace

bool check_exceptions(const Item &rule, Findings &findings)
{
	bool good = true;
	for (const auto &exception : rule.exceptions) {
		good = Check(rule, exception, findings).run() && good;
	}
	return good;
}

std::string operator_of(const Exception &exception, size_t field)
{
	if (exception.has_comps) {
		return exception.comps[field].text;
	}
	return exception.single ? "in" : "=";
}

bool takes_list(const std::string &op)
{
	const auto ops = libsinsp::filter::parser::supported_operators(true);
	return std::find(ops.begin(), ops.end(), op) != ops.end();
}

} // namespace falco::matcher
