// SPDX-License-Identifier: Apache-2.0
#include "host/error.hpp"
#include "host/plugins/call_status.hpp"
#include "host/plugins/crash.hpp"
#include "host/plugins/plugin.hpp"
#include "host/plugins/rule_copy.hpp"

#include <cstring>

namespace falco::host {

Matcher::Matcher(const Plugin &plugin, const std::string &name, const nlohmann::json &config,
		 const HostServices &services)
    : name_(name), host_(services, name), ops_(plugin.table->matcher)
{
	const std::string text = config.dump();
	falco_error error{};
	const CallScope scope("matcher", name_.c_str(), "create");
	self_ = call_plugin(ops_->create, host_.get(), text.c_str(), &error);
	if (!self_) throw Error("matcher '" + name_ + "': " + settle_create(error).message);
}

Matcher::~Matcher()
{
	const CallScope scope("matcher", name_.c_str(), "destroy");
	call_plugin(ops_->destroy, self_);
}

namespace {

// As falco_load_request has them.
std::vector<const char *> to_names(const std::vector<std::string> &paths)
{
	std::vector<const char *> names;
	for (const std::string &path : paths)
		names.push_back(path.c_str());
	names.push_back(nullptr);
	return names;
}

falco_text_sink sink_into(std::string &text)
{
	return {sizeof(falco_text_sink), 0, &text, [](void *ctx, const char *data, size_t size) noexcept {
			if (data) static_cast<std::string *>(ctx)->append(data, size);
		}};
}

} // namespace

LoadResult Matcher::load(const std::vector<std::string> &paths)
{
	const std::vector<const char *> names = to_names(paths);
	const falco_load_request request{sizeof(falco_load_request), 0, names.data()};
	LoadResult result;
	RuleCopies rules(result.rules);
	FindingCopies findings(result.findings);
	falco_error error{};
	{
		const CallScope scope("matcher", name_.c_str(), "load");
		result.status =
			settle(call_plugin(ops_->load, self_, &request, findings.report(), rules.sink(), &error),
			       "load", error);
	}
	if (result.status.ok() && !rules.problem().empty())
		result.status = {FALCO_ERR_FATAL, "load announced a faulty rule: " + rules.problem()};
	if (!result.status.ok()) result.rules.clear();
	result.rules.shrink_to_fit(); // they stay
	return result;
}

LoadResult Matcher::validate(const std::vector<std::string> &paths)
{
	if (!ops_->validate) throw Error("matcher '" + name_ + "' cannot check rules without loading them");
	const std::vector<const char *> names = to_names(paths);
	const falco_load_request request{sizeof(falco_load_request), 0, names.data()};
	LoadResult result;
	FindingCopies findings(result.findings);
	falco_error error{};
	const CallScope scope("matcher", name_.c_str(), "validate");
	result.status =
		settle(call_plugin(ops_->validate, self_, &request, findings.report(), &error), "validate", error);
	return result;
}

nlohmann::json Matcher::read_json(const char *function, TextCall call)
{
	std::string text;
	const falco_text_sink sink = sink_into(text);
	falco_error error{};
	Status status{FALCO_ERR_UNSUPPORTED, std::string("has no function '") + function + "'"};
	if (call) {
		const CallScope scope("matcher", name_.c_str(), function);
		status = settle(call_plugin(call, self_, &sink, &error), function, error);
	}
	return parse_json(function, status, text);
}

nlohmann::json Matcher::parse_json(const char *function, const Status &status, const std::string &text) const
{
	if (!status.ok()) throw Error("matcher '" + name_ + "': " + status.message);
	nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
	if (value.is_discarded()) throw Error("matcher '" + name_ + "': what " + function + " gives is no JSON");
	return value;
}

nlohmann::json Matcher::explain(const falco_event &event, uint32_t rule)
{
	std::string text;
	const falco_text_sink sink = sink_into(text);
	falco_error error{};
	Status status{FALCO_ERR_UNSUPPORTED, "has no function 'explain'"};
	if (ops_->explain) {
		const CallScope scope("matcher", name_.c_str(), "explain");
		status = settle(call_plugin(ops_->explain, self_, &event, rule, &sink, &error), "explain", error);
	}
	return parse_json("explain", status, text);
}

void Matcher::observe(const falco_event &event, uint32_t rule, uint32_t flags)
{
	falco_error error{};
	Status status{FALCO_ERR_UNSUPPORTED, "has no function 'observe'"};
	if (FALCO_HAS(ops_, observe)) {
		const CallScope scope("matcher", name_.c_str(), "observe");
		status = settle(call_plugin(ops_->observe, self_, &event, rule, flags, &error), "observe", error);
	}
	if (!status.ok()) throw Error("matcher '" + name_ + "': " + status.message);
}

nlohmann::json Matcher::observed()
{
	return read_json("observed", FALCO_HAS(ops_, observed) ? ops_->observed : nullptr);
}

nlohmann::json Matcher::describe()
{
	return read_json("describe", ops_->describe);
}

nlohmann::json Matcher::fields()
{
	return read_json("fields", ops_->fields);
}

nlohmann::json Matcher::events()
{
	return read_json("events", ops_->events);
}

nlohmann::json Matcher::rules_schema()
{
	return read_json("rules_schema", ops_->rules_schema);
}

std::string Matcher::interests()
{
	if (!ops_->interests) return {};
	std::string text;
	const falco_text_sink sink = sink_into(text);
	const CallScope scope("matcher", name_.c_str(), "interests");
	call_plugin(ops_->interests, self_, &sink);
	return text;
}

Status Matcher::bind(void *context)
{
	falco_error error{};
	const CallScope scope("matcher", name_.c_str(), "bind");
	return settle(call_plugin(ops_->bind, self_, context, &error), "bind", error);
}

falco_status Matcher::match(const falco_event &event, const falco_match_sink &sink, falco_error &error)
{
	clear(error);
	const CallScope scope("matcher", name_.c_str(), "match");
	const falco_status status = call_plugin(ops_->match, self_, &event, &sink, &error);
	return status == FALCO_OK ? status : settle_failure(status, "match", error);
}

void Matcher::unbind()
{
	const CallScope scope("matcher", name_.c_str(), "unbind");
	call_plugin(ops_->unbind, self_);
}

namespace {

void check_families(const Source &source, const std::string &taker, const falco_family &taken)
{
	const falco_family &made = source.family();
	if (std::strcmp(made.name, taken.name) != 0)
		throw Error("source '" + source.name() + "' and " + taker +
			    " do not fit together: the one makes events of the family " + made.name +
			    ", the other takes those of " + taken.name + "; use plugins of the same family");
	if (made.anchor != taken.anchor)
		throw Error("source '" + source.name() + "' and " + taker + " each carry their own copy of " +
			    made.name + "; they must share one: link both to the same shared library");
}

} // namespace

void check_families(const Source &source, const Matcher &matcher)
{
	check_families(source, "matcher '" + matcher.name() + "'", matcher.family());
}

void check_families(const Source &source, const Tap &tap)
{
	check_families(source, "tap '" + tap.name() + "'", tap.family());
}

} // namespace falco::host
