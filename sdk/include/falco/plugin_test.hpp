// SPDX-License-Identifier: Apache-2.0
//
// falco/plugin_test.hpp - for the tests of a plugin: the host's side, faked. Needs the standard library only, and goes
// with any test framework. Link the plugin's sources into the test and name its table:
//
//   falco::plugin_test::FakeHost host;
//   falco::plugin_test::OutputInstance output(falco_plugin_entry, host, R"({"path": "/tmp/x"})");
//   const falco::plugin_test::Alert alert = falco::plugin_test::Alert().line("a line").priority(3);
//   output.write(alert);                 // FALCO_OK, or what it returned; output.message() says why
//
// The configuration is passed as it is: it is the test's to write what fits the plugin's schema, all defaults filled
// in.
#pragma once

#include "falco/plugin.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace falco {
namespace plugin_test {

// Collects what a plugin logs. Any thread; it must outlive the instances that use it.
class FakeHost {
public:
	struct Line {
		falco_level level;
		std::string text;
	};

	explicit FakeHost(std::string instance = "test") : instance_(std::move(instance))
	{
		host_.struct_size = sizeof host_;
		host_.abi_minor = FALCO_ABI_MINOR;
		host_.version = "0.0.0-test";
		host_.hostname = "testhost";
		host_.instance = instance_.c_str();
		host_.ctx = this;
		host_.log_enabled = [](const falco_host *, falco_level) noexcept -> int32_t { return 1; };
		host_.log = [](const falco_host *host, falco_level level, const char *text, size_t size) noexcept {
			auto &self = *static_cast<FakeHost *>(host->ctx);
			const std::lock_guard<std::mutex> lock(self.mutex_);
			self.lines_.push_back({level, std::string(text, size)});
		};
	}
	FakeHost(const FakeHost &) = delete;
	FakeHost &operator=(const FakeHost &) = delete;

	const falco_host *get() const noexcept { return &host_; }

	std::vector<Line> lines() const
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		return lines_;
	}
	// Whether a line holds this text.
	bool logged(const std::string &text) const
	{
		const std::vector<Line> all = lines();
		return std::any_of(all.begin(), all.end(),
				   [&](const Line &line) { return line.text.find(text) != std::string::npos; });
	}

private:
	std::string instance_;
	falco_host host_{};
	mutable std::mutex mutex_;
	std::vector<Line> lines_; // mutex_
};

// An alert as the host would make it, with values of your own. Each setter returns the alert itself.
class Alert {
public:
	Alert() = default;

	Alert &line(std::string text) { return set(line_, std::move(text)); }
	Alert &message(std::string text) { return set(message_, std::move(text)); }
	Alert &id(std::string text) { return set(id_, std::move(text)); }
	Alert &rule(std::string text) { return set(rule_, std::move(text)); }
	Alert &source(std::string text) { return set(source_, std::move(text)); }
	Alert &hostname(std::string text) { return set(hostname_, std::move(text)); }
	Alert &priority(int32_t value) { return set(priority_, value); } // 0 emergency ... 7 debug
	Alert &time_ns(uint64_t value) { return set(time_ns_, value); }  // since the Unix epoch
	Alert &sequence(uint64_t value) { return set(sequence_, value); }
	Alert &tag(std::string text) { return tags_.push_back(std::move(text)), *this; }
	// Bytes as they came from the event.
	Alert &field(std::string name, std::string value)
	{
		fields_.push_back({std::move(name), std::move(value), true});
		return *this;
	}
	Alert &field_without_value(std::string name)
	{
		fields_.push_back({std::move(name), {}, false});
		return *this;
	}

	// The struct; valid as long as this object is neither changed nor destroyed.
	const falco_alert &get() const
	{
		tag_pointers_.clear();
		for (const std::string &one : tags_)
			tag_pointers_.push_back(one.c_str());
		tag_pointers_.push_back(nullptr);
		field_structs_.clear();
		for (const Field &one : fields_) {
			falco_field made{};
			made.name = one.name.c_str();
			if (one.has_value) made.value.text = str(one.value);
			field_structs_.push_back(made);
		}
		alert_ = falco_alert{};
		alert_.struct_size = sizeof alert_;
		alert_.priority = priority_;
		alert_.time_ns = time_ns_;
		alert_.sequence = sequence_;
		alert_.id = id_.c_str();
		alert_.rule = rule_.c_str();
		alert_.source = source_.c_str();
		alert_.hostname = hostname_.c_str();
		alert_.tags = tag_pointers_.data();
		alert_.line = str(line_);
		alert_.message = str(message_);
		alert_.fields = field_structs_.data();
		alert_.field_count = static_cast<uint32_t>(field_structs_.size());
		return alert_;
	}

private:
	struct Field {
		std::string name, value;
		bool has_value;
	};
	template <typename Value>
	Alert &set(Value &member, Value value)
	{
		member = std::move(value);
		return *this;
	}

	std::string line_ = "12:00:00.000000000: Warning a message", message_ = "a message", id_ = "test-1",
		    rule_ = "a_rule", source_ = "syscall", hostname_ = "testhost";
	int32_t priority_ = 4;
	uint64_t time_ns_ = 1465256864080226697, sequence_ = 1;
	std::vector<std::string> tags_;
	std::vector<Field> fields_;
	mutable std::vector<const char *> tag_pointers_;
	mutable std::vector<falco_field> field_structs_;
	mutable falco_alert alert_{};
};

// An output, called as the host calls it. Functions that the plugin does not have succeed.
class OutputInstance {
public:
	// Throws std::runtime_error with the plugin's message when create fails.
	OutputInstance(const falco_plugin &plugin, const FakeHost &host, const std::string &config = "{}")
	    : ops_(plugin.output)
	{
		if (!ops_) throw std::runtime_error("the plugin is no output");
		error_ = falco_error{};
		self_ = ops_->create(host.get(), config.c_str(), &error_);
		if (!self_) throw std::runtime_error(message());
	}
	~OutputInstance() { ops_->destroy(self_); }
	OutputInstance(const OutputInstance &) = delete;
	OutputInstance &operator=(const OutputInstance &) = delete;

	falco_status write(const Alert &alert)
	{
		error_ = falco_error{};
		return ops_->write(self_, &alert.get(), &error_);
	}
	// As write for one alert after the other when the plugin has no write_batch. `taken` may be nullptr.
	falco_status write_batch(const std::vector<Alert> &alerts, size_t *taken = nullptr)
	{
		std::vector<const falco_alert *> pointers;
		for (const Alert &one : alerts)
			pointers.push_back(&one.get());
		size_t count = 0;
		falco_status status = FALCO_OK;
		error_ = falco_error{};
		if (ops_->write_batch) {
			status = ops_->write_batch(self_, pointers.data(), pointers.size(), &count, &error_);
		} else {
			while (count < pointers.size() &&
			       (status = ops_->write(self_, pointers[count], &error_)) == FALCO_OK)
				++count;
		}
		if (taken) *taken = count;
		return status;
	}
	falco_status flush() { return call(ops_->flush); }
	falco_status reopen() { return call(ops_->reopen); }

	// Why the last call failed.
	std::string message() const { return error_.message; }

private:
	falco_status call(falco_status (*function)(falco_output *, falco_error *))
	{
		error_ = falco_error{};
		return function ? function(self_, &error_) : FALCO_OK;
	}

	const falco_output_ops *ops_;
	falco_output *self_ = nullptr;
	falco_error error_{};
};

// A folder of its own, removed with all that is in it.
class TempDir {
public:
	TempDir() : path_((std::filesystem::temp_directory_path() / "falco-plugin-XXXXXX").string())
	{
		if (!mkdtemp(path_.data())) throw std::runtime_error("mkdtemp " + path_ + ": " + std::strerror(errno));
	}
	~TempDir()
	{
		std::error_code ignored; // a folder that stays behind spoils no test
		std::filesystem::remove_all(path_, ignored);
	}
	TempDir(const TempDir &) = delete;
	TempDir &operator=(const TempDir &) = delete;

	const std::string &path() const noexcept { return path_; }
	std::string file(const std::string &name) const { return path_ + "/" + name; }
	// What stands in a file; empty when there is none.
	std::string read(const std::string &name) const
	{
		std::ifstream stream(file(name), std::ios::binary);
		return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
	}

private:
	std::string path_;
};

} // namespace plugin_test
} // namespace falco
