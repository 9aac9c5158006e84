// SPDX-License-Identifier: Apache-2.0
//
// output-file: appends alerts to a file. Unless it is told to keep the file open, it opens and closes it for every
// alert: a file that was renamed or removed is then made anew with the next alert, and log rotation needs no signal.
#include "alert_file.hpp"
#include "numbered_files.hpp"

#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

namespace {

constexpr char kSchema[] = R"({
	"type": "object",
	"additionalProperties": false,
	"required": ["filename"],
	"properties": {
		"filename": {
			"type": "string",
			"minLength": 1,
			"description": "path of the file; created when it does not exist, never truncated"
		},
		"keep_alive": {
			"type": "boolean",
			"default": false,
			"description": "keep the file open, which costs less; who moves it away sends SIGUSR1 then"
		},
		"rotate": {
			"type": "object",
			"additionalProperties": false,
			"default": {},
			"description": "when the file is full it gets a number in front of its ending, and a new one is begun",
			"properties": {
				"max_size_mb": {
					"type": "integer", "minimum": 0, "maximum": 1048576, "default": 0,
					"description": "a line that would make the file larger than this begins a new one; MiB, 0: no limit"
				},
				"max_seconds": {
					"type": "integer", "minimum": 0, "maximum": 31536000, "default": 0,
					"description": "the first alert so long after the file was made begins a new one; 0: no limit"
				},
				"max_files": {
					"type": "integer", "minimum": 0, "maximum": 999999, "default": 0,
					"description": "how many files there may be; the oldest is removed; 0: any number"
				}
			}
		}
	}
})";

// What is written at once, when the file stays open and many alerts wait.
constexpr size_t kChunk = size_t{64} * 1024;

struct Rotation {
	off_t max_size; // bytes; 0: no limit
	long max_seconds;
	size_t max_files;

	explicit Rotation(const nlohmann::json &config)
	    : max_size(config.value("max_size_mb", off_t{0}) * 1024 * 1024),
	      max_seconds(config.value("max_seconds", 0L)), max_files(config.value("max_files", size_t{0}))
	{
	}
	// Nothing is ever removed where no new file is begun.
	bool is_idle() const { return max_files != 0 && max_size == 0 && max_seconds == 0; }
	// Whether a file is too full for a line of `size` bytes, or too old.
	bool is_due(const AlertFile &file, size_t size) const
	{
		if (!file.is_regular() || file.size() == 0) return false;
		return (max_size != 0 && file.size() + static_cast<off_t>(size) > max_size) ||
		       (max_seconds != 0 && std::time(nullptr) - file.begun() >= max_seconds);
	}
};

class File final : public falco::BatchOutput {
public:
	File(falco::Host host, std::string_view config) : File(host, nlohmann::json::parse(config)) {}

	void write_batch(const falco::Alerts &alerts, size_t &taken) override
	{
		while (taken < alerts.size()) {
			if (!file_.is_open() && !file_.open(path())) throw falco::RetryLater(last_error());
			size_t written = taken;
			try {
				write_some(alerts, keep_alive_ ? alerts.size() : taken + 1, written);
			} catch (...) {
				file_.close(); // the next attempt begins with whatever has this name then
				taken = written;
				throw;
			}
			if (!keep_alive_) close();
			taken = written;
		}
	}

	void reopen() override
	{
		if (!keep_alive_) return;
		close();
		if (!file_.open(path())) throw falco::RetryLater(last_error());
	}

private:
	File(falco::Host host, const nlohmann::json &config)
	    : host_(host), files_(config.at("filename").get<std::string>(),
				  falco::length_of_ending(config.at("filename").get_ref<const std::string &>())),
	      keep_alive_(config.value("keep_alive", false)),
	      rotation_(config.value("rotate", nlohmann::json::object()))
	{
		if (!file_.open(path()) || !file_.end_last_line(path())) throw falco::ConfigError(last_error());
		if (!keep_alive_) file_.close();
		if (rotation_.is_idle())
			host_.log(FALCO_LOG_WARN, "rotate.max_files has no effect without max_size_mb or max_seconds");
	}

	const std::string &path() const { return files_.path(); }

	// Writes alerts from `taken` on, not beyond `end`, to the open file.
	void write_some(const falco::Alerts &alerts, size_t end, size_t &taken)
	{
		// A line of which only the front got out is completed, unless its file is no longer this one. That ends
		// this alert when it is the one that was begun; else the host had given that up.
		if (!rest_.empty() && file_.is_same(begun_)) {
			append(rest_);
			if (id_ == alerts[taken].raw().id) {
				++taken;
				return;
			}
		}
		rest_.clear();
		if (rotation_.is_due(file_, alerts[taken].line().size() + 1)) rotate();

		lines_.clear();
		size_t next = taken;
		do {
			lines_ += alerts[next++].line();
			lines_ += '\n';
		} while (next < end && lines_.size() < kChunk &&
			 !rotation_.is_due(file_, lines_.size() + alerts[next].line().size() + 1));
		try {
			append(lines_);
		} catch (...) {
			count_whole_lines(alerts, lines_.size() - rest_.size(), taken);
			throw;
		}
		taken = next;
	}

	// What of `bytes` does not get out goes to rest_.
	void append(const std::string &bytes)
	{
		const ssize_t size = file_.append(bytes);
		if (size < 0 && &bytes != &rest_) rest_ = bytes;
		if (size < 0) throw falco::RetryLater(last_error());
		rest_ = bytes.substr(static_cast<size_t>(size));
		if (!rest_.empty()) throw falco::RetryLater(path() + ": no room for a whole line");
	}

	// Only the front of lines_ got out, and rest_ has what did not: leaves there what completes the line that is
	// begun, if one is.
	void count_whole_lines(const falco::Alerts &alerts, size_t written, size_t &taken)
	{
		while (written >= alerts[taken].line().size() + 1)
			written -= alerts[taken++].line().size() + 1;
		rest_ = written == 0 ? "" : rest_.substr(0, alerts[taken].line().size() + 1 - written);
		begun_ = file_.status();
		id_ = alerts[taken].raw().id;
	}

	// Alerts go on into the old file when that does not work.
	void rotate()
	{
		std::vector<std::string> removed;
		try {
			file_.close();
			files_.make_room(rotation_.max_files, removed);
			told_unrotated_ = false;
		} catch (const std::runtime_error &e) {
			if (!told_unrotated_) host_.log(FALCO_LOG_ERROR, e.what());
			told_unrotated_ = true;
		}
		for (const std::string &file : removed)
			host_.log(FALCO_LOG_INFO, "removed " + file + ", the oldest of more than max_files");
		if (!file_.open(path())) throw falco::RetryLater(last_error());
	}

	void close()
	{
		if (!file_.close()) throw falco::RetryLater(last_error());
	}

	std::string last_error() const { return path() + ": " + std::strerror(errno); }

	const falco::Host host_;
	const falco::NumberedFiles files_;
	const bool keep_alive_;
	const Rotation rotation_;
	AlertFile file_;
	std::string lines_;    // that are written now
	std::string rest_;     // of a line that is partly written
	struct stat begun_ {}; // the file that has its front
	std::string id_;       // of the alert whose line it is
	bool told_unrotated_ = false;
};

} // namespace

FALCO_OUTPUT_PLUGIN(File, 0, {"file", "1.1.0", "appends alerts to a file", nullptr, kSchema})
