// SPDX-License-Identifier: Apache-2.0
//
// Matches libsinsp events against rules files: the plugin's surface. What rules mean is in compiled_rule.hpp, which of
// them match an event in evaluator.hpp.
#include "alert_explanations.hpp"
#include "compiled_rule.hpp"
#include "description.hpp"
#include "event_index.hpp"
#include "event_list.hpp"
#include "explainer.hpp"
#include "graph_evaluator.hpp"
#include "matcher_schema.hpp"
#include "name_resolution.hpp"
#include "output_addition.hpp"
#include "plugins/family-sinsp/family.hpp"
#include "profile_report.hpp"
#include "profiling_evaluator.hpp"
#include "reference_evaluator.hpp"
#include "rule_selection.hpp"
#include "rules_schema.hpp"
#include "system_calls.hpp"
#include "verifying_evaluator.hpp"
#include "whole_state.hpp"

#include <falco/plugin.hpp>
#include <libsinsp/sinsp.h>
#include <nlohmann/json.hpp>

#include <forward_list>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace falco::matcher;

constexpr int kLeastSevere = 7; // priority debug

// What a successful load leaves behind; replaced as a whole by the next one.
struct Loaded {
	RulesFiles files;
	std::vector<CompiledRule> rules; // points into files
};

class MatcherSinsp final : public falco::Matcher {
public:
	static constexpr falco_family family = falco::sinsp_family::family;

	MatcherSinsp(falco::Host host, std::string_view config) : MatcherSinsp(host, nlohmann::json::parse(config)) {}

	MatcherSinsp(falco::Host host, const nlohmann::json &parsed)
	    : host_(host), names_(parsed.at("resolve_names").get<std::string>(), {}),
	      profile_report_(parsed.value("profile", nlohmann::json())),
	      explanations_(parsed.value("explain", nlohmann::json::object()))
	{
		evaluator_name_ = parsed.at("evaluator");
		all_ = parsed.at("rule_matching") == "all";
		options_.first_match = !all_;
		options_.strict = parsed.at("ignored_events") == "strict";
		options_.additions = read_output_additions(parsed.at("append_output"));
		options_.extra_fields = parsed.at("extra_fields").get<std::vector<std::string>>();
		selections_ = read_selections(parsed.at("rules"));
		const std::string priority = parsed.at("priority");
		least_priority_ = parse_priority(priority);
		if (least_priority_ < 0) {
			throw falco::ConfigError(
				"priority: expected emergency, alert, critical, error, warning, notice, "
				"informational or debug, found '" +
				priority + "'");
		}
		const auto base = parsed.value("base_syscalls", nlohmann::json::object());
		base_syscalls_ = parse_base_syscalls(base);
		everything_ = parsed.at("match_all_events").get<bool>() || base.value("all", false);
		options_.everything = everything_;
	}

	~MatcherSinsp() override { tell_profile(); }

	void load(const falco_load_request &request, const falco_report &report, const falco_rule_sink &rules) override
	{
		auto loaded = read(request, options_, selections_, least_priority_, &explanations_, report);
		explainer_.reset(); // it points into the old rules
		tell_profile();
		loaded_.swap(loaded); // the evaluator points into the old ones until it is bound again
		if (profile_report_.is_wanted()) {
			profiler_ = std::make_unique<Profiler>(loaded_->files, loaded_->rules, everything_,
							       profile_report_.sample());
		}
		explained_.clear();
		for (const auto &rule : loaded_->rules) {
			explained_.push_back(explanations_.wants(*rule.item));
			if (explained_.back()) {
				explainer(); // now, not while events wait
			}
		}
		announce(rules);
		if (inspector_) {
			bind(inspector_);
		}
	}

	// What the configuration says about rules does not make the files wrong.
	void validate(const falco_load_request &request, const falco_report &report) override
	{
		CompileOptions options;
		options.strict = options_.strict;
		options.first_match = !all_;
		options.everything = everything_;
		read(request, options, {}, kLeastSevere, nullptr, report);
	}

	void bind(void *context) override
	{
		unbind();
		inspector_ = static_cast<sinsp *>(context);
		names_.begin(*inspector_);
		evaluator_ = make_evaluator();
		if (profiler_) {
			profile_report_.try_file();
			profiler_->bind(inspector_);
			evaluator_ = std::make_unique<ProfilingEvaluator>(std::move(evaluator_), *profiler_);
		}
		extractors_.resize(loaded_->rules.size());
		if (explainer_) {
			explainer_->bind(inspector_);
		}
		names_.wait(host_);
	}

	void match(const falco_event &event, const falco_match_sink &sink) override
	{
		auto *found = static_cast<sinsp_evt *>(event.object);
		matched_.clear();
		evaluator_->evaluate(found, all_, matched_);
		for (const uint32_t rule : matched_) {
			falco_match match = {};
			match.struct_size = sizeof match;
			match.rule = rule;
			match.time_ns = event.time_ns;
			match.event_number = event.number;
			match.values = extractor_of(rule).extract(found);
			if (explained_[rule]) {
				match.values = with_explanation(found, rule, match);
			}
			sink.emit(sink.ctx, &match);
		}
	}

	void interests(const falco_text_sink &sink) override
	{
		auto interests = EventIndex(loaded_->rules, everything_).interests();
		interests.system_calls = choose_system_calls(interests.system_calls, base_syscalls_);
		ask_for_state(loaded_->rules, interests);
		const std::string text = falco::sinsp_family::format_interests(interests);
		sink.write(sink.ctx, text.data(), text.size());
	}

	void unbind() noexcept override
	{
		if (evaluator_ && evaluator_name_ == "verify") {
			report_differences();
		}
		extractors_.clear();
		evaluator_.reset();
		if (explainer_) {
			explainer_->unbind();
		}
		if (profiler_) {
			profiler_->unbind();
		}
		inspector_ = nullptr;
	}

	void metrics(const falco_metric_sink &sink) override
	{
		sink.counter(sink.ctx, "evaluator_differences", evaluator_ ? evaluator_->differences() : 0);
	}

	void explain(const falco_event &event, uint32_t rule, const falco_text_sink &sink) override
	{
		auto *found = static_cast<sinsp_evt *>(event.object);
		auto explanation = explainer().explain(found, number_of(rule));
		explanation["alerts"] = explanation["matches"];
		if (!all_ && explanation["matches"] == true) {
			matched_.clear();
			evaluator_->evaluate(found, false, matched_);
			if (!matched_.empty() && matched_.front() != rule) {
				explanation["alerts"] = false;
				explanation["shadowed_by"] = loaded_->rules[matched_.front()].item->name;
			}
		}
		write(sink, explanation.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
	}

	void observe(const falco_event &event, uint32_t rule, uint32_t flags) override
	{
		Explainer::ObserveOptions options;
		options.times = (flags & FALCO_OBSERVE_TIMES) != 0;
		options.near_misses = (flags & FALCO_OBSERVE_NEAR_MISSES) != 0;
		explainer().observe(static_cast<sinsp_evt *>(event.object), number_of(rule), options);
	}

	void observed(const falco_text_sink &sink) override
	{
		auto observed = explainer_ || !profiler_ ? explainer().observed() : nlohmann::json::object();
		if (profiler_) {
			observed["profile"] = profiler_->result();
		}
		write(sink, observed.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
	}

	void describe(const falco_text_sink &sink) override
	{
		sinsp unopened; // only asked which fields there are
		write(sink, describe_rules(loaded_->files, loaded_->rules, &unopened, checks_).dump());
	}

	void fields(const falco_text_sink &sink) override { write(sink, describe_fields(checks_).dump()); }

	void events(const falco_text_sink &sink) override { write(sink, describe_events().dump()); }

	void rules_schema(const falco_text_sink &sink) override { write(sink, std::string(kRulesSchema)); }

private:
	std::unique_ptr<Evaluator> make_evaluator()
	{
		if (evaluator_name_ == "reference") {
			return std::make_unique<ReferenceEvaluator>(loaded_->rules, everything_, inspector_);
		}
		if (evaluator_name_ == "verify") {
			return std::make_unique<VerifyingEvaluator>(
				loaded_->rules, everything_, inspector_,
				[this](const std::string &difference) { host_.log(FALCO_LOG_ERROR, difference); });
		}
		return std::make_unique<GraphEvaluator>(loaded_->rules, everything_, inspector_);
	}

	// Most of many rules never match.
	FieldExtractor &extractor_of(uint32_t rule)
	{
		auto &extractor = extractors_[rule];
		if (!extractor) {
			extractor = std::make_unique<FieldExtractor>(loaded_->rules[rule].output, inspector_, checks_);
		}
		return *extractor;
	}

	void report_differences() const
	{
		const uint64_t differences = evaluator_->differences();
		if (differences == 0) {
			host_.log(FALCO_LOG_INFO, "evaluators agreed on all verdicts");
		} else {
			host_.log(FALCO_LOG_ERROR, "evaluators differed in " + std::to_string(differences) +
							   " verdicts; libsinsp's were used");
		}
	}

	void tell_profile() noexcept
	{
		try {
			if (profiler_ && profiler_->events() > 0) {
				profile_report_.tell(profiler_->result(), host_);
			}
		} catch (const std::exception &e) {
			host_.log(FALCO_LOG_ERROR, std::string("profile: ") + e.what());
		}
		profiler_.reset(); // it points into the old rules
	}

	// The values of a match and its explanation, if there may be one more. Valid until the next call.
	const falco_value *with_explanation(sinsp_evt *event, uint32_t rule, const falco_match &match)
	{
		values_.assign(match.values, match.values + loaded_->rules[rule].output.fields.size());
		falco_value explanation = {};
		if (explanations_.may_make(match.time_ns)) {
			explanation_ = explainer()
					       .deciding_checks(event, rule)
					       .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
			explanation.text = explanation.json = falco::str(explanation_);
		}
		values_.insert(values_.end() - static_cast<long>(options_.extra_fields.size()), explanation);
		return values_.data();
	}

	// Made when it is first asked for: most runs never are.
	Explainer &explainer()
	{
		if (!explainer_) {
			explainer_ = std::make_unique<Explainer>(loaded_->files, loaded_->rules, everything_);
			if (inspector_) {
				explainer_->bind(inspector_);
			}
		}
		return *explainer_;
	}

	uint32_t number_of(uint32_t rule) const
	{
		if (rule >= loaded_->rules.size()) {
			throw std::runtime_error("there is no rule " + std::to_string(rule));
		}
		return rule;
	}

	static void write(const falco_text_sink &sink, const std::string &text)
	{
		sink.write(sink.ctx, text.data(), text.size());
	}

	// Reads and checks rules, and whether `explanations`, if any, are of some. Throws ConfigError when anything is
	// wrong with them.
	std::unique_ptr<Loaded> read(const falco_load_request &request, const CompileOptions &options,
				     const std::vector<Selection> &selections, int least_priority,
				     const AlertExplanations *explanations, const falco_report &report)
	{
		Findings findings;
		auto loaded = std::make_unique<Loaded>();
		loaded->files = read_rules(request.paths, findings);
		select_rules(loaded->files, selections, least_priority, findings);
		if (explanations) explanations->check(loaded->files, findings);
		sinsp unopened; // only asked which fields there are
		loaded->rules = compile_rules(loaded->files, options, &unopened, checks_, findings);
		findings.send(report);
		if (findings.errors() > 0) {
			const size_t others = findings.errors() - 1;
			throw falco::ConfigError(findings.first() +
						 (others == 0
							  ? ""
							  : " (and " + std::to_string(others) +
								    (others == 1 ? " more error)" : " more errors)")));
		}
		return loaded;
	}

	// The literals of the outputs are the host's from then on.
	void announce(const falco_rule_sink &sink)
	{
		for (auto &rule : loaded_->rules) {
			std::vector<const char *> tags, fields;
			std::forward_list<std::string> marked; // names of fields that only the text has
			for (const auto &tag : rule.item->tags) {
				tags.push_back(tag.c_str());
			}
			tags.push_back(nullptr);
			for (const auto &field : rule.output.fields) {
				fields.push_back(field->for_text_only ? marked.emplace_front("%" + field->name).c_str()
								      : field->name.c_str());
			}
			if (explanations_.wants(*rule.item)) {
				fields.insert(fields.end() - static_cast<long>(options_.extra_fields.size()),
					      AlertExplanations::kField); // the extra ones are the last
			}
			std::vector<falco_piece> pieces;
			for (const auto &piece : rule.output.pieces) {
				pieces.push_back({falco::str(piece.literal), piece.field, piece.width});
			}
			falco_rule announced = {};
			announced.struct_size = sizeof announced;
			announced.priority = rule.item->priority;
			announced.name = rule.item->name.c_str();
			announced.desc = rule.item->desc.c_str();
			announced.source = rule.item->source.c_str();
			announced.tags = tags.data();
			announced.output = pieces.data();
			announced.output_size = static_cast<uint32_t>(pieces.size());
			announced.fields = fields.data();
			announced.field_count = static_cast<uint32_t>(fields.size());
			sink.add(sink.ctx, &announced);
			std::vector<OutputPiece>().swap(rule.output.pieces);
		}
	}

	falco::Host host_;
	std::string evaluator_name_;
	bool all_;
	CompileOptions options_;
	std::vector<Selection> selections_;
	NameResolution names_;
	int least_priority_;
	BaseSyscalls base_syscalls_;
	bool everything_;
	sinsp_filter_check_list checks_;
	std::unique_ptr<Loaded> loaded_ = std::make_unique<Loaded>();

	sinsp *inspector_ = nullptr; // while bound
	std::unique_ptr<Evaluator> evaluator_;
	std::vector<std::unique_ptr<FieldExtractor>> extractors_; // by rule, of those that have matched
	std::unique_ptr<Explainer> explainer_;                    // of the loaded rules; bound when this is

	ProfileReport profile_report_;
	std::unique_ptr<Profiler> profiler_; // of the loaded rules, if a profile is wanted; bound when this is

	AlertExplanations explanations_;
	std::vector<bool> explained_; // by rule: its alerts may carry an explanation
	std::vector<falco_value> values_;
	std::string explanation_;
	std::vector<uint32_t> matched_;
};

} // namespace

FALCO_MATCHER_PLUGIN(MatcherSinsp, {"sinsp", "0.2.0", "matches libsinsp events against rules files", nullptr, kSchema})
