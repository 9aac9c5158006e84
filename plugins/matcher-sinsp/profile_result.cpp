// SPDX-License-Identifier: Apache-2.0
//
// What a profiler found out, as JSON. A time that was taken at some events stands for all: the mean of the spans times
// how often it happened. A check's time, and that of reading a field, is divided among the rules by how often each
// asked.
#include "profiler.hpp"

#include <cmath>
#include <map>

namespace falco::matcher {

using nlohmann::json;
using Kind = Written::Kind;

namespace {

double per(double amount, uint64_t number)
{
	return number == 0 ? 0 : amount / static_cast<double>(number);
}

} // namespace

double Profiler::each(const Spans &spans) const
{
	return per(static_cast<double>(spans.ticks), spans.number) * clock_.ns();
}

double Profiler::time_of(const DistinctCheck &check) const
{
	return each(check.spans) * static_cast<double>(check.run);
}

double Profiler::time_of(const FieldCost &field) const
{
	return each(field.spans) * static_cast<double>(field.read);
}

uint64_t Profiler::scaled(double number) const
{
	return static_cast<uint64_t>(std::llround(number * sample_.mean()));
}

std::vector<Profiler::Cost> Profiler::costs() const
{
	std::vector<Cost> costs(nodes_.size());
	for (const auto &rule : rules_) {
		if (!rule.left_out) {
			sum_up(rule.node, costs);
		}
	}
	return costs;
}

Profiler::Cost Profiler::sum_up(uint32_t number, std::vector<Cost> &costs) const
{
	const Node &node = nodes_[number];
	Cost &cost = costs[number];
	if (node.kind == Kind::check && node.first > 0) {
		const DistinctCheck &check = checks_[node.check];
		const Use &use = uses_[node.use];
		const FieldCost &field = fields_[use.field];
		const auto first = static_cast<double>(node.first);
		const double reads = per(first * static_cast<double>(use.first), use.checks);
		cost.shared = first * per(time_of(check), check.first) + reads * per(time_of(field), field.first);
		cost.alone = first * each(check.spans) + reads * each(field.spans);
	}
	for (uint32_t at = node.begin; at < node.end; at++) {
		const Cost part = sum_up(parts_[at], costs);
		cost.shared += part.shared;
		cost.alone += part.alone;
	}
	return cost;
}

json Profiler::result() const
{
	const auto costs = this->costs();
	json left_out = json::array();
	for (const auto &rule : rules_) {
		if (rule.left_out) {
			left_out.push_back(rule.compiled->item->name);
		}
	}
	const uint64_t events = sample_.calls();
	return {{"sample", sample_.mean()},
		{"events", events},
		{"profiled", timed_.calls()},
		{"events_with_rules", scaled(static_cast<double>(with_rules_))},
		{"timed", timed_events_},
		{"interrupted", interrupted_},
		{"refused", refused_},
		{"clock", Ticks::kName},
		{"clock_ns", clock_.cost_ns()},
		{"match_ns", static_cast<uint64_t>(each(match_) * static_cast<double>(events))},
		{"left_out", left_out},
		{"rules", describe_rules(costs)},
		{"macros", describe_macros(costs)},
		{"checks", describe_checks()},
		{"fields", describe_fields()},
		{"rewrites", describe_rewrites(costs)}};
}

json Profiler::describe_rules(const std::vector<Cost> &costs) const
{
	json list = json::array();
	for (const auto &rule : rules_) {
		const Item &item = *rule.compiled->item;
		json times = json::array();
		Cost cost;
		if (!rule.left_out) {
			list_times(rule.node, costs, json::array(), times);
			cost = costs[rule.node];
		}
		list.push_back({{"name", item.name},
				{"file", item.place.file ? *item.place.file : ""},
				{"line", item.place.line},
				{"matched", scaled(static_cast<double>(rule.matched))},
				{"failed", scaled(static_cast<double>(rule.tried - rule.matched))},
				{"shared_ns", scaled(cost.shared)},
				{"alone_ns", scaled(cost.alone)},
				{"times", times}});
	}
	return list;
}

json Profiler::describe_macros(const std::vector<Cost> &costs) const
{
	struct Macro {
		uint64_t asked = 0, held = 0;
		double time = 0;
	};
	std::map<size_t, Macro> macros; // by position
	for (size_t number = 0; number < nodes_.size(); number++) {
		const Node &node = nodes_[number];
		if (node.kind == Kind::macro) {
			Macro &macro = macros[node.written->macro];
			const Node &content = nodes_[content_of(static_cast<uint32_t>(number))];
			macro.asked += content.asked;
			macro.held += content.held;
			macro.time += costs[number].shared;
		}
	}
	json list = json::array();
	for (const auto &[position, macro] : macros) {
		const Item &item = files_.items[position];
		list.push_back({{"name", item.name},
				{"file", item.place.file ? *item.place.file : ""},
				{"line", item.place.line},
				{"asked", scaled(static_cast<double>(macro.asked))},
				{"held", scaled(static_cast<double>(macro.held))},
				{"time_ns", scaled(macro.time)}});
	}
	return list;
}

std::vector<Profiler::Asked> Profiler::asked() const
{
	std::vector<Asked> asked(checks_.size());
	for (const auto &node : nodes_) {
		if (node.kind == Kind::check) {
			asked[node.check].asked += node.asked;
			asked[node.check].held += node.held;
		}
	}
	return asked;
}

json Profiler::describe_checks() const
{
	std::vector<uint64_t> runs(fields_.size()); // of checks that the field's value is read for
	for (const auto &check : checks_) {
		runs[check.field] += check.run;
	}
	const auto asked = this->asked();
	json list = json::array();
	for (size_t number = 0; number < checks_.size(); number++) {
		const DistinctCheck &check = checks_[number];
		const double reads = per(time_of(fields_[check.field]), runs[check.field]);
		list.push_back({{"text", check.text},
				{"field", check.written->field},
				{"asked", scaled(static_cast<double>(asked[number].asked))},
				{"run", scaled(static_cast<double>(check.run))},
				{"held", scaled(static_cast<double>(asked[number].held))},
				{"time_ns", scaled(time_of(check) + reads * static_cast<double>(check.run))}});
	}
	return list;
}

json Profiler::describe_fields() const
{
	struct Sum {
		uint64_t asked = 0, run = 0, held = 0;
		double time = 0;
	};
	std::vector<Sum> sums(fields_.size());
	const auto asked = this->asked();
	for (size_t number = 0; number < checks_.size(); number++) {
		const DistinctCheck &check = checks_[number];
		Sum &sum = sums[check.field];
		sum.asked += asked[number].asked;
		sum.run += check.run;
		sum.held += asked[number].held;
		sum.time += time_of(check);
	}
	json list = json::array();
	for (size_t field = 0; field < fields_.size(); field++) {
		const double reading = time_of(fields_[field]);
		list.push_back({{"name", fields_[field].name},
				{"asked", scaled(static_cast<double>(sums[field].asked))},
				{"run", scaled(static_cast<double>(sums[field].run))},
				{"held", scaled(static_cast<double>(sums[field].held))},
				{"read", scaled(static_cast<double>(fields_[field].read))},
				{"read_ns", scaled(reading)},
				{"time_ns", scaled(sums[field].time + reading)}});
	}
	return list;
}

json Profiler::describe_rewrites(const std::vector<Cost> &costs) const
{
	std::map<const Written *, double> by_part;
	for (size_t number = 0; number < nodes_.size(); number++) {
		by_part[nodes_[number].written] += costs[number].shared;
	}
	json list = json::array();
	Rewriter rewriter(files_, written_);
	for (size_t position = 0; position < files_.items.size(); position++) {
		const Written *condition = written_.at(position);
		if (!condition || by_part.count(condition) == 0) {
			continue; // of no rule that is matched
		}
		for (const Rewrite &rewrite : rewriter.find(*condition)) {
			const yaml::Place &place = rewrite.parts.front()->extent.begin;
			double time = 0;
			for (const Written *part : rewrite.parts) {
				time += by_part[part];
			}
			list.push_back({{"kind", name_of(rewrite.kind)},
					{"item", files_.items[position].title()},
					{"file", place.file ? *place.file : ""},
					{"line", place.line},
					{"column", place.column},
					{"from", rewrite.from},
					{"to", rewrite.to},
					{"time_ns", scaled(time)}});
		}
	}
	return list;
}

void Profiler::list_times(uint32_t number, const std::vector<Cost> &costs, const json &path, json &list) const
{
	const Node &node = nodes_[number];
	json below = path;
	if (node.kind == Kind::check) {
		below.push_back(node.written->text);
		if (const uint64_t time = scaled(costs[number].shared); time > 0) {
			list.push_back({{"path", below}, {"time_ns", time}});
		}
	} else if (node.kind == Kind::macro || node.kind == Kind::exception) {
		below.push_back(std::string(name_of(node.kind)) + " " + node.written->text);
	}
	for (uint32_t at = node.begin; at < node.end; at++) {
		list_times(parts_[at], costs, below, list);
	}
}

} // namespace falco::matcher
