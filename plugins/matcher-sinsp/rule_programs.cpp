// SPDX-License-Identifier: Apache-2.0
#include "rule_programs.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

namespace falco::matcher {

namespace {

constexpr size_t kFew = 4;      // rules for which a look-up does not pay
constexpr size_t kMostSets = 8; // of demands, for one look-up
constexpr size_t kOften = 16;   // a demand counts when one of that many rules has it

} // namespace

bool RulePrograms::Waiting::operator<(const Waiting &other) const
{
	return std::tie(access, program, position) < std::tie(other.access, other.program, other.position);
}

// Gives the rules their places.
class RulePrograms::Builder {
public:
	Builder(RulePrograms &of, const std::vector<std::vector<Node>> &conditions)
	    : of_(of), graph_(of.graph_), chooser_(graph_, all_of(conditions))
	{
		for (const auto &rules : conditions) {
			add_program(rules);
		}
		std::sort(of.waiting_.begin(), of.waiting_.end());
		of.waiting_.shrink_to_fit();
		of.begin_.resize(ids_.size() + 1);
		for (const Waiting &waiting : of.waiting_) {
			of.begin_[waiting.access + 1]++;
		}
		for (size_t access = 0; access < ids_.size(); access++) {
			of.begin_[access + 1] += of.begin_[access];
		}
		for (auto &[field, index] : of.indexes_) {
			index->build();
		}
	}

private:
	using Access = std::vector<Node>;

	static std::vector<Node> all_of(const std::vector<std::vector<Node>> &conditions)
	{
		std::set<Node> nodes;
		for (const auto &rules : conditions) {
			nodes.insert(rules.begin(), rules.end());
		}
		return {nodes.begin(), nodes.end()};
	}

	void add_program(const std::vector<Node> &rules)
	{
		const auto number = static_cast<uint32_t>(of_.programs_.size());
		Program &program = of_.programs_.emplace_back();
		std::map<Field *, std::vector<size_t>> by_field; // positions
		std::unordered_map<Node, size_t> users;          // of demands
		for (size_t position = 0; position < rules.size(); position++) {
			for (Field *field : fields_of(access_to(rules[position]))) {
				by_field[field].push_back(position);
			}
			for (const Node demand : graph_.conjuncts(rules[position])) {
				users[demand]++;
			}
		}
		std::vector<Node> free;
		for (size_t position = 0; position < rules.size(); position++) {
			const Access &access = access_to(rules[position]);
			const auto fields = fields_of(access);
			if (std::any_of(fields.begin(), fields.end(),
					[&](Field *field) { return by_field[field].size() < kFew; }) ||
			    fields.empty()) {
				program.free.push_back(static_cast<uint32_t>(position));
				free.push_back(rules[position]);
				continue;
			}
			for (const Node check : access) {
				of_.waiting_.push_back({id_of(check), number, static_cast<uint32_t>(position)});
			}
			const auto demands = demands_of(rules[position], access, [&](Node demand) {
				return users[demand] > 1 && users[demand] * kOften >= rules.size();
			});
			for (Field *field : fields) {
				add_look(program, field, demands);
			}
		}
		program.gates = RuleGates(graph_, free);
	}

	// The checks that a rule waits for; empty: none.
	const Access &access_to(Node condition)
	{
		const auto [known, added] = access_.try_emplace(condition);
		if (added) {
			known->second = chooser_.choose(condition).value_or(Access());
		}
		return known->second;
	}

	std::set<Field *> fields_of(const Access &access) const
	{
		std::set<Field *> fields;
		for (const Node check : access) {
			fields.insert(graph_.check(check)->field());
		}
		return fields;
	}

	template <typename Counts>
	std::vector<Node> demands_of(Node condition, const Access &access, Counts counts) const
	{
		std::vector<Node> demands;
		for (const Node part : graph_.conjuncts(condition)) {
			const bool is_access = std::find(access.begin(), access.end(), part) != access.end();
			if (!is_access && !graph_.is_negation(part) && counts(part)) {
				demands.push_back(part);
			}
		}
		std::sort(demands.begin(), demands.end());
		return demands;
	}

	void add_look(Program &program, Field *field, const std::vector<Node> &demands)
	{
		FieldIndex *index = of_.indexes_.at(field).get();
		auto look = std::find_if(program.looks.begin(), program.looks.end(),
					 [index](const Look &known) { return known.index == index; });
		if (look == program.looks.end()) {
			look = program.looks.insert(program.looks.end(), {index, {}});
		}
		auto &sets = look->demands;
		const bool always = sets.size() == 1 && sets.front().empty();
		if (always || std::find(sets.begin(), sets.end(), demands) != sets.end()) {
			return;
		}
		sets.push_back(demands);
		if (demands.empty() || sets.size() > kMostSets) {
			sets = {{}};
		}
	}

	// The number of a check among those that rules wait for.
	uint32_t id_of(Node check)
	{
		const auto [known, added] = ids_.try_emplace(check, static_cast<uint32_t>(ids_.size()));
		if (added) {
			Field *field = graph_.check(check)->field();
			auto &index = of_.indexes_[field];
			if (!index) {
				index = std::make_unique<FieldIndex>(*field);
			}
			index->add(check, *graph_.check(check)->key(), known->second);
		}
		return known->second;
	}

	RulePrograms &of_;
	const ConditionGraph &graph_;
	AccessChooser chooser_;
	std::unordered_map<Node, Access> access_; // by condition
	std::unordered_map<Node, uint32_t> ids_;  // by check
};

RulePrograms::RulePrograms(ConditionGraph &graph, const std::vector<std::vector<Node>> &conditions) : graph_(graph)
{
	const Builder builder(*this, conditions);
}

bool RulePrograms::is_open(const Look &look)
{
	return std::any_of(look.demands.begin(), look.demands.end(), [this](const std::vector<Node> &demands) {
		return std::all_of(demands.begin(), demands.end(),
				   [this](Node demand) { return graph_.holds(demand); });
	});
}

const std::vector<uint32_t> &RulePrograms::candidates(uint32_t number)
{
	Program &program = programs_[number];
	candidates_.clear();
	open_.clear();
	for (const Look &look : program.looks) {
		if (is_open(look)) {
			look.index->expect(graph_);
			open_.push_back(look.index);
		}
	}
	for (FieldIndex *index : open_) {
		for (const uint32_t access : index->find(graph_)) {
			add_waiting(access, number);
		}
	}
	program.gates.pass(graph_, [&](size_t position) { candidates_.push_back(program.free[position]); });
	std::sort(candidates_.begin(), candidates_.end());
	candidates_.erase(std::unique(candidates_.begin(), candidates_.end()), candidates_.end());
	return candidates_;
}

void RulePrograms::add_waiting(uint32_t access, uint32_t program)
{
	const auto end = waiting_.begin() + begin_[access + 1];
	auto at = std::lower_bound(waiting_.begin() + begin_[access], end, Waiting{access, program, 0});
	for (; at != end && at->program == program; ++at) {
		candidates_.push_back(at->position);
	}
}

} // namespace falco::matcher
