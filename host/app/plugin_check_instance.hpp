// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/app/plugin_checks.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace falco::host {

// Thrown by what finds, in the middle of a check, that it is over.
struct CheckEnd {
	CheckResult result;
};

// Where a call is made: on this thread, or on another.
using Runner = std::function<void(const std::function<void()> &)>;
void run_here(const std::function<void()> &call);

// Makes each call on a thread of its own. All of them live until the end, so that no two look like the same one.
class ThreadPerCall {
public:
	ThreadPerCall() = default;
	~ThreadPerCall();
	ThreadPerCall(const ThreadPerCall &) = delete;
	ThreadPerCall &operator=(const ThreadPerCall &) = delete;
	void run(const std::function<void()> &call); // returns when the call has

private:
	std::mutex mutex_;
	std::condition_variable changed_;
	size_t done_ = 0;    // calls, mutex_
	bool ended_ = false; // mutex_
	std::vector<std::thread> threads_;
};

// Pages that hold what the host shows to a plugin, ended by a page that cannot be touched: who reads beyond crashes.
class Pages {
public:
	Pages() = default;
	~Pages();
	Pages(const Pages &) = delete;
	Pages &operator=(const Pages &) = delete;
	// A copy that ends right before the guard page; aligned when the size is.
	void *hold(const void *data, size_t size);
	void make_read_only();
	void make_unreadable();

private:
	struct Mapping {
		void *start;
		size_t size; // without the guard page
	};
	void protect(int how);
	std::vector<Mapping> mappings_;
};

// Shows tables with more behind them than their type has, as a newer host would, or with nothing behind them at all.
class Tables {
public:
	explicit Tables(uint32_t extra) : extra_(extra) {}
	template <typename Table>
	const Table *show(const Table &table)
	{
		std::string bytes(reinterpret_cast<const char *>(&table), sizeof table);
		bytes.append(extra_, '\x5a');
		auto *const copy = static_cast<Table *>(pages_.hold(bytes.data(), bytes.size()));
		copy->struct_size = static_cast<uint32_t>(bytes.size());
		return copy;
	}

private:
	Pages pages_;
	uint32_t extra_;
};

// What a load brought.
struct LoadOutcome {
	falco_status status = FALCO_OK;
	size_t rules = 0;
	size_t errors = 0; // findings of that level
};

// An instance under test. Every call is made as the host makes it, and what it returns is judged: a status that the
// function may not return, a failure without a message, a byte written behind the error buffer end the check as failed.
class CheckedInstance {
public:
	// Calls create. `name` is the instance's.
	CheckedInstance(const CheckSubject &subject, const std::string &name, Runner runner = run_here,
			Tables *tables = nullptr);
	~CheckedInstance();
	CheckedInstance(const CheckedInstance &) = delete;
	CheckedInstance &operator=(const CheckedInstance &) = delete;

	bool is_made() const { return self_ != nullptr; }
	// Why it is not made; judged.
	const Status &failure() const { return failure_; }
	// Ends the check as skipped when it is not made.
	void require_made() const;
	void destroy();

	// Outputs. A function that the plugin does not have succeeds.
	falco_status write(const falco_alert &alert);
	// As many calls as it takes; alert by alert when the plugin has no write_batch.
	falco_status write_batch(const std::vector<const falco_alert *> &alerts);
	falco_status flush();
	falco_status reopen();

	// Sources.
	falco_status start();
	falco_status next(falco_event &event);
	void *context();
	void stop();

	// Taps; flush as of outputs.
	falco_status bind(void *context);
	falco_status event(const falco_event &event);
	void unbind();

	// Tools.
	falco_status run(const char *command, const char *arguments);

	// All kinds; nothing when the plugin does not have it. What is wrong with the names that it gave; empty:
	// nothing.
	std::string metrics();

	// The function that was judged last, and what it said when it failed.
	const std::string &last_call() const { return last_call_; }
	const std::string &last_message() const { return last_message_; }

	// Matchers.
	LoadOutcome load(const std::string &path);
	// What describe and interests say, as far as the plugin has them.
	std::string state();

private:
	template <typename Call>
	void call(const char *function, Call body);
	template <typename Call>
	falco_status judged(const char *function, Call body);
	// As the plugin gets it.
	template <typename Table>
	const Table *shown(const Table &table)
	{
		return tables_ ? tables_->show(table) : &table;
	}

	const CheckSubject &subject_;
	std::string kind_;
	std::string name_;
	Runner runner_;
	HostServices services_;
	HostHandle host_;
	Tables *const tables_;
	void *self_ = nullptr;
	Status failure_;
	std::string last_call_, last_message_;
};

constexpr int kCheckCaptures = 3; // that a source is to replay, one after the other

// Ends the check as skipped unless --with names something that the source can read.
void require_something_to_read(const CheckSubject &source);

// A source of a tap's family that replays the trace of --with, three times. The constructor ends the check as skipped
// when there is none.
class CheckSource {
public:
	explicit CheckSource(const CheckSubject &tap);
	CheckSource(const CheckSource &) = delete;
	CheckSource &operator=(const CheckSource &) = delete;
	CheckedInstance &get() { return *source_; }

private:
	CheckSubject subject_;
	std::unique_ptr<CheckedInstance> source_;
};

// Has the tap see the first `events` of the next capture; `judge` gets what its calls return.
void show_capture(CheckedInstance &source, CheckedInstance &tap, int events,
		  const std::function<void(falco_status)> &judge);

// The calls of a short life. The statuses, in order, of what was called.
std::vector<falco_status> exercise(const CheckSubject &subject, const Runner &runner, Tables *tables = nullptr);

// An alert to write. The text is in its line and message, the bytes are a field's value.
class SampleAlert {
public:
	SampleAlert(std::string text, std::string bytes);
	SampleAlert(const SampleAlert &) = delete;
	SampleAlert &operator=(const SampleAlert &) = delete;
	const falco_alert &get() const { return alert_; }

private:
	std::string text_, bytes_;
	falco_field field_{};
	const char *tags_[1] = {nullptr};
	falco_alert alert_{};
};

// An alert of random text and bytes.
SampleAlert random_alert(std::mt19937_64 &random);
// A configuration that is odd in some way, from the schema's keys and the given configuration. No text in it that is
// not in the latter can be a path.
std::string random_config(const CheckSubject &subject, std::mt19937_64 &random);
// Calls in random order, as a host might make them.
void random_calls(CheckedInstance &output, std::mt19937_64 &random, int calls);
// Makes an instance with this configuration, which need not fit the schema, and destroys it.
void try_config(const CheckSubject &subject, const std::string &config, uint64_t seed);

// A file that is only in memory and goes with the process, however that ends.
class MemoryFile {
public:
	explicit MemoryFile(std::string_view content = {});
	~MemoryFile();
	MemoryFile(const MemoryFile &) = delete;
	MemoryFile &operator=(const MemoryFile &) = delete;
	int fd() const { return fd_; }
	std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }
	std::string content() const;

private:
	int fd_;
};

} // namespace falco::host
