// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/internal_alert.hpp"

#include "host/pipeline/alert.hpp"
#include "host/pipeline/alert_filter.hpp"
#include "host/pipeline/outputs_state.hpp"

#include <chrono>
#include <exception>
#include <utility>

namespace falco::host {

namespace {

uint64_t now_ns()
{
	using namespace std::chrono;
	return static_cast<uint64_t>(duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count());
}

falco_str str(const std::string &text)
{
	return {text.data(), text.size()};
}

std::vector<falco_value> values_of(const InternalAlert &alert)
{
	std::vector<falco_value> values;
	for (const InternalAlert::Field &field : alert.fields)
		values.push_back({str(field.text), field.json.empty() ? falco_str{nullptr, 0} : str(field.json)});
	return values;
}

} // namespace

void InternalAlert::add_number(std::string name, uint64_t value)
{
	const std::string text = std::to_string(value);
	fields.push_back({std::move(name), text, text});
}

Rule rule_of(const InternalAlert &alert)
{
	Rule rule;
	rule.name = alert.rule;
	rule.source = "internal";
	rule.has_events = false;
	rule.priority = alert.priority;
	rule.output = {{alert.message, -1, 0}};
	for (const InternalAlert::Field &field : alert.fields)
		rule.fields.push_back(field.name);
	return rule;
}

// Everything is made before the lock is taken, but for the alert itself, whose number decides its place in the queues.
void Outputs::deliver_internal(const InternalAlert &internal)
{
	try {
		const Rule rule = rule_of(internal);
		const auto texts = std::make_shared<const RuleTexts>(std::make_shared<const RuleSet>(RuleSet{rule}));
		const std::vector<falco_value> values = values_of(internal);
		falco_match match{};
		match.struct_size = sizeof match;
		match.time_ns = internal.time_ns != 0 ? internal.time_ns : now_ns();
		match.values = values.data();

		const std::lock_guard<std::mutex> lock(state_->numbering);
		++state_->internal_alerts;
		const auto alert = std::make_shared<Alert>(match, texts, state_->run, ++state_->sequence);
		for (State::Slot &slot : state_->slots) {
			if (wants(slot.filter, rule)) {
				slot.worker->offer_or_drop(alert);
			} else {
				slot.worker->count_filtered();
			}
		}
	} catch (const std::exception &e) {
		state_->log(FALCO_LOG_ERROR, "an alert of falco's own is lost: " + std::string(e.what()));
	}
}

uint64_t Outputs::internal_alerts() const
{
	const std::lock_guard<std::mutex> lock(state_->numbering);
	return state_->internal_alerts;
}

} // namespace falco::host
