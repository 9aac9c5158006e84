// SPDX-License-Identifier: Apache-2.0
#include "host/isolation/isolated_output.hpp"

#include "host/error.hpp"
#include "host/isolation/alert_wire.hpp"
#include "host/isolation/process.hpp"
#include "host/plugins/library.hpp"
#include "host/plugins/path_safety.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace falco::host {

namespace isolation {

namespace {

// In a row, at the same alert, which is then given up. Of one that no process ever took the reason may be another.
constexpr int kMostCrashes = 3;
constexpr int kMostFirstCrashes = 10;
constexpr auto kLongestFarewell = std::chrono::seconds(5);

// What the plugin's table says, as far as falco needs it.
struct Hello {
	uint32_t kind = 0, flags = 0;
	bool batch = false, flush = false, reopen = false, metrics = false;
	std::string name, version, description;
	std::optional<std::string> schema;

	explicit Hello(const std::string &bytes)
	{
		Reader reader(bytes);
		kind = static_cast<uint32_t>(reader.number_up_to(UINT32_MAX));
		flags = static_cast<uint32_t>(reader.number_up_to(UINT32_MAX));
		batch = reader.number() != 0;
		flush = reader.number() != 0;
		reopen = reader.number() != 0;
		metrics = reader.number() != 0;
		name = reader.text();
		version = reader.text();
		description = reader.text();
		const falco_str text = reader.text_or_null();
		if (text.data) schema.emplace(text.data, text.size);
	}
	bool same_calls(const Hello &other) const
	{
		return kind == other.kind && flags == other.flags && batch == other.batch && flush == other.flush &&
		       reopen == other.reopen && metrics == other.metrics;
	}
};

struct Answer {
	Status status;
	uint64_t taken = 0;

	Answer(const std::string &bytes, uint64_t most)
	{
		Reader reader(bytes);
		status.code = static_cast<falco_status>(static_cast<int64_t>(reader.number()));
		taken = reader.number_up_to(most);
		status.message = reader.text();
	}
};

} // namespace

// Behind an output's table of functions, in falco's process.
class IsolatedOutput {
public:
	IsolatedOutput(StartRequest request, const HostServices &services)
	    : request_(std::move(request)), services_(services), process_(start_process()),
	      hello_(process_->hello(limit()))
	{
		ops_.struct_size = sizeof ops_;
		ops_.flags = hello_.flags;
		ops_.write = write;
		ops_.destroy = destroy;
		ops_.write_batch = write_batch;
		ops_.flush = hello_.flush ? flush : nullptr;
		ops_.reopen = hello_.reopen ? reopen : nullptr;
		ops_.metrics = hello_.metrics ? metrics : nullptr;
		table_.magic = FALCO_ABI_MAGIC;
		table_.struct_size = sizeof table_;
		table_.abi_major = FALCO_ABI_MAJOR;
		table_.abi_minor = FALCO_ABI_MINOR;
		table_.kind = hello_.kind;
		table_.name = hello_.name.c_str();
		table_.version = hello_.version.c_str();
		table_.description = hello_.description.c_str();
		table_.config_schema = hello_.schema ? hello_.schema->c_str() : nullptr;
		table_.output = &ops_;
		if (hello_.kind != FALCO_KIND_OUTPUT)
			throw Error(request_.library + " is of kind " + kind_name(hello_.kind) +
				    ", and only an output can have a process of its own");
	}
	IsolatedOutput(const IsolatedOutput &) = delete;
	IsolatedOutput &operator=(const IsolatedOutput &) = delete;

	Plugin plugin() const { return {request_.library, &table_}; }
	const falco_output_ops &ops() const { return ops_; }
	Output::Elsewhere elsewhere()
	{
		return {[this] { return std::exchange(given_up_, 0); }, function_};
	}

	// Throws Error.
	void create(const std::string &config)
	{
		config_ = config;
		const Status status = call_create();
		if (!status.ok()) throw Error(status.message);
	}

private:
	static IsolatedOutput &self(falco_output *p) { return *reinterpret_cast<IsolatedOutput *>(p); }

	// --- the functions of the table

	static falco_status write(falco_output *p, const falco_alert *alert, falco_error *err) noexcept
	{
		size_t taken = 0;
		return write_batch(p, &alert, 1, &taken, err);
	}

	static falco_status write_batch(falco_output *p, const falco_alert *const *alerts, size_t count, size_t *taken,
					falco_error *err) noexcept
	{
		return self(p).guarded(err, [&] { return self(p).call_write(alerts, count, *taken); });
	}

	static falco_status flush(falco_output *p, falco_error *err) noexcept
	{
		return self(p).guarded(err, [&] {
			IsolatedOutput &output = self(p);
			output.flush_failed_ = true; // until it returns
			output.make_ready();
			Status status = output.call(Frame::flush, "flush");
			if (status.ok()) output.forget_unflushed();
			output.flush_failed_ = !status.ok();
			return status;
		});
	}

	static falco_status reopen(falco_output *p, falco_error *err) noexcept
	{
		return self(p).guarded(err, [&] {
			self(p).make_ready();
			return self(p).call(Frame::reopen, "reopen");
		});
	}

	static void metrics(falco_output *p, const falco_metric_sink *sink) noexcept
	{
		falco_error ignored{};
		self(p).guarded(&ignored, [&] {
			if (!self(p).process_) return Status(); // it has none while it does not run
			const std::string values = self(p).ask(Frame::metrics, "metrics", "", self(p).limit());
			Reader reader(values);
			while (!reader.at_end()) {
				const auto add = reader.number() == 0 ? sink->counter : sink->gauge;
				const std::string_view name = reader.text();
				add(sink->ctx, name.data(), reader.number());
			}
			return Status();
		});
	}

	static void destroy(falco_output *p) noexcept
	{
		const std::unique_ptr<IsolatedOutput> output(&self(p));
		if (!output->process_) return;
		falco_error ignored{};
		output->guarded(&ignored, [&] {
			const auto most = std::min<Clock::duration>(output->limit(), kLongestFarewell);
			output->ask(Frame::destroy, "destroy", "", most);
			return Status();
		});
	}

	// --- what they are made of

	Clock::duration limit() const { return request_.isolation.timeout; }

	// Runs `body` and turns the end of the process into a status.
	template <typename Body>
	falco_status guarded(falco_error *err, Body &&body) noexcept
	{
		Status status;
		try {
			try {
				status = body();
			} catch (const TimedOut &e) {
				status = lose_process(e.what(), End::is_stuck);
			} catch (const Gone &e) {
				status = lose_process(e.what(), End::now);
			} catch (const BadMessage &e) {
				status = lose_process(e.what(), End::now);
			} catch (const std::exception &e) { // it cannot be started now
				status = {FALCO_ERR_RETRY, e.what()};
			}
		} catch (const std::exception &e) {
			status = {FALCO_ERR_FATAL, e.what()}; // out of memory
		}
		err->status = status.code;
		std::snprintf(err->message, sizeof err->message, "%s", status.message.c_str());
		return status.code;
	}

	Status lose_process(const std::string &why, End how)
	{
		const std::string ended = process_ ? process_->end(how) : "";
		return forget_process(why, ended);
	}

	// After its end.
	Status forget_process(const std::string &why, const std::string &ended)
	{
		process_.reset();
		return {FALCO_ERR_RETRY, "its process was lost " + std::string(asked_ ? "in " : "at its start") +
						 (asked_ ? asked_ : "") + ": " + why + " (" + ended +
						 "); it is started again"};
	}

	std::unique_ptr<Process> start_process()
	{
		asked_ = nullptr;
		return std::make_unique<Process>(*services_.spawner, request_, services_);
	}

	// Every call of the plugin.
	std::string ask(Frame frame, const char *function, std::string_view bytes, Clock::duration most)
	{
		struct Inside {
			std::atomic<const char *> &function;
			~Inside() { function = nullptr; }
		};
		const Inside inside{*function_};
		*function_ = asked_ = function;
		return process_->call(frame, bytes, most);
	}
	Status call(Frame frame, const char *function, std::string_view bytes = "")
	{
		return Answer(ask(frame, function, bytes, limit()), 0).status;
	}

	Status call_create()
	{
		Writer writer;
		writer.text(services_.version);
		writer.text(services_.hostname);
		writer.number(static_cast<uint64_t>(static_cast<int64_t>(services_.log_level)));
		writer.text(config_);
		return call(Frame::create, "create", writer.get());
	}

	// A process with the plugin's instance, which has the alerts that were written and not flushed.
	void make_ready()
	{
		if (!process_) {
			process_ = start_process();
			const Hello hello(process_->hello(limit()));
			Status status;
			if (!hello.same_calls(hello_))
				status = {FALCO_ERR_FATAL, "the plugin's file is another one now: restart falco"};
			else
				status = call_create();
			if (!status.ok()) {
				process_.reset();
				throw Error("its process cannot go on: " + status.message);
			}
			rewritten_ = 0;
		}
		while (rewritten_ < unflushed_.count())
			rewrite();
	}

	// Writes what an earlier process had taken. An alert at which process after process ends is given up.
	void rewrite()
	{
		const size_t count = std::min(unflushed_.count() - rewritten_, most_at_once_);
		const std::string_view bytes = unflushed_.bytes(rewritten_, count);
		std::memcpy(process_->memory().room(bytes.size()), bytes.data(), bytes.size());
		try {
			const Answer answer = send_batch(count, bytes.size());
			rewritten_ += answer.taken;
			if (!answer.status.ok()) throw Error(answer.status.message);
			crashes_ = 0;
			send_more();
		} catch (const Gone &) {
			const uint64_t done = process_->memory().progress();
			if (done == 0 && send_fewer(count)) throw;
			const size_t at = rewritten_ + std::min<uint64_t>(done, count - 1);
			crashes_ = at == crashed_at_ ? crashes_ + 1 : 1;
			crashed_at_ = at;
			if (crashes_ >= kMostCrashes) {
				unflushed_.remove(at);
				++given_up_;
				crashes_ = 0;
			}
			throw;
		}
	}

	// A batch at which the process ends does not show which of its alerts is the reason: smaller ones do. False: it
	// was only one.
	bool send_fewer(size_t count)
	{
		most_at_once_ = std::max<size_t>(count / 2, 1);
		return count > 1;
	}
	void send_more() { most_at_once_ = std::min(most_at_once_, SIZE_MAX / 2) * 2; }

	// The process ended when it was given this alert alone. True: the alert is given up.
	bool is_hopeless(const falco_alert &alert)
	{
		first_crashes_ = first_crash_ == alert.id ? first_crashes_ + 1 : 1;
		first_crash_ = alert.id;
		return first_crashes_ >= kMostFirstCrashes;
	}

	void forget_unflushed()
	{
		unflushed_.cut(0);
		rewritten_ = 0;
	}

	// The batch in the shared memory.
	Answer send_batch(size_t count, size_t size)
	{
		Writer message;
		message.number(count);
		message.number(size);
		process_->memory().progress() = 0;
		const char *const function = count > 1 && hello_.batch ? "write_batch" : "write";
		return Answer(ask(Frame::write, function, message.get(), limit()), count);
	}

	// Into the shared memory; ends_ says where each one ends.
	std::string_view encode(const falco_alert *const *alerts, size_t count)
	{
		SharedMemory &memory = process_->memory();
		ends_.clear();
		size_t size = 0;
		for (size_t i = 0; i < count; ++i) {
			const size_t end = size + encoder_.measure(*alerts[i]);
			encoder_.write(memory.room(end) + size);
			ends_.push_back(size = end);
		}
		return {memory.room(size), size};
	}

	Status call_write(const falco_alert *const *alerts, size_t count, size_t &taken)
	{
		taken = 0;
		// The host asks for a failed flush again, until it has given up what was not flushed.
		if (std::exchange(flush_failed_, false)) forget_unflushed();
		make_ready();
		count = std::min(count, most_at_once_);
		const std::string_view batch = encode(alerts, count);
		// What is taken is written again with those before it when it is lost with the process.
		const size_t kept = unflushed_.count();
		const auto keep_taken = [&] { unflushed_.cut(std::min(unflushed_.count(), kept + taken)); };
		try {
			if (hello_.flush) unflushed_.add(batch, ends_);
			const Answer answer = send_batch(count, batch.size());
			taken = answer.taken;
			keep_taken();
			rewritten_ = unflushed_.count();
			send_more();
			return answer.status;
		} catch (const std::exception &e) {
			const bool is_stuck = dynamic_cast<const TimedOut *>(&e) != nullptr;
			const std::string ended = process_->end(is_stuck ? End::is_stuck : End::now);
			const uint64_t progress = process_->memory().progress(); // which it makes until its end
			taken = std::min<uint64_t>(progress, count);
			keep_taken();
			Status lost = forget_process(e.what(), ended);
			if (is_stuck || taken > 0 || send_fewer(count) || !is_hopeless(*alerts[0])) return lost;
			return {FALCO_ERR_UNSUPPORTED,
				std::to_string(kMostFirstCrashes) + " processes in a row ended at it: " + lost.message};
		}
	}

	const StartRequest request_;
	const HostServices &services_;
	const std::shared_ptr<std::atomic<const char *>> function_ =
		std::make_shared<std::atomic<const char *>>(nullptr); // of the plugin, that its process is in
	const char *asked_ = nullptr;                                 // for last, of the present process
	std::unique_ptr<Process> process_;                            // nullptr: is to be started
	const Hello hello_;
	falco_output_ops ops_{};
	falco_plugin table_{};
	std::string config_;
	AlertEncoder encoder_;
	std::vector<size_t> ends_; // of the alerts in the shared memory

	EncodedAlerts unflushed_; // written and not flushed; empty when the plugin has no flush
	size_t rewritten_ = 0;    // of them, those that the process of now has
	bool flush_failed_ = false;
	size_t crashed_at_ = 0; // index in unflushed_
	int crashes_ = 0;       // there
	uint64_t given_up_ = 0; // and not yet told

	size_t most_at_once_ = SIZE_MAX; // alerts
	std::string first_crash_;        // id of the alert that was never taken
	int first_crashes_ = 0;          // at it
};

} // namespace isolation

std::unique_ptr<Output> make_isolated_output(const InstanceConfig &instance, const std::string &plugin_dir,
					     const HostServices &services)
{
	const std::string path = find_library(instance.library, plugin_dir);
	require_safe_path(path, "plugin");
	const std::string begin = "Error with " + instance.name + " output: ";
	std::unique_ptr<isolation::IsolatedOutput> made;
	try {
		made = std::make_unique<isolation::IsolatedOutput>(
			isolation::StartRequest{path, instance.sha256, instance.name, instance.isolation}, services);
	} catch (const std::exception &e) {
		throw Error(begin + e.what());
	}
	const std::string config = complete_config(made->plugin(), instance).dump();
	try {
		made->create(config);
	} catch (const isolation::Gone &e) {
		throw Error(begin + "its process ended when the plugin's instance was made: " + e.what());
	} catch (const isolation::BadMessage &e) {
		throw Error(begin + e.what());
	}
	isolation::IsolatedOutput &output = *made;
	return std::make_unique<Output>(instance.name, output.ops(), reinterpret_cast<falco_output *>(made.release()),
					services, output.elsewhere());
}

} // namespace falco::host
