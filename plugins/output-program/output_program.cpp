// SPDX-License-Identifier: Apache-2.0
//
// output-program: writes alerts to the standard input of a program, one that goes on running or one for each alert.
#include "child_process.hpp"

#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace {

constexpr char kSchema[] = R"({
	"type": "object",
	"additionalProperties": false,
	"required": ["program"],
	"properties": {
		"program": {
			"type": ["string", "array"],
			"minLength": 1,
			"minItems": 1,
			"items": {"type": "string"},
			"description": "a list is a program's path and its arguments, and is run as it is; a text is a command of the shell and is run by /bin/sh -c"
		},
		"keep_alive": {
			"type": "boolean",
			"default": false,
			"description": "true: the program goes on running and reads a line for each alert; false: it is run for each alert and must end with exit status 0"
		},
		"timeout_ms": {
			"type": "integer", "minimum": 1, "maximum": 3600000, "default": 10000,
			"description": "how long the program may take for one alert before it is killed, when it is run for each"
		}
	}
})";

using Clock = ChildProcess::Clock;

// A call takes no longer than this where the program is slow, so that falco stays in charge.
constexpr auto kPatience = std::chrono::seconds(1);
// What was written to a program that goes on running and may still have to be written to the next.
constexpr size_t kMostUnread = 1000;

std::vector<std::string> command(const nlohmann::json &program)
{
	if (program.is_string()) return {"/bin/sh", "-c", program.get<std::string>()};
	auto words = program.get<std::vector<std::string>>();
	if (words.empty() || words[0].empty() || words[0][0] != '/')
		throw falco::ConfigError("program: the first entry must be an absolute path, not '" +
					 (words.empty() ? "" : words[0]) + "'");
	return words;
}

std::string end_text(const ChildProcess &child)
{
	return child.how_it_ended().empty() ? "exit status 0" : child.how_it_ended();
}

class Program final : public falco::Output {
public:
	Program(falco::Host host, std::string_view config) : Program(host, nlohmann::json::parse(config)) {}

	void write(const falco::Alert &alert) override
	{
		std::string line(alert.line());
		line += '\n';
		if (keep_alive_) {
			write_kept(std::move(line), alert.raw().id);
		} else {
			run_for(line);
		}
	}

	// An alert is delivered when the program has read its line.
	void flush() override
	{
		if (!keep_alive_) return;
		if (!lines_.empty()) send(Clock::now() + kPatience);
		const auto deadline = Clock::now() + kPatience;
		for (auto pause = std::chrono::microseconds(50);; pause *= 2) {
			forget_read();
			if (lines_.empty()) return;
			if (child_.has_ended())
				throw falco::RetryLater(path() + " has ended (" + end_text(child_) + ") with " +
							std::to_string(lines_.size()) + " alerts unread");
			if (Clock::now() >= deadline)
				throw falco::RetryLater(path() + " does not read: " + std::to_string(lines_.size()) +
							" alerts wait in its pipe");
			std::this_thread::sleep_for(pause); // nothing tells when a pipe becomes empty
		}
	}

	// The program is asked to end by the end of its input, and is started again with the next alert.
	void reopen() override
	{
		if (!keep_alive_ || !child_.is_running()) return;
		flush();
		child_.close_input();
		if (!child_.wait(Clock::now() + kPatience)) child_.kill();
		told_end();
	}

private:
	// A line that a running program was given, or is to be given.
	struct Line {
		std::string text;
		std::string id; // of the alert; alerts of several runs may come after one another
		size_t written; // bytes of it
	};

	Program(falco::Host host, const nlohmann::json &config)
	    : host_(host), command_(command(config.at("program"))), keep_alive_(config.value("keep_alive", false)),
	      timeout_(config.value("timeout_ms", 10000))
	{
		// It is started with the first alert: falco has given up its privileges by then, and so has the
		// program.
		if (::access(path().c_str(), X_OK) != 0)
			throw falco::ConfigError("program: " + path() + ": " + std::strerror(errno));
	}

	const std::string &path() const { return command_[0]; }

	void start()
	{
		try {
			child_.start(command_);
		} catch (const std::system_error &e) {
			throw falco::RetryLater(e.what());
		}
	}

	// ---- one program for each alert

	void run_for(const std::string &line)
	{
		start();
		const auto deadline = Clock::now() + timeout_;
		// One that ends well without having read its input is free to do so.
		if (child_.write(line, deadline) < 0 && errno != EPIPE) {
			const std::string reason = std::strerror(errno);
			child_.kill();
			throw falco::RetryLater(path() + ": " + reason);
		}
		child_.close_input();
		if (!child_.wait(deadline)) {
			child_.kill();
			throw falco::RetryLater(path() + " took longer than " + std::to_string(timeout_.count()) +
						" ms and was killed");
		}
		if (!child_.how_it_ended().empty()) throw falco::RetryLater(path() + ": " + child_.how_it_ended());
	}

	// ---- one program that goes on running

	void write_kept(std::string line, const char *id)
	{
		const bool again = !lines_.empty() && lines_.back().id == id;
		if (!again) {
			if (lines_.size() >= kMostUnread) flush();
			lines_.push_back({std::move(line), id, 0});
		}
		try {
			send(Clock::now() + kPatience);
		} catch (...) {
			// Nothing of it is out: whoever sends it may still leave it.
			if (lines_.back().id == id && lines_.back().written == 0) lines_.pop_back();
			throw;
		}
	}

	// Writes all lines, from the first that the program has not got.
	void send(Clock::time_point deadline)
	{
		forget_read();
		if (child_.is_running() && child_.has_ended()) told_end();
		if (!child_.is_running()) {
			forget_written();
			start();
		}
		for (; written_lines_ < lines_.size(); ++written_lines_) {
			Line &line = lines_[written_lines_];
			const ssize_t size = child_.write(std::string_view(line.text).substr(line.written), deadline);
			if (size < 0) {
				const std::string reason = std::strerror(errno);
				forget_read();
				if (!child_.wait(deadline)) child_.kill(); // it has closed its input
				forget_written();
				throw falco::RetryLater(path() + ": " + reason + ", " + end_text(child_));
			}
			line.written += static_cast<size_t>(size);
			written_bytes_ += static_cast<size_t>(size);
			if (line.written < line.text.size()) throw falco::RetryLater(path() + " does not read");
		}
	}

	// The next program gets what the one before had not read.
	void forget_written()
	{
		for (Line &line : lines_)
			line.written = 0;
		written_lines_ = written_bytes_ = 0;
	}

	// Drops the lines that are no longer in the pipe.
	void forget_read()
	{
		if (!child_.is_running()) return;
		size_t read = written_bytes_ - std::min(child_.unread(), written_bytes_);
		while (written_lines_ > 0 && lines_.front().text.size() <= read) {
			read -= lines_.front().text.size();
			written_bytes_ -= lines_.front().text.size();
			lines_.pop_front();
			--written_lines_;
		}
	}

	void told_end() { host_.log(FALCO_LOG_WARN, path() + " has ended: " + end_text(child_)); }

	const falco::Host host_;
	const std::vector<std::string> command_;
	const bool keep_alive_;
	const std::chrono::milliseconds timeout_;
	ChildProcess child_;
	std::deque<Line> lines_;   // that the program may not have read
	size_t written_lines_ = 0; // of these, from the first
	size_t written_bytes_ = 0; // of these
};

} // namespace

FALCO_OUTPUT_PLUGIN(Program, 0, {"program", "1.0.0", "writes alerts to a program's standard input", nullptr, kSchema})
