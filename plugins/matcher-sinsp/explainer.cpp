// SPDX-License-Identifier: Apache-2.0
#include "explainer.hpp"

#include "reference_evaluator.hpp"

#include <algorithm>
#include <chrono>

namespace falco::matcher {

using nlohmann::json;
using Kind = Written::Kind;

namespace {

uint64_t now_ns()
{
	return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
					     std::chrono::steady_clock::now().time_since_epoch())
					     .count());
}

void forget_verdicts(Part &part)
{
	part.verdict.reset();
	part.decides = false;
	for (auto &inner : part.parts) {
		forget_verdicts(inner);
	}
}

// Marks what the verdict of `part`, which was asked, rests on.
void mark_deciding(Part &part)
{
	part.decides = true;
	for (auto &inner : part.parts) {
		// Of an `and` that fails it is the one part that fails, of one that holds all of them; of an `or` the
		// other way round.
		const bool bears = part.written->kind == Kind::all || part.written->kind == Kind::any
					   ? inner.verdict == part.verdict
					   : inner.verdict.has_value();
		if (bears) {
			mark_deciding(inner);
		}
	}
}

json to_json(const std::optional<bool> &verdict)
{
	return verdict ? json(*verdict) : json();
}

const char *name_of(Concern concern)
{
	switch (concern) {
	case Concern::event_type:
		return "event-type";
	case Concern::ignored:
		return "ignored";
	case Concern::looks_at:
		break;
	}
	return "looks-at";
}

} // namespace

Explainer::Explainer(const RulesFiles &files, const std::vector<CompiledRule> &rules, bool everything)
    : files_(files), written_(files), macros_(files.items.size()), everything_(everything)
{
	for (const auto &rule : rules) {
		const size_t position = static_cast<size_t>(rule.item - files.items.data());
		Rule explained = {};
		explained.compiled = &rule;
		explained.condition = open(written_.at(position));
		rules_.push_back(std::move(explained));
	}
}

Part Explainer::open(Written *written)
{
	Part part;
	part.written = written;
	if (written->kind == Kind::macro) {
		macros_[written->macro].used = true;
		part.parts.push_back(open(written_.at(written->macro)));
	}
	if (written->kind == Kind::check) {
		const std::string text = ast::as_string(written->check);
		const auto [found, added] = distinct_by_text_.emplace(text, distinct_.size());
		if (added) {
			DistinctCheck check = {};
			check.field = written->field;
			check.text = written->field + " " + written->op +
				     (written->value.empty() ? "" : " " + written->value);
			distinct_.push_back(std::move(check));
		}
		written->distinct = found->second;
	}
	for (const auto &inner : written->parts) {
		part.parts.push_back(open(inner.get()));
	}
	return part;
}

Concern Explainer::concern(sinsp_evt *event, uint32_t rule) const
{
	const CompiledRule &compiled = *rules_[rule].compiled;
	if (!compiled.codes[event->get_type()]) {
		return Concern::event_type;
	}
	return ReferenceEvaluator::concerns(compiled, event, everything_) ? Concern::looks_at : Concern::ignored;
}

bool Explainer::matches(sinsp_evt *event, uint32_t rule)
{
	rule_ = rule;
	forget_verdicts(rules_[rule].condition);
	const bool holds = evaluate(rules_[rule].condition, event);
	return holds && concern(event, rule) == Concern::looks_at;
}

bool Explainer::evaluate(Part &part, sinsp_evt *event)
{
	bool holds = false;
	switch (part.written->kind) {
	case Kind::check: {
		const uint64_t before = spent_;
		holds = timing_ ? run_timed(*part.written, event) : runner_->holds(*part.written, event);
		part.time_ns += spent_ - before;
		break;
	}
	case Kind::negation:
		holds = !evaluate(part.parts.front(), event);
		break;
	case Kind::exception:
		holds = evaluate(part.parts.front(), event);
		break;
	case Kind::macro: {
		const uint64_t before = spent_;
		holds = evaluate(part.parts.front(), event);
		Macro &macro = macros_[part.written->macro];
		if (counting_) {
			macro.asked++;
			macro.held += holds ? 1 : 0;
			macro.time_ns += spent_ - before;
		}
		break;
	}
	case Kind::all:
		holds = std::all_of(part.parts.begin(), part.parts.end(),
				    [&](Part &inner) { return evaluate(inner, event); });
		break;
	case Kind::any:
		holds = std::any_of(part.parts.begin(), part.parts.end(),
				    [&](Part &inner) { return evaluate(inner, event); });
		break;
	}
	part.verdict = holds;
	if (counting_) {
		(holds ? part.written->held : part.written->failed)++;
	}
	return holds;
}

// ---- one event ------------------------------------------------------------------------------------------------------

json Explainer::explain(sinsp_evt *event, uint32_t rule)
{
	Rule &explained = rules_[rule];
	const bool matched = matches(event, rule);
	mark_deciding(explained.condition);
	const Item &item = *explained.compiled->item;
	return {{"rule", item.name},
		{"place", item.place.str()},
		{"priority", priority_names()[static_cast<size_t>(item.priority)]},
		{"event",
		 {{"number", event->get_num()},
		  {"time_ns", event->get_ts()},
		  {"type", runner_->shown("%evt.type", event)},
		  {"direction", runner_->shown("%evt.dir", event)},
		  {"process", runner_->shown("%proc.name", event)},
		  {"pid", runner_->shown("%proc.pid", event)},
		  {"args", runner_->shown("%evt.args", event)}}},
		{"concern", name_of(concern(event, rule))},
		{"matches", matched},
		{"condition_holds", *explained.condition.verdict},
		{"condition", describe(explained.condition, event)}};
}

json Explainer::describe(const Part &part, sinsp_evt *event)
{
	json described = describe_part(*part.written);
	described["verdict"] = to_json(part.verdict);
	if (part.decides) {
		described["decides"] = true;
	}
	if (part.written->kind == Kind::check) {
		const auto seen = part.verdict ? runner_->seen(*part.written, event) : std::nullopt;
		if (part.verdict) {
			described["seen"] = seen ? json(*seen) : json();
		}
		return described;
	}
	for (const auto &inner : part.parts) {
		described["parts"].push_back(describe(inner, event));
	}
	return described;
}

json Explainer::deciding_checks(sinsp_evt *event, uint32_t rule)
{
	json checks = json::array();
	matches(event, rule);
	mark_deciding(rules_[rule].condition);
	collect_deciding(rules_[rule].condition, "", event, checks);
	return checks;
}

void Explainer::collect_deciding(const Part &part, const std::string &macro, sinsp_evt *event, json &checks)
{
	if (!part.decides || checks.size() == kDecidingChecks) {
		return;
	}
	if (part.written->kind == Kind::check) {
		const auto seen = runner_->seen(*part.written, event);
		json check = {
			{"check", part.written->text}, {"holds", *part.verdict}, {"seen", seen ? json(*seen) : json()}};
		if (!macro.empty()) {
			check["macro"] = macro;
		}
		checks.push_back(std::move(check));
	}
	for (const auto &inner : part.parts) {
		collect_deciding(inner, part.written->kind == Kind::macro ? part.written->text : macro, event, checks);
	}
}

// ---- many events ----------------------------------------------------------------------------------------------------

void Explainer::observe(sinsp_evt *event, uint32_t number, const ObserveOptions &options)
{
	Rule &rule = rules_[number];
	const Concern concern = this->concern(event, number);
	if (concern != Concern::looks_at) {
		(concern == Concern::ignored ? rule.ignored : rule.of_other_types)++;
	}
	if (concern == Concern::ignored || (concern == Concern::event_type && (options.near_misses || options.times))) {
		return; // that its type decides needs no look at single checks
	}
	counting_ = true;
	timing_ = options.times;
	if (timing_ && timed_event_ != event->get_num()) {
		share_times();
		timed_event_ = event->get_num();
	}
	spent_ = 0;
	const bool matched = matches(event, number);
	rule.alone_ns += spent_;
	counting_ = timing_ = false;
	if (concern == Concern::looks_at) {
		(matched ? rule.matched : rule.failed)++;
	}
	if (options.near_misses && !matched) {
		mark_deciding(rule.condition);
		count_rejections(rule.condition);
		keep_near_miss(rule, event);
	}
}

bool Explainer::run_timed(const Written &check, sinsp_evt *event)
{
	DistinctCheck &distinct = distinct_[check.distinct];
	distinct.asked++;
	if (distinct.event != timed_event_ || distinct.askers.empty()) {
		const uint64_t begin = now_ns();
		distinct.holds = runner_->holds(check, event);
		distinct.took_ns = now_ns() - begin;
		distinct.event = timed_event_;
		distinct.run++;
		distinct.held += distinct.holds ? 1 : 0;
		distinct.time_ns += distinct.took_ns;
		timed_.push_back(check.distinct);
	}
	if (distinct.askers.empty() || distinct.askers.back() != rule_) {
		distinct.askers.push_back(rule_);
		spent_ += distinct.took_ns;
	}
	return distinct.holds;
}

void Explainer::share_times()
{
	for (const size_t number : timed_) {
		DistinctCheck &check = distinct_[number];
		for (const uint32_t rule : check.askers) {
			rules_[rule].shared_ns +=
				static_cast<double>(check.took_ns) / static_cast<double>(check.askers.size());
		}
		check.askers.clear();
	}
	timed_.clear();
}

void Explainer::count_rejections(Part &part)
{
	if (!part.decides) {
		return;
	}
	part.rejected++;
	for (auto &inner : part.parts) {
		count_rejections(inner);
	}
}

void Explainer::keep_near_miss(Rule &rule, sinsp_evt *event)
{
	look_++;
	const auto lacking = missing(rule.condition, true, event);
	std::vector<uint64_t> key;
	for (const Part *part : lacking) {
		key.push_back(reinterpret_cast<uintptr_t>(part));
	}
	rule.misses.add(std::move(key), [&] {
		json checks = json::array();
		for (const Part *part : lacking) {
			const auto seen = runner_->seen(*part->written, event);
			json check = describe_part(*part->written);
			check["seen"] = seen ? json(*seen) : json();
			check["holds"] = part->holds;
			checks.push_back(std::move(check));
		}
		return json{{"number", event->get_num()},
			    {"time_ns", event->get_ts()},
			    {"type", runner_->shown("%evt.type", event)},
			    {"direction", runner_->shown("%evt.dir", event)},
			    {"process", runner_->shown("%proc.name", event)},
			    {"checks", checks}};
	});
}

std::vector<const Part *> Explainer::missing(Part &part, bool wanted, sinsp_evt *event)
{
	switch (part.written->kind) {
	case Kind::check:
		if (part.look != look_) {
			part.look = look_;
			part.holds = runner_->holds(*part.written, event);
		}
		return part.holds == wanted ? std::vector<const Part *>() : std::vector<const Part *>{&part};
	case Kind::negation:
		return missing(part.parts.front(), !wanted, event);
	case Kind::macro:
	case Kind::exception:
		return missing(part.parts.front(), wanted, event);
	case Kind::all:
	case Kind::any:
		break;
	}
	const bool needs_every_part = (part.written->kind == Kind::all) == wanted;
	std::vector<const Part *> best;
	for (size_t i = 0; i < part.parts.size(); i++) {
		auto found = missing(part.parts[i], wanted, event);
		if (needs_every_part) {
			best.insert(best.end(), found.begin(), found.end());
		} else if (i == 0 || found.size() < best.size()) {
			best = std::move(found);
		}
	}
	return best;
}

json Explainer::counted(const Written &written) const
{
	json described = describe_part(written);
	described["held"] = written.held;
	described["failed"] = written.failed;
	for (const auto &inner : written.parts) {
		described["parts"].push_back(counted(*inner));
	}
	return described;
}

void Explainer::list_rejections(const Part &part, const std::string &macro, json &list) const
{
	if (part.written->kind == Kind::check && part.rejected > 0) {
		json rejection = describe_part(*part.written);
		rejection["events"] = part.rejected;
		if (!macro.empty()) {
			rejection["macro"] = macro;
		}
		list.push_back(std::move(rejection));
	}
	for (const auto &inner : part.parts) {
		list_rejections(inner, part.written->kind == Kind::macro ? part.written->text : macro, list);
	}
}

void Explainer::list_times(const Part &part, const json &path, json &list) const
{
	json below = path;
	if (part.written->kind == Kind::check || part.written->kind == Kind::macro ||
	    part.written->kind == Kind::exception) {
		const bool is_check = part.written->kind == Kind::check;
		below.push_back((is_check ? "" : std::string(name_of(part.written->kind)) + " ") + part.written->text);
	}
	if (part.time_ns > 0) {
		list.push_back({{"path", below}, {"time_ns", part.time_ns}});
	}
	for (const auto &inner : part.parts) {
		list_times(inner, below, list);
	}
}

json Explainer::observed()
{
	share_times();
	json rules = json::array(), macros = json::array(), checks = json::array();
	for (const auto &rule : rules_) {
		const Item &item = *rule.compiled->item;
		json rejections = json::array(), times = json::array();
		list_rejections(rule.condition, "", rejections);
		list_times(rule.condition, json::array(), times);
		rules.push_back({{"name", item.name},
				 {"file", item.place.file ? *item.place.file : ""},
				 {"line", item.place.line},
				 {"matched", rule.matched},
				 {"failed", rule.failed},
				 {"of_other_types", rule.of_other_types},
				 {"ignored", rule.ignored},
				 {"alone_ns", rule.alone_ns},
				 {"shared_ns", static_cast<uint64_t>(rule.shared_ns)},
				 {"condition", counted(*rule.condition.written)},
				 {"rejections", rejections},
				 {"times", times},
				 {"near_misses", rule.misses.list()}});
	}
	for (size_t position = 0; position < macros_.size(); position++) {
		const Macro &macro = macros_[position];
		const Item &item = files_.items[position];
		if (macro.used) {
			macros.push_back({{"name", item.name},
					  {"file", item.place.file ? *item.place.file : ""},
					  {"line", item.place.line},
					  {"asked", macro.asked},
					  {"held", macro.held},
					  {"time_ns", macro.time_ns},
					  {"condition", counted(*written_.at(position))}});
		}
	}
	for (const auto &check : distinct_) {
		checks.push_back({{"text", check.text},
				  {"field", check.field},
				  {"asked", check.asked},
				  {"run", check.run},
				  {"held", check.held},
				  {"time_ns", check.time_ns}});
	}
	return {{"rules", rules}, {"macros", macros}, {"checks", checks}};
}

} // namespace falco::matcher
