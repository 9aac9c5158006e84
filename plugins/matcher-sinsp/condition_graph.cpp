// SPDX-License-Identifier: Apache-2.0
#include "condition_graph.hpp"

#include "kept_state.hpp"

#include <algorithm>

namespace falco::matcher {

namespace {

std::string sized(const std::string &text)
{
	return std::to_string(text.size()) + ":" + text;
}

// Two checks with the same key ask the same. Values are told apart by their lengths, whatever is in them.
std::string key_of(const ast::expr *check)
{
	const auto *binary = node_as<ast::binary_check_expr>(check);
	if (!binary) {
		return "u" + ast::as_string(check);
	}
	std::string key = "b" + sized(ast::as_string(binary->left.get())) + binary->op + " ";
	if (const auto *value = node_as<ast::value_expr>(binary->right.get())) {
		return key + "v" + sized(value->value);
	}
	if (const auto *list = node_as<ast::list_expr>(binary->right.get())) {
		key += "l";
		for (const auto &item : list->values) {
			key += sized(item);
		}
		return key;
	}
	return key + "e" + sized(ast::as_string(binary->right.get()));
}

// The same for a group of parts, in whichever order.
std::string key_of(ConditionGraph::Kind kind, std::vector<ConditionGraph::Node> parts)
{
	std::sort(parts.begin(), parts.end());
	std::string key = kind == ConditionGraph::Kind::negation ? "n" : kind == ConditionGraph::Kind::all ? "a" : "o";
	for (const auto part : parts) {
		key += std::to_string(part) + " ";
	}
	return key;
}

std::vector<ConditionGraph::Node> copy_of(ConditionGraph::Parts parts)
{
	return {parts.begin(), parts.end()};
}

} // namespace

ConditionGraph::ConditionGraph(sinsp *inspector) : maker_(inspector)
{
	append(Kind::never, {}, {});
	append(Kind::always, {}, {});
}

ConditionGraph::Node ConditionGraph::add(const ast::expr *condition)
{
	return keeps_state(condition) ? add_whole(condition) : add_part(condition);
}

ConditionGraph::Node ConditionGraph::add_whole(const ast::expr *condition)
{
	return append(Kind::check, {}, {condition, nullptr});
}

ConditionGraph::Node ConditionGraph::add_part(const ast::expr *condition)
{
	if (const auto *negation = node_as<ast::not_expr>(condition)) {
		return add_negation(add_part(negation->child.get()));
	}
	const auto *conjunction = node_as<ast::and_expr>(condition);
	const auto *disjunction = node_as<ast::or_expr>(condition);
	if (!conjunction && !disjunction) {
		return add_check(condition);
	}
	std::vector<Node> parts;
	for (const auto &child : conjunction ? conjunction->children : disjunction->children) {
		parts.push_back(add_part(child.get()));
	}
	return add_group(conjunction ? Kind::all : Kind::any, parts);
}

ConditionGraph::Node ConditionGraph::add_check(const ast::expr *check)
{
	const std::string key = matcher::key_of(check);
	if (const auto known = find(key)) {
		return *known;
	}
	const PossibleVerdicts verdicts = possible_verdicts(check);
	const bool decides = !verdicts.hold.all() || !verdicts.fail.all();
	return add_node(key, Kind::check, {},
			{check, decides ? std::make_unique<PossibleVerdicts>(verdicts) : nullptr});
}

void ConditionGraph::compile()
{
	std::unordered_multimap<size_t, Node>().swap(known_);
	const auto asked = std::move(asked_);
	steps_.shrink_to_fit();
	parts_.shrink_to_fit();
	for (Node node = 0; node < steps_.size(); node++) {
		if (asked[node].check) {
			checks_.push_back(maker_.make(asked[node].check));
			steps_[node].check = checks_.back().get();
		}
	}
}

ConditionGraph::Node ConditionGraph::add_negation(Node part)
{
	if (part == kNever || part == kAlways) {
		return part == kNever ? kAlways : kNever;
	}
	if (steps_[part].kind == Kind::negation) {
		return *parts(part).begin();
	}
	return add_group_of(Kind::negation, {part});
}

ConditionGraph::Node ConditionGraph::add_group(Kind kind, const std::vector<Node> &members)
{
	const Node decisive = kind == Kind::all ? kNever : kAlways;
	const Node neutral = kind == Kind::all ? kAlways : kNever;
	std::vector<Node> flat;
	const auto take = [&flat, neutral](Node part) {
		if (part != neutral && std::find(flat.begin(), flat.end(), part) == flat.end()) {
			flat.push_back(part);
		}
	};
	for (const Node member : members) {
		if (steps_[member].kind == kind) {
			const Parts inner = parts(member);
			std::for_each(inner.begin(), inner.end(), take);
		} else {
			take(member);
		}
	}
	if (std::find(flat.begin(), flat.end(), decisive) != flat.end()) {
		return decisive;
	}
	if (flat.size() < 2) {
		return flat.empty() ? neutral : flat.front();
	}
	return add_group_of(kind, flat);
}

ConditionGraph::Node ConditionGraph::add_group_of(Kind kind, const std::vector<Node> &members)
{
	const std::string key = matcher::key_of(kind, members);
	const auto known = find(key);
	return known ? *known : add_node(key, kind, members, {});
}

// Keys are not kept: there are as many as nodes. They are made again to tell nodes apart that have the same hash.
std::optional<ConditionGraph::Node> ConditionGraph::find(const std::string &key) const
{
	const auto [begin, end] = known_.equal_range(std::hash<std::string>()(key));
	const auto found = std::find_if(begin, end, [&](const auto &known) {
		const Node node = known.second;
		return key == (asked_[node].check ? matcher::key_of(asked_[node].check)
						  : matcher::key_of(kind(node), copy_of(parts(node))));
	});
	return found == end ? std::nullopt : std::make_optional(found->second);
}

ConditionGraph::Node ConditionGraph::add_node(const std::string &key, Kind kind, const std::vector<Node> &parts,
					      Asked asked)
{
	known_.emplace(std::hash<std::string>()(key), static_cast<Node>(size()));
	return append(kind, parts, std::move(asked));
}

ConditionGraph::Node ConditionGraph::append(Kind kind, const std::vector<Node> &parts, Asked asked)
{
	Step step;
	step.kind = kind;
	step.begin = static_cast<uint32_t>(parts_.size());
	parts_.insert(parts_.end(), parts.begin(), parts.end());
	step.end = static_cast<uint32_t>(parts_.size());
	steps_.push_back(step);
	asked_.push_back(std::move(asked));
	return static_cast<Node>(steps_.size() - 1);
}

ConditionGraph::Node ConditionGraph::without_type(Node node, ppm_event_code code, Memo &memo)
{
	if (node < memo.size() && memo[node] != kUnknown) {
		return memo[node];
	}
	Node left = node;
	if (asked_[node].check) {
		if (const auto &verdicts = asked_[node].verdicts) {
			left = !verdicts->hold[code] ? kNever : !verdicts->fail[code] ? kAlways : node;
		}
	} else if (steps_[node].begin < steps_[node].end) {
		const Kind group = steps_[node].kind;
		std::vector<Node> members = copy_of(parts(node)); // which nodes that are added may move
		for (Node &member : members) {
			member = without_type(member, code, memo);
		}
		left = group == Kind::negation ? add_negation(members.front()) : add_group(group, members);
	}
	memo.resize(std::max(memo.size(), size()), kUnknown);
	memo[node] = left;
	return left;
}

std::vector<ConditionGraph::Node> ConditionGraph::conjuncts(Node node) const
{
	return steps_[node].kind == Kind::all ? copy_of(parts(node)) : std::vector<Node>{node};
}

bool ConditionGraph::holds(Node node)
{
	Step &step = steps_[node];
	if (step.verdict >> 1 != look_) {
		const bool held = step.check ? step.check->holds(event_, look_) : find_out(step);
		step.verdict = look_ << 1 | (held ? 1 : 0);
	}
	return (step.verdict & 1) != 0;
}

size_t ConditionGraph::found_out() const
{
	if (!event_) {
		return 0;
	}
	return static_cast<size_t>(std::count_if(steps_.begin(), steps_.end(),
						 [this](const Step &step) { return step.verdict >> 1 == look_; }));
}

bool ConditionGraph::find_out(const Step &step)
{
	if (step.kind == Kind::negation) {
		return !holds(parts_[step.begin]);
	}
	const bool decisive = step.kind == Kind::any; // one such part decides the whole
	for (uint32_t at = step.begin; at < step.end; at++) {
		if (holds(parts_[at]) == decisive) {
			return decisive;
		}
	}
	return !decisive && step.kind != Kind::never;
}

} // namespace falco::matcher
