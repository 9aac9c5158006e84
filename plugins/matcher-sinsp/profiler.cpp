// SPDX-License-Identifier: Apache-2.0
#include "profiler.hpp"

#include "kept_state.hpp"

#include <algorithm>

namespace falco::matcher {

using Kind = Written::Kind;

Profiler::Profiler(const RulesFiles &files, const std::vector<CompiledRule> &rules, bool everything, uint32_t sample)
    : files_(files), written_(files), index_(rules, everything), sample_(sample), timed_(kTimed, kAllTimed)
{
	for (const auto &rule : rules) {
		const Written &condition = *written_.at(static_cast<size_t>(rule.item - files.items.data()));
		Rule profiled;
		profiled.compiled = &rule;
		profiled.left_out = keeps_state(rule.condition.get());
		if (!profiled.left_out) {
			std::unordered_map<std::string, uint32_t> uses;
			profiled.node = open(condition, uses);
		}
		rules_.push_back(profiled);
	}
}

uint32_t Profiler::open(const Written &written, std::unordered_map<std::string, uint32_t> &uses)
{
	Node node;
	node.written = &written;
	node.kind = written.kind;
	std::vector<uint32_t> parts;
	if (written.kind == Kind::macro) {
		parts.push_back(open(*written_.at(written.macro), uses));
	}
	for (const auto &part : written.parts) {
		parts.push_back(open(*part, uses));
	}
	if (written.kind == Kind::check) {
		node.check = distinct_check(written);
		const auto [use, added] = uses.emplace(written.field, static_cast<uint32_t>(uses_.size()));
		if (added) {
			uses_.push_back({checks_[node.check].field});
		}
		node.use = use->second;
	}
	node.begin = static_cast<uint32_t>(parts_.size());
	parts_.insert(parts_.end(), parts.begin(), parts.end());
	std::transform(parts.begin(), parts.end(), std::back_inserter(tried_),
		       [this](uint32_t part) { return content_of(part); });
	node.end = static_cast<uint32_t>(parts_.size());
	nodes_.push_back(node);
	return static_cast<uint32_t>(nodes_.size() - 1);
}

uint32_t Profiler::content_of(uint32_t number) const
{
	const Node &node = nodes_[number];
	return node.kind == Kind::macro || node.kind == Kind::exception ? content_of(parts_[node.begin]) : number;
}

uint32_t Profiler::distinct_check(const Written &written)
{
	const auto [found, added] =
		check_by_text_.emplace(ast::as_string(written.check), static_cast<uint32_t>(checks_.size()));
	if (added) {
		DistinctCheck check;
		check.written = &written;
		check.text = written.field + " " + written.op + (written.value.empty() ? "" : " " + written.value);
		check.field = field_of(written.field);
		check.verdicts = possible_verdicts(written.check);
		checks_.push_back(std::move(check));
	}
	return found->second;
}

uint32_t Profiler::field_of(const std::string &name)
{
	const auto [found, added] = field_by_name_.emplace(name, static_cast<uint32_t>(fields_.size()));
	if (added) {
		fields_.emplace_back().name = name;
	}
	return found->second;
}

void Profiler::bind(sinsp *inspector)
{
	maker_ = std::make_unique<CheckMaker>(inspector);
	for (auto &check : checks_) {
		check.check = maker_->make(check.written->check);
		check.value = check.check->field();
	}
}

void Profiler::unbind()
{
	for (auto &check : checks_) {
		check.check.reset();
		check.value = nullptr;
	}
	maker_.reset();
}

const std::vector<Profiler::Decided> &Profiler::decided_by(uint16_t type)
{
	by_type_.resize(PPM_EVENT_MAX);
	auto &checks = by_type_[type];
	if (checks.empty()) {
		for (const auto &check : checks_) {
			checks.push_back(!check.verdicts.fail[type]   ? Decided::holds
					 : !check.verdicts.hold[type] ? Decided::fails
								      : Decided::no);
		}
	}
	return checks;
}

void Profiler::look_at(sinsp_evt *event)
{
	const auto &candidates = index_.candidates(event);
	if (candidates.empty()) {
		return;
	}
	look_++;
	with_rules_++;
	decided_ = &decided_by(event->get_type());
	try {
		for (const uint32_t number : candidates) {
			Rule &rule = rules_[number];
			if (!rule.left_out) {
				rule_ = number;
				rule.tried++;
				rule.matched += evaluate(nodes_[content_of(rule.node)], event) ? 1 : 0;
			}
		}
	} catch (const std::exception &) {
		refused_++; // what libsinsp cannot look at: the profile must not end what matching can do
	}
}

bool Profiler::evaluate(Node &node, sinsp_evt *event)
{
	bool holds = false;
	if (node.kind == Kind::check) {
		const Decided decided = (*decided_)[node.check];
		holds = decided == Decided::no ? ask(node, event) : decided == Decided::holds;
	} else if (node.kind == Kind::negation) {
		holds = !evaluate(nodes_[tried_[node.begin]], event);
	} else {
		const bool decisive = node.kind == Kind::any;
		holds = !decisive;
		for (uint32_t at = node.begin; at < node.end && holds != decisive; at++) {
			holds = evaluate(nodes_[tried_[at]], event);
		}
	}
	node.asked++;
	node.held += holds ? 1 : 0;
	return holds;
}

bool Profiler::ask(Node &node, sinsp_evt *event)
{
	DistinctCheck &check = checks_[node.check];
	if (check.look != look_) {
		run(check, event);
		check.look = look_;
		check.asker = UINT64_MAX;
	}
	if (check.asker != rule_) {
		check.asker = rule_;
		check.first++;
		node.first++;
		Use &use = uses_[node.use];
		use.checks++;
		if (use.look != look_) {
			use.look = look_;
			use.first++;
			fields_[use.field].first++;
		}
	}
	return check.holds;
}

void Profiler::run(DistinctCheck &check, sinsp_evt *event)
{
	if (FieldCost &field = fields_[check.field]; check.value && field.look != look_) {
		field.look = look_;
		field.read++;
		if (timing_) {
			const uint64_t begin = Ticks::now();
			const FieldValue &value = check.value->value(event, look_);
			if (value.data && !value.odd && check.value->is_text()) {
				check.value->memo(); // the first of its checks would look for that
			}
			take(field.spans, begin);
		}
	}
	const uint64_t begin = timing_ ? Ticks::now() : 0;
	check.holds = check.check->holds(event, look_);
	if (timing_) {
		take(check.spans, begin);
	}
	check.run++;
}

void Profiler::take(Spans &into, uint64_t begin)
{
	const uint64_t span = clock_.since(begin);
	if (span > Ticks::kInterrupted) {
		interrupted_++;
		return;
	}
	into.ticks += span * timed_.weight();
	into.number += timed_.weight();
}

} // namespace falco::matcher
