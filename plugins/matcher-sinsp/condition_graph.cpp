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

} // namespace

ConditionGraph::ConditionGraph(sinsp *inspector) : maker_(inspector)
{
	entries_.resize(2);
	entries_[kNever].kind = Kind::never;
	entries_[kAlways].kind = Kind::always;
}

ConditionGraph::Node ConditionGraph::add(const ast::expr *condition)
{
	return keeps_state(condition) ? add_whole(condition) : add_part(condition);
}

ConditionGraph::Node ConditionGraph::add_whole(const ast::expr *condition)
{
	entries_.push_back({Kind::check, {}, condition, nullptr});
	return static_cast<Node>(entries_.size() - 1);
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
	return add_entry(key,
			 {Kind::check, {}, check, decides ? std::make_unique<PossibleVerdicts>(verdicts) : nullptr});
}

void ConditionGraph::compile()
{
	known_ = {};
	entries_.shrink_to_fit();
	steps_.reserve(entries_.size());
	for (Entry &entry : entries_) {
		entry.verdicts.reset();
		Step step;
		step.kind = entry.kind;
		step.begin = static_cast<uint32_t>(parts_.size());
		parts_.insert(parts_.end(), entry.parts.begin(), entry.parts.end());
		step.end = static_cast<uint32_t>(parts_.size());
		if (entry.check) {
			checks_.push_back(maker_.make(entry.check));
			step.check = checks_.back().get();
		}
		steps_.push_back(step);
	}
	parts_.shrink_to_fit();
}

ConditionGraph::Node ConditionGraph::add_negation(Node part)
{
	if (part == kNever || part == kAlways) {
		return part == kNever ? kAlways : kNever;
	}
	if (entries_[part].kind == Kind::negation) {
		return entries_[part].parts.front();
	}
	return add_group_of(Kind::negation, {part});
}

ConditionGraph::Node ConditionGraph::add_group(Kind kind, const std::vector<Node> &parts)
{
	const Node decisive = kind == Kind::all ? kNever : kAlways;
	const Node neutral = kind == Kind::all ? kAlways : kNever;
	std::vector<Node> flat;
	const auto take = [&flat, neutral](Node part) {
		if (part != neutral && std::find(flat.begin(), flat.end(), part) == flat.end()) {
			flat.push_back(part);
		}
	};
	for (const Node part : parts) {
		if (entries_[part].kind == kind) {
			std::for_each(entries_[part].parts.begin(), entries_[part].parts.end(), take);
		} else {
			take(part);
		}
	}
	if (std::find(flat.begin(), flat.end(), decisive) != flat.end()) {
		return decisive;
	}
	if (flat.size() < 2) {
		return flat.empty() ? neutral : flat.front();
	}
	return add_group_of(kind, std::move(flat));
}

ConditionGraph::Node ConditionGraph::add_group_of(Kind kind, std::vector<Node> parts)
{
	const std::string key = matcher::key_of(kind, parts);
	const auto known = find(key);
	return known ? *known : add_entry(key, {kind, std::move(parts), nullptr, nullptr});
}

// Keys are not kept: there are as many as nodes. They are made again to tell nodes apart that have the same hash.
std::optional<ConditionGraph::Node> ConditionGraph::find(const std::string &key) const
{
	const auto [begin, end] = known_.equal_range(std::hash<std::string>()(key));
	const auto found = std::find_if(begin, end, [&](const auto &known) {
		const Entry &entry = entries_[known.second];
		return key == (entry.check ? matcher::key_of(entry.check) : matcher::key_of(entry.kind, entry.parts));
	});
	return found == end ? std::nullopt : std::make_optional(found->second);
}

ConditionGraph::Node ConditionGraph::add_entry(const std::string &key, Entry entry)
{
	const auto node = static_cast<Node>(entries_.size());
	known_.emplace(std::hash<std::string>()(key), node);
	entries_.push_back(std::move(entry));
	return node;
}

ConditionGraph::Node ConditionGraph::without_type(Node node, ppm_event_code code, Memo &memo)
{
	if (node < memo.size() && memo[node] != kUnknown) {
		return memo[node];
	}
	Node left = node;
	if (entries_[node].check) {
		if (const auto &verdicts = entries_[node].verdicts) {
			left = !verdicts->hold[code] ? kNever : !verdicts->fail[code] ? kAlways : node;
		}
	} else if (!entries_[node].parts.empty()) {
		const Kind group = entries_[node].kind;
		std::vector<Node> parts = entries_[node].parts; // a copy: the entries may move
		for (Node &part : parts) {
			part = without_type(part, code, memo);
		}
		left = group == Kind::negation ? add_negation(parts.front()) : add_group(group, parts);
	}
	memo.resize(std::max(memo.size(), entries_.size()), kUnknown);
	memo[node] = left;
	return left;
}

std::vector<ConditionGraph::Node> ConditionGraph::conjuncts(Node node) const
{
	return entries_[node].kind == Kind::all ? entries_[node].parts : std::vector<Node>{node};
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
