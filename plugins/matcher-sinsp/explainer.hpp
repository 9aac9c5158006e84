// SPDX-License-Identifier: Apache-2.0
//
// Why a rule matches an event or not, and how often each part of a condition held. Conditions are tried as they are
// written, from left to right, by libsinsp's own checks: slower than the Evaluator in use, with the same verdicts.
#pragma once

#include "check_runner.hpp"
#include "compiled_rule.hpp"
#include "event_index.hpp"
#include "near_misses.hpp"
#include "written_condition.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace falco::matcher {

// A part of one rule's condition, macros opened, at the event looked at.
struct Part {
	Written *written = nullptr;
	std::vector<Part> parts;
	std::optional<bool> verdict; // nothing: not asked
	bool decides = false;        // the verdict of the whole rests on it
	uint64_t rejected = 0;       // events at which the whole failed for it
	uint64_t time_ns = 0;        // of a check that the rule asked here first
	uint64_t look = 0;           // of the verdict of a check, when all are asked
	bool holds = false;          // at that look
};

// Why a rule does not look at an event, or that it does.
enum class Concern { looks_at, event_type, ignored };

// The rules of one load. On the capture thread; explains events while it is bound to their inspector.
class Explainer {
public:
	// All must outlive it. `everything`: no event is ignored.
	Explainer(const RulesFiles &files, const std::vector<CompiledRule> &rules, bool everything);

	void bind(sinsp *inspector) { runner_ = std::make_unique<CheckRunner>(inspector); }
	void unbind()
	{
		share_times();
		runner_.reset();
	}

	Concern concern(sinsp_evt *event, uint32_t rule) const;
	// Whether the condition holds, tried part by part.
	bool matches(sinsp_evt *event, uint32_t rule);

	// {"rule", "priority", "event", "concern", "condition_holds", "condition"}; the parts of the condition with
	// "verdict" (null: not asked), "decides", and checks with what they saw.
	nlohmann::json explain(sinsp_evt *event, uint32_t rule);

	// The checks that decided that the rule matches: [{"check", "seen", "holds", "macro"}], at most
	// kDecidingChecks.
	static constexpr size_t kDecidingChecks = 50;
	nlohmann::json deciding_checks(sinsp_evt *event, uint32_t rule);

	struct ObserveOptions {
		bool times = false;       // measure how long checks take
		bool near_misses = false; // keep the events that a rule nearly matched
	};
	// Counts what the parts of a rule's condition say about the event.
	void observe(sinsp_evt *event, uint32_t rule, const ObserveOptions &options);
	// {"rules": [...], "macros": [...], "checks": [...]}: what was counted since this was made.
	nlohmann::json observed();

private:
	struct Rule {
		const CompiledRule *compiled;
		Part condition;
		uint64_t matched = 0, failed = 0, of_other_types = 0, ignored = 0;
		uint64_t alone_ns = 0; // of all checks that it asked
		double shared_ns = 0;  // the same, those that several rules asked divided among them
		NearMisses misses;
	};
	struct Macro {
		bool used = false;
		uint64_t asked = 0, held = 0, time_ns = 0;
	};
	// Equal checks, wherever they are written: one is asked once an event, whoever has it.
	struct DistinctCheck {
		std::string field, text;
		uint64_t asked = 0, run = 0, held = 0, time_ns = 0;
		// At the event that is timed.
		uint64_t event = 0;
		bool holds = false;
		uint64_t took_ns = 0;
		std::vector<uint32_t> askers;
	};

	Part open(Written *written);
	bool evaluate(Part &part, sinsp_evt *event);
	void collect_deciding(const Part &part, const std::string &macro, sinsp_evt *event, nlohmann::json &checks);
	nlohmann::json describe(const Part &part, sinsp_evt *event);
	void count_rejections(Part &part);
	void keep_near_miss(Rule &rule, sinsp_evt *event);
	// The fewest checks that would have to say something else for the part to hold (or not), in order.
	std::vector<const Part *> missing(Part &part, bool wanted, sinsp_evt *event);
	nlohmann::json counted(const Written &written) const;
	void list_rejections(const Part &part, const std::string &macro, nlohmann::json &list) const;
	// {"path": ["macro opened", "evt.type = openat"], "time_ns"} for each check that took time.
	void list_times(const Part &part, const nlohmann::json &path, nlohmann::json &list) const;
	bool run_timed(const Written &check, sinsp_evt *event);
	void share_times();

	const RulesFiles &files_;
	WrittenConditions written_;
	std::vector<Rule> rules_;
	std::vector<Macro> macros_; // by position
	std::vector<DistinctCheck> distinct_;
	std::unordered_map<std::string, size_t> distinct_by_text_;
	bool everything_;
	std::unique_ptr<CheckRunner> runner_; // while bound
	bool counting_ = false, timing_ = false;
	uint32_t rule_ = 0;  // that is tried
	uint64_t spent_ = 0; // time of the checks it asked
	uint64_t look_ = 0;
	uint64_t timed_event_ = 0;
	std::vector<size_t> timed_; // distinct checks that were asked at this event
};

} // namespace falco::matcher
