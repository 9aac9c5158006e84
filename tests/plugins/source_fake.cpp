// SPDX-License-Identifier: Apache-2.0
//
// A source of the family "fake/1" that makes up its events. What the tests need to differ in the table itself are
// variants by definition: FAKE_FLAGS, FAKE_FAMILY and FAKE_ANCHOR.
#include "tests/plugins/fake_event.h"

#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <unistd.h>
#include <vector>

#ifndef FAKE_FLAGS
#define FAKE_FLAGS 0
#endif
#ifndef FAKE_FAMILY
#define FAKE_FAMILY "fake/1"
#endif
#ifndef FAKE_ANCHOR
#define FAKE_ANCHOR nullptr
#endif

namespace {

[[maybe_unused]] constexpr int own_library = 0;

constexpr const char *kSchema = R"({
	"type": "object",
	"additionalProperties": false,
	"properties": {
		"paths": {"type": "array", "items": {"type": "string"}, "default": [],
			"description": "names of captures; nothing is read from them"},
		"captures": {"type": "integer", "minimum": 0, "default": 1, "description": "how many, without paths"},
		"events": {"type": "integer", "minimum": 0, "default": 10, "description": "in each capture"},
		"names": {"type": "array", "items": {"type": "string"}, "minItems": 1, "default": ["open", "close"],
			"description": "of the events, in turn"},
		"fail_at": {"type": "integer", "minimum": 0, "default": 0,
			"description": "the event in whose place next fails; 0: none"},
		"fail_start": {"type": "boolean", "default": false, "description": "start fails"},
		"endless": {"type": "boolean", "default": false,
			"description": "after the events nothing happens, instead of the end"},
		"metrics": {"type": "array", "items": {"type": "object"}, "default": [],
			"description": "the counters each time they are asked for; the last stay"},
		"gate_at": {"type": "integer", "minimum": 0, "default": 0,
			"description": "after this event nothing happens until the file \"gate\" is there; 0: none"},
		"gate": {"type": "string", "default": "", "description": "a path"},
		"until": {"type": "string", "default": "",
			"description": "a path: events come until this file is there, however many"},
		"fixed": {"type": "boolean", "default": false, "description": "an open capture cannot be changed"}
	}
})";

class FakeSource final : public falco::Source {
public:
	static constexpr falco_family family = {FAKE_FAMILY, FAKE_ANCHOR};

	FakeSource(falco::Host host, std::string_view config) : host_(host), config_(nlohmann::json::parse(config))
	{
		events_ = config_["events"];
		fail_at_ = config_["fail_at"];
		endless_ = config_["endless"];
		gate_at_ = config_["gate_at"];
		gate_ = config_["gate"];
		until_ = config_["until"];
		names_ = config_["names"].get<std::vector<std::string>>();
		left_ = config_["paths"].empty() ? config_["captures"].get<uint64_t>() : config_["paths"].size();
	}

	bool start(const falco_capture_request &request) override
	{
		host_.log(FALCO_LOG_INFO,
			  "start for \"" + std::string(falco::view(request.interests)) + "\"" +
				  ((request.flags & FALCO_CAPTURE_EVERY_EVENT) != 0 ? " and every event" : ""));
		if (config_["fail_start"]) throw std::runtime_error("the fake device cannot be opened");
		if (left_ == 0) return false;
		--left_;
		number_ = 0;
		return true;
	}

	void update(const falco_capture_request &request) override
	{
		if (config_["fixed"]) throw falco::Unsupported("this fake is fixed");
		host_.log(FALCO_LOG_INFO, "update for \"" + std::string(falco::view(request.interests)) + "\"");
	}

	void *context() override { return this; }

	falco::Next next(falco_event &event) override
	{
		if (fail_at_ != 0 && number_ + 1 == fail_at_) throw std::runtime_error("the fake capture broke");
		if (gate_at_ != 0 && number_ == gate_at_ && access(gate_.c_str(), F_OK) != 0)
			return falco::Next::timeout;
		const bool over = until_.empty() ? number_ == events_ : access(until_.c_str(), F_OK) == 0;
		if (over) return endless_ ? falco::Next::timeout : falco::Next::end;
		++number_;
		current_ = {number_, names_[(number_ - 1) % names_.size()].c_str()};
		event.number = number_;
		event.time_ns = 1'000'000'000'000'000'000 + number_ * 1'000'000'000;
		event.object = &current_;
		return falco::Next::event;
	}

	void stop() noexcept override { host_.log(FALCO_LOG_INFO, "stop"); }

	void metrics(const falco_metric_sink &sink) override
	{
		const nlohmann::json &all = config_["metrics"];
		if (all.empty()) return;
		for (const auto &[name, value] : all[std::min(asked_, all.size() - 1)].items())
			sink.counter(sink.ctx, name.c_str(), value.get<uint64_t>());
		++asked_;
	}

private:
	falco::Host host_;
	nlohmann::json config_;
	uint64_t events_ = 0, fail_at_ = 0, gate_at_ = 0, left_ = 0, number_ = 0;
	std::string gate_, until_;
	bool endless_ = false;
	size_t asked_ = 0; // metrics
	std::vector<std::string> names_;
	fake_event current_{};
};

} // namespace

FALCO_SOURCE_PLUGIN(FakeSource, FAKE_FLAGS, {"fake", "1.0.0", "makes events up for tests", nullptr, kSchema})
