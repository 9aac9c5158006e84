// SPDX-License-Identifier: Apache-2.0
//
// The conditions of all rules as one graph in which equal parts are one node, so that what many rules ask of an event
// is found out once.
#pragma once

#include "check.hpp"
#include "condition.hpp"
#include "decided_by_type.hpp"

#include <libsinsp/sinsp.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace falco::matcher {

class ConditionGraph {
public:
	using Node = uint32_t;
	static constexpr Node kNever = 0;  // holds for no event
	static constexpr Node kAlways = 1; // holds for all
	static constexpr Node kUnknown = UINT32_MAX;

	// For events of this inspector.
	explicit ConditionGraph(sinsp *inspector);

	// The node of a resolved condition, which must outlive this; equal ones get the same, in whichever order their
	// parts are written. One with a field that keeps state gets a node of its own, which libsinsp's filter of the
	// whole decides: nobody else asks it, and no type of event.
	Node add(const ast::expr *condition);

	// Makes the checks ready to be asked. Once, when everything is added: nothing can be added or looked for by
	// what it is afterwards.
	void compile();

	// What is left of a node when the event's type is known. `memo` keeps what was found for this type.
	using Memo = std::vector<Node>; // by node
	Node without_type(Node node, ppm_event_code code, Memo &memo);

	enum class Kind : uint8_t { never, always, check, negation, all, any };
	Kind kind(Node node) const { return steps_[node].kind; }

	// A node's parts, in the order in which they are asked. Valid until the next node is added.
	class Parts {
	public:
		Parts(const Node *begin, const Node *end) : begin_(begin), end_(end) {}
		const Node *begin() const { return begin_; }
		const Node *end() const { return end_; }

	private:
		const Node *begin_, *end_;
	};
	Parts parts(Node node) const { return {parts_.data() + steps_[node].begin, parts_.data() + steps_[node].end}; }

	// What must hold for the node to hold: its parts, or the node itself.
	std::vector<Node> conjuncts(Node node) const;

	bool is_negation(Node node) const { return steps_[node].kind == Kind::negation; }

	// The check of a node of that kind, once compiled.
	Check *check(Node node) const { return steps_[node].check; }

	size_t size() const { return steps_.size(); }

	// Begins with the next event: what `holds` found out about the last one is forgotten.
	void look_at(sinsp_evt *event)
	{
		event_ = event;
		++look_;
	}
	// Whether it holds for the event looked at.
	bool holds(Node node);
	// What a field says of the event looked at.
	const FieldValue &value_of(Field &field) const { return field.value(event_, look_); }
	const std::vector<FieldValue> &values_of(Field &field) const { return field.values(event_, look_); }

	// How many nodes were found out for the event looked at.
	size_t found_out() const;

private:
	// What a check is made of, until it is.
	struct Asked {
		const ast::expr *check = nullptr; // what it asks, or a whole condition; null: the node is none
		std::unique_ptr<PossibleVerdicts> verdicts; // what an event's type says; null: it never decides
	};
	// A node as it is evaluated.
	struct Step {
		Kind kind;
		uint32_t begin = 0, end = 0; // its parts in parts_
		Check *check = nullptr;
		uint64_t verdict = 0; // twice the look it was found in, and one more when it holds
	};

	Node add_whole(const ast::expr *condition);
	Node add_part(const ast::expr *condition);
	Node add_check(const ast::expr *check);
	Node add_negation(Node part);
	// `all` or `any` of the members, as short as it can be said.
	Node add_group(Kind kind, const std::vector<Node> &members);
	Node add_group_of(Kind kind, const std::vector<Node> &members);
	// The node that asks the same as one with this key would, if there is one.
	std::optional<Node> find(const std::string &key) const;
	Node add_node(const std::string &key, Kind kind, const std::vector<Node> &parts, Asked asked);
	Node append(Kind kind, const std::vector<Node> &parts, Asked asked);
	bool find_out(const Step &step);

	std::vector<Asked> asked_;                    // by node; until compiled
	std::unordered_multimap<size_t, Node> known_; // by the hash of their key; until compiled
	CheckMaker maker_;
	std::vector<std::unique_ptr<Check>> checks_;
	std::vector<Step> steps_; // by node
	std::vector<Node> parts_;
	sinsp_evt *event_ = nullptr;
	uint64_t look_ = 0;
};

} // namespace falco::matcher
