// SPDX-License-Identifier: Apache-2.0
#include "host/verify/offline.hpp"

#include "host/app/make_plugins.hpp"
#include "host/app/paths.hpp"
#include "host/error.hpp"
#include "host/pipeline/format.hpp"
#include "host/plugins/config_place.hpp"

#include <unistd.h>
#include <utility>

namespace falco::host {

using nlohmann::json;

namespace {

constexpr uint64_t kEventsOfProgress = 1000; // after which the progress is looked at
constexpr const char *kTraceSource = "source-scapfile";

void log_to_standard_error(const std::string &instance, falco_level level, std::string_view text)
{
	if (level >= FALCO_LOG_ERROR) {
		std::fprintf(stderr, "%s: %.*s\n", instance.c_str(), static_cast<int>(text.size()), text.data());
	}
}

} // namespace

ConfigRequest offline_request(const RuleOptions &options)
{
	ConfigRequest request = config_request(options);
	request.trace_files = {"-"}; // whatever source is configured, it is not opened
	request.need_output = false;
	return request;
}

std::vector<std::string> LoadedRules::names() const
{
	std::vector<std::string> all;
	for (const Rule &rule : *rules) {
		all.push_back(rule.name);
	}
	return all;
}

std::optional<uint32_t> LoadedRules::find(const std::string &name) const
{
	for (uint32_t number = 0; number < rules->size(); number++) {
		if ((*rules)[number].name == name) {
			return number;
		}
	}
	return std::nullopt;
}

Offline::Offline(const ConfigRequest &request) : config_(load_config(request))
{
	services_.version = FALCO_VERSION;
	char name[256] = "";
	services_.hostname = gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
	services_.log = log_to_standard_error;
	services_.log_level = FALCO_LOG_ERROR;
	matcher_ = load_plugin(config_.matcher.library, config_.plugin_dir, config_.matcher.sha256);
	scapfile_ = load_plugin(kTraceSource, config_.plugin_dir);
	if (matcher_.table->kind != FALCO_KIND_MATCHER || scapfile_.table->kind != FALCO_KIND_SOURCE) {
		throw Error("the matcher " + matcher_.path + " or the source " + scapfile_.path +
			    " is of another kind");
	}
}

LoadedRules Offline::load(const std::vector<std::string> &files) const
{
	return load(files, settings());
}

json Offline::settings() const
{
	json settings = config_with_blocks(matcher_, config_.matcher, config_.plugin_blocks);
	settings.erase("profile"); // of a run of falco; these commands measure for themselves
	return settings;
}

LoadedRules Offline::load(const std::vector<std::string> &files, const json &settings) const
{
	LoadedRules loaded;
	loaded.matcher = std::make_unique<Matcher>(matcher_, config_.matcher.name, settings, services_);
	LoadResult result = loaded.matcher->load(expand_folders(files.empty() ? config_.rules_files : files));
	add_places(result, config_.matcher.config);
	if (!result.status.ok()) {
		std::string message;
		for (const Finding &finding : result.findings) {
			if (finding.level == FALCO_LOG_ERROR) {
				message += (message.empty() ? "" : "\n") + finding.str();
			}
		}
		throw Error("cannot load the rules: " + (message.empty() ? result.status.message : message));
	}
	loaded.rules = std::make_shared<const RuleSet>(std::move(result.rules));
	loaded.texts = std::make_shared<const RuleTexts>(loaded.rules);
	return loaded;
}

std::unique_ptr<Source> Offline::open(const std::string &trace) const
{
	InstanceConfig instance;
	instance.name = "scapfile";
	return std::make_unique<Source>(scapfile_, instance.name,
					complete_config(scapfile_, instance, {{"paths", json::array({trace})}}),
					services_);
}

std::string Replay::run(Source &source) const
{
	std::string failure;
	bool go_on = true;
	while (go_on) {
		const Status started = source.start(interests, interests.empty());
		if (started.code == FALCO_END) {
			break;
		}
		if (!started.ok()) {
			if (failure == started.message) {
				break; // it is not getting on to another capture
			}
			failure = started.message;
			continue;
		}
		for (Matcher *matcher : matchers) {
			if (const Status bound = matcher->bind(source.context()); !bound.ok()) {
				throw Error("matcher '" + matcher->name() + "': " + bound.message);
			}
		}
		falco_event event = {};
		falco_error error = {};
		falco_status status = FALCO_OK;
		while (go_on && (status = source.next(event, error)) >= 0 && status != FALCO_END) {
			go_on = status == FALCO_TIMEOUT || on_event(event);
			if (progress && event.number % kEventsOfProgress == 0)
				progress->show(event.number, 0, " events");
		}
		if (status < 0) {
			failure = error.message;
		}
		for (Matcher *matcher : matchers) {
			matcher->unbind();
		}
		source.stop();
	}
	return failure;
}

AlertsOfEvent::AlertsOfEvent(const LoadedRules &rules)
    : rules_(rules), run_(std::make_shared<const Alert::Run>(FormatOptions(), "0000000000000000"))
{
}

const std::vector<FoundAlert> &AlertsOfEvent::match(const falco_event &event)
{
	alerts_.clear();
	falco_match_sink sink = {};
	sink.struct_size = sizeof sink;
	sink.ctx = this;
	sink.emit = emit;
	falco_error error = {};
	if (rules_.matcher->match(event, sink, error) < 0) {
		throw Error("event " + std::to_string(event.number) + ": " + error.message);
	}
	return alerts_;
}

void AlertsOfEvent::emit(void *ctx, const falco_match *match)
{
	auto &self = *static_cast<AlertsOfEvent *>(ctx);
	const Alert alert(*match, self.rules_.texts, self.run_, 1);
	const Rule &rule = (*self.rules_.rules)[match->rule];
	FoundAlert found;
	found.rule_number = match->rule;
	found.rule = rule.name;
	found.priority = rule.priority;
	found.message = alert.message();
	found.event = match->event_number;
	found.time_ns = match->time_ns;
	for (size_t i = 0; i < rule.fields.size(); i++) {
		const falco_str &value = match->values[i].text;
		if (value.data && !is_for_text_only(rule.fields[i])) {
			found.fields.emplace(rule.fields[i], std::string(value.data, value.size));
		}
	}
	self.alerts_.push_back(std::move(found));
}

std::string time_text(uint64_t time_ns)
{
	std::string text;
	append_iso_8601(text, time_ns);
	return text + "Z";
}

} // namespace falco::host
