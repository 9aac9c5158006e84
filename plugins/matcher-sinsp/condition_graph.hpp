// SPDX-License-Identifier: Apache-2.0
//
// The conditions of all rules as one graph in which equal parts are one node, so that what many rules ask of an event
// is found out once.
#pragma once

#include "condition.hpp"
#include "decided_by_type.hpp"

#include <libsinsp/filter.h>
#include <libsinsp/sinsp.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace falco::matcher {

class ConditionGraph {
public:
	using Node = uint32_t;
	static constexpr Node kNever = 0;  // holds for no event
	static constexpr Node kAlways = 1; // holds for all

	// For events of this inspector.
	explicit ConditionGraph(sinsp *inspector);

	// The node of a resolved condition; equal ones get the same.
	Node add(const ast::expr *condition);

	// Makes the checks ready to be asked. Once, when everything is added.
	void compile();

	// What is left of a node when the kind of event is known. `memo` keeps what was found for this kind.
	using Memo = std::unordered_map<Node, Node>;
	Node without_type(Node node, const EventKind &kind, Memo &memo);

	// Begins with the next event: what `holds` found out about the last one is forgotten.
	void look_at(sinsp_evt *event)
	{
		event_ = event;
		++look_;
	}
	// Whether it holds for the event looked at.
	bool holds(Node node);

private:
	enum class Kind { never, always, check, negation, all, any };
	struct Entry {
		Kind kind;
		std::vector<Node> parts;
		std::unique_ptr<ast::expr> check;     // of a check: what it asks
		bool on_type = false;                 // an event's type may decide it
		std::unique_ptr<sinsp_filter> filter; // of a check, once compiled
		uint64_t look = 0;                    // in which `held` was found
		bool held = false;
	};

	Node add_check(const ast::expr *check);
	Node add_negation(Node part);
	// `all` or `any` of the parts, as short as it can be said.
	Node add_group(Kind kind, const std::vector<Node> &parts);
	Node intern(const std::string &key, Entry entry);
	bool find_out(const Entry &entry);

	sinsp_filter_check_list checks_;
	std::shared_ptr<sinsp_filter_factory> factory_; // refers to checks_
	std::vector<Entry> entries_;
	std::unordered_map<std::string, Node> known_; // by what they are
	sinsp_evt *event_ = nullptr;
	uint64_t look_ = 0;
};

} // namespace falco::matcher
