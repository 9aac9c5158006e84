// SPDX-License-Identifier: Apache-2.0
//
// output-stdout: prints each alert on standard output, one per line.
#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

constexpr char kSchema[] = R"({
	"type": "object",
	"additionalProperties": false,
	"properties": {
		"buffered": {
			"type": "boolean",
			"default": false,
			"description": "collect alerts while more of them wait, instead of printing each at once"
		}
	}
})";

// What collects before it is printed, when buffered.
constexpr size_t kBuffer = size_t{64} * 1024;

// Uses write(2), not stdio, which neither tells how much of a line went out before an error nor lets one take up there.
class Stdout final : public falco::Output {
public:
	Stdout(falco::Host, std::string_view config)
	    : buffered_(nlohmann::json::parse(config).at("buffered").get<bool>())
	{
	}

	void write(const falco::Alert &alert) override
	{
		if (buffered_) return write_buffered(alert.line());
		// After an error the host comes again with the same alert, or gives it up and comes with the next.
		const bool is_begun = !unwritten_.empty() && id_ == alert.raw().id;
		if (!unwritten_.empty()) print();
		if (is_begun) return;
		id_ = alert.raw().id;
		append(alert.line());
		const size_t size = unwritten_.size();
		try {
			print();
		} catch (...) {
			// Nothing of it is out yet, so the host may still give it up.
			if (unwritten_.size() == size) unwritten_.clear();
			throw;
		}
	}

	void flush() override { print(); }

private:
	void write_buffered(std::string_view line)
	{
		// Room first: once the line is appended it counts as taken.
		if (unwritten_.size() >= kBuffer) print();
		append(line);
	}

	void append(std::string_view line)
	{
		unwritten_.append(line);
		unwritten_ += '\n';
	}

	// Writes all of unwritten_ or, when that throws, keeps what did not get out.
	void print()
	{
		size_t printed = 0;
		while (printed < unwritten_.size()) {
			const ssize_t size =
				::write(STDOUT_FILENO, unwritten_.data() + printed, unwritten_.size() - printed);
			if (size >= 0) {
				printed += static_cast<size_t>(size);
			} else if (errno != EINTR) {
				const int error = errno;
				unwritten_.erase(0, printed);
				fail(error);
			}
		}
		unwritten_.clear();
	}

	[[noreturn]] static void fail(int error)
	{
		const std::string text = std::string("standard output: ") + std::strerror(error);
		switch (error) {
		case EAGAIN: // somebody made it non-blocking, and its reader is slow
		case ENOSPC: // it is a file
		case EDQUOT:
		case EIO:
			throw falco::RetryLater(text);
		default:
			throw std::runtime_error(text); // EPIPE above all: nobody reads it any more
		}
	}

	const bool buffered_;
	std::string unwritten_;
	std::string id_; // of the last alert in unwritten_
};

} // namespace

FALCO_OUTPUT_PLUGIN(Stdout, 0, {"stdout", "1.0.0", "prints alerts on standard output", nullptr, kSchema})
