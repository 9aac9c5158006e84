// SPDX-License-Identifier: Apache-2.0
//
// The process of an isolated output: falco's own Output in front of the plugin, asked by frames. One thread, besides
// those of the plugin.
#include "host/isolation/alert_wire.hpp"
#include "host/isolation/shared_memory.hpp"
#include "host/isolation/spawner.hpp"
#include "host/isolation/wire.hpp"
#include "host/plugins/crash.hpp"
#include "host/plugins/library.hpp"
#include "host/plugins/plugin.hpp"

#include <atomic>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

namespace falco::host::isolation {

namespace {

void answer(Frame type, const Writer &writer)
{
	send_frame(kCallFd, type, writer.get(), std::nullopt);
}

// Never waits: a line for which the pipe has no room is left out, and counted in the next one.
void log_line(const std::string &instance, falco_level level, std::string_view text)
{
	static std::atomic<uint64_t> left_out{0};
	const uint64_t missing = left_out.exchange(0);
	std::string line(text.substr(0, kLongestLogLine));
	if (missing > 0) line += " (" + std::to_string(missing) + " lines before this were left out)";
	(void)instance; // falco knows whose pipe it is
	Writer writer;
	writer.number(static_cast<uint64_t>(static_cast<int64_t>(level)));
	writer.text(line);
	const std::string &bytes = writer.get();
	if (write(kLogFd, bytes.data(), bytes.size()) < 0) left_out += missing + 1;
}

void say_hello(const falco_plugin &table)
{
	Writer hello;
	hello.number(table.kind);
	hello.number(table.output ? table.output->flags : 0);
	hello.number(table.output && table.output->write_batch ? 1 : 0);
	hello.number(table.output && table.output->flush ? 1 : 0);
	hello.number(table.output && table.output->reopen ? 1 : 0);
	hello.number(table.output && table.output->metrics ? 1 : 0);
	hello.text(table.name);
	hello.text(table.version);
	hello.text(table.description);
	const char *schema = table.config_schema;
	hello.text_or_null({schema, schema ? std::string_view(schema).size() : 0});
	answer(Frame::hello, hello);
}

// Answers frames until falco says destroy, or is gone.
class Server {
public:
	Server(const Plugin &plugin, std::string name)
	    : plugin_(plugin), name_(std::move(name)), memory_(kMemoryFd), progress_(memory_.progress())
	{
	}

	[[noreturn]] void run()
	{
		for (;;) {
			const Received asked = receive_frame(kCallFd, SIZE_MAX, std::nullopt);
			Reader reader(asked.bytes);
			switch (asked.type) {
			case Frame::create:
				create(reader);
				break;
			case Frame::write:
				write(reader);
				break;
			case Frame::flush:
				tell(output_->flush());
				break;
			case Frame::reopen:
				tell(output_->reopen());
				break;
			case Frame::metrics:
				metrics();
				break;
			case Frame::destroy:
				output_.reset();
				tell({});
				_exit(0); // as falco, without the destructors of static objects
			default:
				throw BadMessage("an unknown frame");
			}
		}
	}

private:
	static void tell(const Status &status, uint64_t taken = 0)
	{
		Writer writer;
		writer.number(static_cast<uint64_t>(static_cast<int64_t>(status.code)));
		writer.number(taken);
		writer.text(status.message);
		answer(Frame::result, writer);
	}

	void create(Reader &reader)
	{
		services_.version = reader.text();
		services_.hostname = reader.text();
		services_.log_level = static_cast<falco_level>(static_cast<int64_t>(reader.number()));
		services_.log = log_line;
		const std::string config(reader.text());
		try {
			output_.emplace(plugin_, name_, nlohmann::json::parse(config), services_);
			tell({});
		} catch (const std::exception &e) {
			tell({FALCO_ERR_CONFIG, e.what()});
		}
	}

	void write(Reader &reader)
	{
		const size_t count = reader.number_up_to(UINT32_MAX);
		alerts_.read(memory_.batch(reader.number()), count);
		uint64_t taken = 0;
		Status status;
		if (count > 1 && output_->has_batch()) {
			size_t of_batch = 0;
			status = output_->write_batch(alerts_.pointers(), of_batch);
			taken = of_batch;
			progress_.store(taken);
		} else {
			while (taken < count && (status = output_->write(*alerts_.pointers()[taken])).ok())
				progress_.store(++taken);
		}
		tell(status, taken);
	}

	void metrics()
	{
		Writer values;
		for (const Metric &metric : output_->metrics()) {
			values.number(metric.is_counter ? 0 : 1);
			values.text(metric.name);
			values.number(metric.value);
		}
		answer(Frame::result, values);
	}

	const Plugin plugin_;
	const std::string name_;
	HostServices services_;
	std::optional<Output> output_;
	AlertList alerts_;
	SharedMemoryView memory_;
	Progress &progress_;
};

} // namespace

void refuse_to_run(const std::string &reason)
{
	try {
		Writer writer;
		writer.text(reason);
		answer(Frame::refused, writer);
	} catch (const Gone &) {
		_exit(1); // falco is
	}
	_exit(1);
}

void run_isolated_output(const StartRequest &request)
{
	install_crash_handler();
	fcntl(kLogFd, F_SETFL, O_NONBLOCK);
	try {
		const Plugin plugin = load_plugin(request.library, "", request.sha256);
		Server server(plugin, request.name);
		say_hello(*plugin.table);
		server.run();
	} catch (const Gone &) {
		_exit(0); // falco ended; what it had sent is written
	} catch (const std::exception &e) {
		refuse_to_run(e.what());
	}
}

} // namespace falco::host::isolation
