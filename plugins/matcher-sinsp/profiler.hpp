// SPDX-License-Identifier: Apache-2.0
//
// What rules cost: how often each part of their conditions is asked and how long its checks take.
#pragma once

#include "check.hpp"
#include "common/ticks.hpp"
#include "compiled_rule.hpp"
#include "decided_by_type.hpp"
#include "event_index.hpp"
#include "random_gaps.hpp"
#include "rewrites.hpp"
#include "written_condition.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace falco::matcher {

// The rules of one load. It tries the conditions as they are written, from left to right, with the matcher's own checks
// (see Check): what several rules ask of an event is found out once, and what the event's type decides is not asked.
// Everything is counted at every event it is given;
// times are taken at some of them, since reading a clock takes longer than many a check, and stand for the others.
// Rules whose fields count how often they are asked are left out. On the capture thread.
class Profiler {
public:
	// All must outlive it. `everything`: no event is ignored. One event in `sample` will be given to it.
	Profiler(const RulesFiles &files, const std::vector<CompiledRule> &rules, bool everything, uint32_t sample);

	// Conditions are tried at events of this inspector.
	void bind(sinsp *inspector);
	void unbind();

	// Whether the next event is one of the sample. To be asked once for every event.
	bool is_due() { return sample_.is_due(); }
	// Tries what rules there are for the event; `match` is what falco does with it, to be called once.
	template <typename Match>
	void profile(sinsp_evt *event, Match match)
	{
		timing_ = timed_.is_due();
		timed_events_ += timing_ ? 1 : 0;
		const uint64_t begin = timing_ ? Ticks::now() : 0;
		match();
		if (timing_) {
			take(match_, begin);
		}
		look_at(event);
	}

	// Everything found out since this was made, as docs/TESTING_RULES.md describes it.
	nlohmann::json result() const;
	uint64_t events() const { return sample_.calls(); }

private:
	// Spans, in ticks, each as often as it stands for others.
	struct Spans {
		uint64_t ticks = 0, number = 0;
	};
	// Times are taken at the first so many events that are profiled, and then at one in four.
	static constexpr uint64_t kAllTimed = 4000;
	static constexpr uint32_t kTimed = 4;

	// What an event's type says about a check.
	enum class Decided : uint8_t { no, holds, fails };
	// A part of one rule's condition, macros opened.
	struct Node {
		Written::Kind kind = Written::Kind::check; // as written
		uint32_t begin = 0, end = 0;               // its parts in parts_
		uint32_t check = 0;                        // of a check: which
		uint32_t use = 0;                          // of a check: its field's use
		uint64_t asked = 0, held = 0; // not of macros and exceptions, which are what they stand for
		uint64_t first = 0;           // of a check: events at which the rule had not asked it before
		const Written *written = nullptr;
	};
	struct Rule {
		const CompiledRule *compiled = nullptr;
		uint32_t node = 0;
		bool left_out = false;
		uint64_t tried = 0, matched = 0;
	};
	// Equal checks, wherever they are written.
	struct DistinctCheck {
		const Written *written = nullptr;
		std::string text;
		uint32_t field = 0;
		std::unique_ptr<Check> check; // while bound
		Field *value = nullptr;       // what it looks at, if that is read apart from the check
		uint64_t run = 0, first = 0;
		Spans spans;
		// At the event looked at.
		uint64_t look = 0, asker = 0;
		bool holds = false;
		PossibleVerdicts verdicts; // by the event's type
	};
	struct FieldCost {
		std::string name;
		uint64_t read = 0, first = 0; // events it was read at; the sum of its uses
		uint64_t look = 0;
		Spans spans; // of reading
	};
	// A field as one rule uses it.
	struct Use {
		uint32_t field = 0;
		uint64_t first = 0;  // events at which the rule asked for it
		uint64_t checks = 0; // the same of each of its checks, summed up
		uint64_t look = 0;
	};
	// What one part cost, in nanoseconds.
	struct Cost {
		double shared = 0, alone = 0;
	};

	uint32_t open(const Written &written, std::unordered_map<std::string, uint32_t> &uses);
	uint32_t distinct_check(const Written &written);
	uint32_t field_of(const std::string &name);
	// The node itself, or of a macro or exception what it stands for.
	uint32_t content_of(uint32_t node) const;

	const std::vector<Decided> &decided_by(uint16_t type);
	void look_at(sinsp_evt *event);
	bool evaluate(Node &node, sinsp_evt *event);
	bool ask(Node &node, sinsp_evt *event);
	void run(DistinctCheck &check, sinsp_evt *event);
	void take(Spans &into, uint64_t begin);

	// Nanoseconds, of everything that was profiled.
	double each(const Spans &spans) const;
	double time_of(const DistinctCheck &check) const;
	double time_of(const FieldCost &field) const;
	// How often each distinct check was asked, and held.
	struct Asked {
		uint64_t asked = 0, held = 0;
	};
	std::vector<Asked> asked() const;
	std::vector<Cost> costs() const; // by node
	Cost sum_up(uint32_t node, std::vector<Cost> &costs) const;
	nlohmann::json describe_rules(const std::vector<Cost> &costs) const;
	nlohmann::json describe_macros(const std::vector<Cost> &costs) const;
	nlohmann::json describe_checks() const;
	nlohmann::json describe_fields() const;
	nlohmann::json describe_rewrites(const std::vector<Cost> &costs) const;
	void list_times(uint32_t node, const std::vector<Cost> &costs, const nlohmann::json &path,
			nlohmann::json &list) const;
	uint64_t scaled(double number) const;

	const RulesFiles &files_;
	WrittenConditions written_;
	EventIndex index_;
	std::vector<Rule> rules_;
	std::vector<Node> nodes_;
	std::vector<uint32_t> parts_;
	std::vector<uint32_t> tried_; // what these parts stand for
	std::vector<DistinctCheck> checks_;
	std::vector<FieldCost> fields_;
	std::vector<Use> uses_;
	std::unordered_map<std::string, uint32_t> check_by_text_, field_by_name_;
	std::vector<std::vector<Decided>> by_type_; // by type, of those looked at, and check
	std::unique_ptr<CheckMaker> maker_;         // while bound

	Ticks clock_;
	RandomGaps sample_, timed_;
	bool timing_ = false;
	uint64_t timed_events_ = 0;
	uint32_t rule_ = 0; // that is tried
	uint64_t look_ = 0;
	const std::vector<Decided> *decided_ = nullptr; // by the type of the event looked at
	uint64_t with_rules_ = 0, interrupted_ = 0, refused_ = 0;
	Spans match_;
};

} // namespace falco::matcher
