// SPDX-License-Identifier: Apache-2.0
//
// Tries the conditions and outputs of rules out on libsinsp, to find what is wrong with them.
#pragma once

#include "compile_options.hpp"
#include "condition.hpp"
#include "field_factory.hpp"
#include "findings.hpp"
#include "output_format.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace falco::matcher {

// Compiles each check and each output once.
class RuleChecker {
public:
	// Outlives none of them.
	RuleChecker(Conditions &conditions, const CompileOptions &options, sinsp *inspector,
		    const filter_check_list &checks, Findings &findings);

	// False, after an error or a warning, when the condition cannot be used. Each check is tried on its own, so all
	// that is wrong is told, up to a hundred things; and only once, however many rules a macro brings it to.
	bool check_condition(const Item &item, ast::expr *condition);

	// Reports the ignored events that the condition names, where it names them, and returns them.
	std::set<std::string> check_ignored(ast::expr *condition);

	// False, after an error or a warning, when the output cannot be used.
	bool check_output(const Item &rule, OutputFormat &format);

	// Fields of exceptions that have no values yet.
	void check_exceptions(const Item &rule);

private:
	// Why libsinsp does not take a condition.
	struct Refusal {
		ast::pos_info pos;
		std::string message;
		std::string field; // that does not exist; else empty
		bool unknown;      // a field or an event type does not exist
	};

	bool add_outputs(const Item &rule, OutputFormat &format);
	const Refusal *refusal_of(ast::expr *check);
	std::optional<Refusal> compile(ast::expr *check);
	std::optional<Refusal> try_out(ast::expr *check);
	std::optional<Refusal> find_number_outside(const ast::expr &check) const;
	std::optional<Refusal> find_unknown_call(const ast::expr &check) const;
	std::optional<ast::pos_info> find_refused_value(const ast::expr &check);
	bool compiles(const ast::binary_check_expr &check, const std::vector<std::string> &values);
	Refusal explain(std::string message, const ast::pos_info &pos);
	void report(const Item &item, const Refusal &refusal);
	void note_ignored(const std::string &name, const ast::pos_info &pos);
	bool is_field(const std::string &name) const;

	Conditions &conditions_;
	const CompileOptions &options_;
	sinsp *inspector_;
	const filter_check_list &checks_;
	Findings &findings_;
	sinsp_filter_check_list checks_copy_; // the factory wants a list that it may change
	std::shared_ptr<FieldFactory> factory_;
	KnownFields known_fields_;                      // of outputs
	std::unordered_set<uint64_t> good_;             // places of checks that were tried
	std::unordered_map<uint64_t, Refusal> refused_; // by place
};

} // namespace falco::matcher
