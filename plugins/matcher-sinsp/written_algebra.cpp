// SPDX-License-Identifier: Apache-2.0
#include "written_algebra.hpp"

#include "implication.hpp"

#include <algorithm>

namespace falco::matcher {

using Kind = Written::Kind;

namespace {

constexpr size_t kBudget = 10'000; // comparisons for one question

void collect(const Written &part, Kind kind, Parts &parts)
{
	if (part.kind != kind) {
		parts.push_back(&part);
		return;
	}
	for (const auto &inner : part.parts) {
		collect(*inner, kind, parts);
	}
}

bool proves(const Written &a, const Written &b, size_t &budget)
{
	if (budget == 0) {
		return false;
	}
	budget--;
	const auto a_proves = [&](const auto &part) { return proves(a, *part, budget); };
	const auto proves_b = [&](const auto &part) { return proves(*part, b, budget); };
	if (is_same(a, b)) {
		return true;
	}
	if (a.kind == Kind::any) {
		return std::all_of(a.parts.begin(), a.parts.end(), proves_b);
	}
	if (b.kind == Kind::all) {
		return std::all_of(b.parts.begin(), b.parts.end(), a_proves);
	}
	if (b.kind == Kind::any && std::any_of(b.parts.begin(), b.parts.end(), a_proves)) {
		return true;
	}
	if (a.kind == Kind::all) {
		return std::any_of(a.parts.begin(), a.parts.end(), proves_b);
	}
	if (a.kind == Kind::negation && b.kind == Kind::negation) {
		return proves(*b.parts.front(), *a.parts.front(), budget);
	}
	return a.kind == Kind::check && b.kind == Kind::check &&
	       Prover(kBudget, Prover::EmptyLists::will_be_filled).implies(a.check, b.check);
}

} // namespace

bool is_group(const Written &part)
{
	return part.kind == Kind::all || part.kind == Kind::any;
}

Parts parts_of(const Written &part, Kind kind)
{
	Parts parts;
	collect(part, kind, parts);
	return parts;
}

std::string text_in_group(const Written &part)
{
	return is_group(part) ? "(" + text_of(part) + ")" : text_of(part);
}

std::string joined(const std::vector<std::string> &texts, Kind kind)
{
	std::string all;
	for (const auto &text : texts) {
		all += (all.empty() ? "" : kind == Kind::all ? " and " : " or ") + text;
	}
	return all;
}

std::string text_of(const Parts &parts, Kind kind)
{
	if (parts.size() == 1) {
		return text_of(*parts.front());
	}
	std::vector<std::string> texts;
	for (const Written *part : parts) {
		texts.push_back(text_in_group(*part));
	}
	return joined(texts, kind);
}

std::string text_of(const Written &part)
{
	switch (part.kind) {
	case Kind::negation:
		return "not " + text_in_group(*part.parts.front());
	case Kind::all:
	case Kind::any:
		return text_of(parts_of(part, part.kind), part.kind);
	case Kind::check:
	case Kind::macro:
	case Kind::exception:
		break;
	}
	return part.text;
}

bool is_same(const Written &a, const Written &b)
{
	if (a.kind != b.kind || a.parts.size() != b.parts.size() || a.macro != b.macro) {
		return false;
	}
	if (a.kind == Kind::check) {
		return a.check->is_equal(b.check);
	}
	return a.kind != Kind::exception && std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(),
						       [](const auto &x, const auto &y) { return is_same(*x, *y); });
}

bool implies(const Written &a, const Written &b)
{
	size_t budget = kBudget;
	return proves(a, b, budget);
}

} // namespace falco::matcher
