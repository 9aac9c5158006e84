// SPDX-License-Identifier: Apache-2.0
#include "condition_graph.hpp"

#include <libsinsp/filter_cache.h>

#include <algorithm>

namespace falco::matcher {

namespace {

// Results of checks are kept in the graph; libsinsp need not keep them, too.
class SharedValues final : public exprstr_sinsp_filter_cache_factory {
	std::shared_ptr<sinsp_filter_compare_cache> new_compare_cache(const ast_expr_t *, node_info_t &) override
	{
		return nullptr;
	}
};

std::string sized(const std::string &text)
{
	return std::to_string(text.size()) + ":" + text;
}

// What a check looks at, as text.
std::string field_of(const ast::expr *check)
{
	if (const auto *binary = dynamic_cast<const ast::binary_check_expr *>(check)) {
		return ast::as_string(binary->left.get());
	}
	const auto *unary = dynamic_cast<const ast::unary_check_expr *>(check);
	return unary ? ast::as_string(unary->left.get()) : "";
}

// Two checks with the same key ask the same. Values are told apart by their lengths, whatever is in them.
std::string key_of(const ast::expr *check)
{
	const auto *binary = dynamic_cast<const ast::binary_check_expr *>(check);
	if (!binary) {
		return "u" + ast::as_string(check);
	}
	std::string key = "b" + sized(ast::as_string(binary->left.get())) + binary->op + " ";
	if (const auto *value = dynamic_cast<const ast::value_expr *>(binary->right.get())) {
		return key + "v" + sized(value->value);
	}
	if (const auto *list = dynamic_cast<const ast::list_expr *>(binary->right.get())) {
		key += "l";
		for (const auto &item : list->values) {
			key += sized(item);
		}
		return key;
	}
	return key + "e" + sized(ast::as_string(binary->right.get()));
}

} // namespace

ConditionGraph::ConditionGraph(sinsp *inspector)
{
	factory_ = std::make_shared<sinsp_filter_factory>(inspector, checks_);
	entries_.resize(2);
	entries_[kNever].kind = Kind::never;
	entries_[kAlways].kind = Kind::always;
}

ConditionGraph::Node ConditionGraph::add(const ast::expr *condition)
{
	if (const auto *negation = dynamic_cast<const ast::not_expr *>(condition)) {
		return add_negation(add(negation->child.get()));
	}
	const auto *conjunction = dynamic_cast<const ast::and_expr *>(condition);
	const auto *disjunction = dynamic_cast<const ast::or_expr *>(condition);
	if (!conjunction && !disjunction) {
		return add_check(condition);
	}
	std::vector<Node> parts;
	for (const auto &child : conjunction ? conjunction->children : disjunction->children) {
		parts.push_back(add(child.get()));
	}
	return add_group(conjunction ? Kind::all : Kind::any, parts);
}

ConditionGraph::Node ConditionGraph::add_check(const ast::expr *check)
{
	const std::string key = key_of(check);
	const auto found = known_.find(key);
	if (found != known_.end()) {
		return found->second;
	}
	Entry entry;
	entry.kind = Kind::check;
	entry.check = ast::clone(check);
	const std::string field = field_of(check);
	entry.on_type = field == "evt.type" || field == "evt.dir";
	return intern(key, std::move(entry));
}

void ConditionGraph::compile()
{
	std::map<std::string, int> checks_of; // by field
	for (const Entry &entry : entries_) {
		if (entry.check) {
			++checks_of[field_of(entry.check.get())];
		}
	}
	// An extracted value serves every check of its field. Keeping it costs something, too.
	const auto shared = std::make_shared<SharedValues>();
	for (Entry &entry : entries_) {
		if (entry.check) {
			const bool alone = checks_of[field_of(entry.check.get())] == 1;
			entry.filter =
				sinsp_filter_compiler(factory_, entry.check.get(), alone ? nullptr : shared).compile();
		}
	}
}

ConditionGraph::Node ConditionGraph::add_negation(Node part)
{
	if (part == kNever || part == kAlways) {
		return part == kNever ? kAlways : kNever;
	}
	if (entries_[part].kind == Kind::negation) {
		return entries_[part].parts.front();
	}
	Entry entry;
	entry.kind = Kind::negation;
	entry.parts = {part};
	return intern("n" + std::to_string(part), std::move(entry));
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
	std::string key = kind == Kind::all ? "a" : "o";
	for (const Node part : flat) {
		key += std::to_string(part) + " ";
	}
	Entry entry;
	entry.kind = kind;
	entry.parts = std::move(flat);
	return intern(key, std::move(entry));
}

ConditionGraph::Node ConditionGraph::intern(const std::string &key, Entry entry)
{
	const auto [place, added] = known_.emplace(key, static_cast<Node>(entries_.size()));
	if (added) {
		entries_.push_back(std::move(entry));
	}
	return place->second;
}

ConditionGraph::Node ConditionGraph::without_type(Node node, const EventKind &kind, Memo &memo)
{
	const auto known = memo.find(node);
	if (known != memo.end()) {
		return known->second;
	}
	Node left = node;
	if (entries_[node].on_type) {
		if (const auto verdict = decide(entries_[node].check.get(), kind)) {
			left = *verdict ? kAlways : kNever;
		}
	} else if (!entries_[node].parts.empty()) {
		const Kind group = entries_[node].kind;
		std::vector<Node> parts = entries_[node].parts; // a copy: the entries may move
		for (Node &part : parts) {
			part = without_type(part, kind, memo);
		}
		left = group == Kind::negation ? add_negation(parts.front()) : add_group(group, parts);
	}
	memo.emplace(node, left);
	return left;
}

bool ConditionGraph::holds(Node node)
{
	Entry &entry = entries_[node];
	if (entry.look != look_) {
		entry.held = find_out(entry);
		entry.look = look_;
	}
	return entry.held;
}

bool ConditionGraph::find_out(const Entry &entry)
{
	const auto held = [this](Node part) { return holds(part); };
	switch (entry.kind) {
	case Kind::never:
		return false;
	case Kind::always:
		return true;
	case Kind::check:
		return entry.filter->run(event_);
	case Kind::negation:
		return !holds(entry.parts.front());
	case Kind::all:
		return std::all_of(entry.parts.begin(), entry.parts.end(), held);
	case Kind::any:
		return std::any_of(entry.parts.begin(), entry.parts.end(), held);
	}
	return false;
}

} // namespace falco::matcher
