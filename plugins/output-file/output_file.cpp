// SPDX-License-Identifier: Apache-2.0
//
// output-file: appends each alert to a file, which it opens and closes for every alert. A file that was renamed or
// removed is therefore made anew with the next alert, and log rotation needs no signal.
#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace {

constexpr char kSchema[] = R"({
	"type": "object",
	"additionalProperties": false,
	"required": ["filename"],
	"properties": {
		"filename": {
			"type": "string",
			"minLength": 1,
			"description": "path of the file; created when it does not exist, never rotated or truncated"
		}
	}
})";

// Alerts quote command lines and file names of others: for the owner and, to collect them, the group.
constexpr mode_t kMode = 0640;

// An open file.
class Fd {
public:
	// Non-blocking for the sake of FIFOs: one that nobody reads is an error then, not a wait without end.
	explicit Fd(const std::string &path)
	    : fd_(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, kMode))
	{
	}
	~Fd()
	{
		if (is_open()) ::close(fd_);
	}
	Fd(const Fd &) = delete;
	Fd &operator=(const Fd &) = delete;

	bool is_open() const { return fd_ >= 0; }
	int get() const { return fd_; }
	// False: some file systems tell only now that what was written is not stored.
	bool close()
	{
		const int fd = fd_;
		fd_ = -1;
		return ::close(fd) == 0 || errno == EINTR;
	}

private:
	int fd_;
};

class File final : public falco::Output {
public:
	File(falco::Host, std::string_view config)
	    : path_(nlohmann::json::parse(config).at("filename").get<std::string>())
	{
		if (!Fd(path_).is_open()) throw falco::ConfigError(last_error());
	}

	void write(const falco::Alert &alert) override
	{
		Fd file(path_);
		struct stat now {};
		if (!file.is_open() || ::fstat(file.get(), &now) != 0) throw falco::RetryLater(last_error());

		// A line of which only the front got out is completed, unless its file is no longer this one. That ends
		// this alert when it is the one that was begun; else the host had given that up.
		const bool same_file = now.st_dev == begun_.st_dev && now.st_ino == begun_.st_ino;
		if (!rest_.empty() && same_file) {
			append(file.get(), rest_);
			if (sequence_ == alert.raw().sequence) return close(file);
		}
		begun_ = now;
		sequence_ = alert.raw().sequence;
		rest_.clear();
		std::string line(alert.line());
		line += '\n';
		append(file.get(), line);
		close(file);
	}

private:
	// One write(2), so that lines of several writers do not mix. What a short one leaves goes to rest_.
	void append(int fd, const std::string &line)
	{
		ssize_t size;
		do {
			size = ::write(fd, line.data(), line.size());
		} while (size < 0 && errno == EINTR);
		if (size < 0) throw falco::RetryLater(last_error());
		const auto written = static_cast<size_t>(size);
		rest_ = written == 0 ? rest_ : line.substr(written);
		if (written < line.size()) throw falco::RetryLater(path_ + ": no room for a whole line");
	}

	void close(Fd &file) const
	{
		if (!file.close()) throw falco::RetryLater(last_error());
	}

	std::string last_error() const { return path_ + ": " + std::strerror(errno); }

	const std::string path_;
	std::string rest_;      // of a line that is partly written
	struct stat begun_ {};  // the file that has its front
	uint64_t sequence_ = 0; // the alert whose line it is
};

} // namespace

FALCO_OUTPUT_PLUGIN(File, 0, {"file", "1.0.0", "appends alerts to a file", nullptr, kSchema})
