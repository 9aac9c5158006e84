// SPDX-License-Identifier: Apache-2.0
#include "access.hpp"

#include <algorithm>
#include <set>

namespace falco::matcher {

namespace {

using Kind = ConditionGraph::Kind;

// How often a value has one of the key's constants, when nothing else is known. Only the order of magnitude matters.
double chance_of_key(const CheckKey &key)
{
	double chance = 0;
	for (const std::string &constant : key.constants) {
		switch (key.how) {
		case CheckKey::How::equal:
			chance += constant.size() < 2 ? 0.3 : 0.01;
			break;
		case CheckKey::How::prefix:
		case CheckKey::How::path_prefix:
		case CheckKey::How::suffix:
			chance += constant.size() < 4 ? 0.5 : 0.02;
			break;
		case CheckKey::How::substring:
		case CheckKey::How::substring_any_case:
			chance += constant.size() < 3 ? 0.5 : 0.03;
			break;
		case CheckKey::How::network:
		case CheckKey::How::regex:
			chance += 0.1;
			break;
		case CheckKey::How::at_least:
		case CheckKey::How::at_most:
			chance += 0.5;
			break;
		}
	}
	return std::min(chance, 1.0);
}

// Fields that have one of a few values.
bool has_few_values(Field &field)
{
	static const std::set<std::string> names = {
		"container.id", "evt.res",     "fd.l4proto", "fd.lproto",  "fd.rproto", "fd.cproto", "fd.sproto",
		"fd.type",      "fd.typechar", "group.gid",  "group.name", "user.name", "user.uid",  "user.loginuid",
	};
	return field.type() == PT_BOOL || names.count(field.name()) != 0;
}

// Of a check that has a key and is demanded, wholly or as a choice, by `uses` conditions.
double chance_of(const Check &check, uint32_t uses)
{
	double chance = chance_of_key(*check.key());
	if (has_few_values(*check.field())) {
		chance = std::max(chance, 0.3);
	}
	if (check.field()->has_several()) {
		chance *= 4; // most processes have some ancestors in common
	}
	if (!check.field()->is_quick()) {
		chance += 0.005; // another field may be as good and cost less to read
	}
	// What many rules ask for is what often happens: their authors tell usual events apart by the rest. And each
	// rule that is found in vain costs.
	return chance * (1 + 0.1 * uses);
}

} // namespace

AccessChooser::AccessChooser(const ConditionGraph &graph, const std::vector<Node> &conditions)
    : graph_(graph), chances_(graph.size(), -1)
{
	std::vector<uint32_t> uses(graph.size());
	for (const Node condition : conditions) {
		for (const Node part : graph.conjuncts(condition)) {
			uses[part]++;
			if (graph.kind(part) == Kind::any) {
				for (const Node choice : graph.parts(part)) {
					uses[choice]++;
				}
			}
		}
	}
	for (Node node = 0; node < graph.size(); node++) {
		const Check *check = graph.check(node);
		if (check && check->key()) {
			chances_[node] = chance_of(*check, uses[node]);
		}
	}
}

std::optional<std::vector<AccessChooser::Node>> AccessChooser::choose(Node condition) const
{
	auto access = access_to(condition);
	return access ? std::make_optional(std::move(access->checks)) : std::nullopt;
}

std::optional<AccessChooser::Access> AccessChooser::access_to(Node node) const
{
	const Kind kind = graph_.kind(node);
	if (kind == Kind::check) {
		return chances_[node] >= 0 ? std::make_optional(Access{{node}, chances_[node]}) : std::nullopt;
	}
	std::optional<Access> best;
	if (kind == Kind::all) { // any of the parts will do
		for (const Node part : graph_.parts(node)) {
			auto access = access_to(part);
			if (access && (!best || access->chance < best->chance)) {
				best = std::move(access);
			}
		}
	} else if (kind == Kind::any) { // each of the parts may be the one that holds
		best = Access{{}, 0};
		for (const Node part : graph_.parts(node)) {
			const auto access = access_to(part);
			if (!access) {
				return std::nullopt;
			}
			best->checks.insert(best->checks.end(), access->checks.begin(), access->checks.end());
			best->chance += access->chance;
		}
	}
	return best;
}

} // namespace falco::matcher
