// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/unit/pipeline/fake_output.hpp"

#include <atomic>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace falco::host::test {

// A rule whose message is the value of its one field.
inline Rule simple_rule(std::string name = "rule", int priority = 4)
{
	Rule rule;
	rule.name = std::move(name);
	rule.priority = priority;
	rule.source = "syscall";
	rule.fields = {"text"};
	rule.output = {{"", 0, 0}};
	return rule;
}

// Outputs over fakes, with what they log and report. Fakes are added, then `start`ed.
class Rig {
public:
	Rig()
	{
		settings.output_timeout = std::chrono::milliseconds(10000);
		settings.log = [this](falco_level, const std::string &text) {
			std::lock_guard lock(mutex_);
			log_.push_back(text);
			changed_.notify_all();
		};
		settings.fatal = [this](const std::string &text) {
			std::lock_guard lock(mutex_);
			fatal_.push_back(text);
			changed_.notify_all();
		};
	}
	// Whoever is still held inside of a fake comes out before the fakes go.
	~Rig() { outputs.reset(); }

	// Settings for the next fake: bare messages, tried again quickly.
	static InstanceConfig instance(std::string name = "fake")
	{
		InstanceConfig config;
		config.name = std::move(name);
		config.required = false;
		config.retry = {std::chrono::milliseconds(1), std::chrono::milliseconds(4),
				std::chrono::milliseconds(20000)};
		return config;
	}

	// Likewise, but an alert is lost after that time.
	static InstanceConfig giving_up_after(std::chrono::milliseconds time)
	{
		InstanceConfig config = instance();
		config.retry.give_up_after = time;
		return config;
	}

	void add(FakeOutput &fake, const InstanceConfig &config = instance())
	{
		entries.push_back(
			{std::make_unique<Output>(fake.plugin(), config.name, fake.config(), services), config});
	}

	void make(RuleSet rules = {simple_rule()})
	{
		outputs = std::make_unique<Outputs>(std::move(entries), settings);
		outputs->use_rules(std::make_shared<const RuleSet>(std::move(rules)));
	}
	void start(RuleSet rules = {simple_rule()})
	{
		make(std::move(rules));
		outputs->start();
	}

	// With these alerts waiting already.
	void start_with(std::initializer_list<const char *> waiting)
	{
		make();
		for (const char *text : waiting)
			deliver(text);
		outputs->start();
	}

	void deliver(const std::string &text, uint32_t rule = 0, uint64_t time_ns = 1)
	{
		const falco_value value{{text.data(), text.size()}, {nullptr, 0}};
		const falco_match match{sizeof(falco_match), rule, time_ns, 1, &value};
		outputs->deliver(match, stop);
	}

	Outputs::Report report(size_t output = 0) const { return outputs->report().at(output); }

	// Until its output's report is so, which nothing tells. The test fails when that is not for a long time.
	template <typename So>
	void wait_for_report(So so) const
	{
		const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
		while (!so(report())) {
			ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the report does not come";
			std::this_thread::yield();
		}
	}

	std::vector<std::string> log()
	{
		std::lock_guard lock(mutex_);
		return log_;
	}
	std::vector<std::string> fatal()
	{
		std::lock_guard lock(mutex_);
		return fatal_;
	}
	void wait_for_log(const std::string &text)
	{
		std::unique_lock lock(mutex_);
		wait_until(changed_, lock, [&] {
			for (const std::string &line : log_) {
				if (line.find(text) != std::string::npos) return true;
			}
			return false;
		});
	}
	void wait_for_fatal()
	{
		std::unique_lock lock(mutex_);
		wait_until(changed_, lock, [&] { return !fatal_.empty(); });
	}

	HostServices services{"1.0.0", "host", nullptr, FALCO_LOG_INFO};
	Outputs::Settings settings;
	std::vector<Outputs::Entry> entries;
	std::atomic<bool> stop{false};
	std::unique_ptr<Outputs> outputs;

private:
	std::mutex mutex_; // for all below
	std::condition_variable changed_;
	std::vector<std::string> log_, fatal_;
};

} // namespace falco::host::test
