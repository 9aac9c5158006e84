// SPDX-License-Identifier: Apache-2.0
//
// An output that appends each alert's line to a file and does, at a certain write, what no plugin may do. Its table is
// made by hand: nothing stands between it and the host. ROGUE_FLUSH: it keeps lines to itself until flush. "poisoned":
// the first flush ends its process, and so does, from then on, each write of the alert whose sequence is `at`;
// "poisonous": each such write does, from the first one on.
#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fcntl.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr const char *kSchema = R"({
	"type": "object",
	"additionalProperties": false,
	"properties": {
		"path": {"type": "string", "default": "/dev/null"},
		"habit": {"enum": ["none", "crash", "throw", "status", "positive_status", "block", "leak", "print", "exit",
			"babble", "who", "refuse", "crash_in_flush", "poisoned", "poisonous", "metric", "recurse", "fill", "fork",
			"block_in_create", "block_in_destroy"], "default": "none"},
		"at": {"type": "integer", "minimum": 1, "default": 1, "description": "the write"},
		"once": {"type": "string", "default": "", "description": "a file: there is no misbehaving when it is there"}
	}
})";

class Rogue {
public:
	Rogue(falco::Host host, std::string_view config) : host_(host), config_(nlohmann::json::parse(config))
	{
		if (config_["habit"] == "refuse") throw falco::ConfigError("the rogue refuses");
		if (config_["habit"] == "block_in_create") block();
		host_.log(FALCO_LOG_INFO, "the rogue was made");
	}

	~Rogue()
	{
		if (config_["habit"] == "block_in_destroy") block();
	}
	Rogue(const Rogue &) = delete;
	Rogue &operator=(const Rogue &) = delete;

	falco_status write(const falco_alert &alert, falco_error &err)
	{
		const bool is_poisonous = config_["habit"] == "poisonous";
		if (is_poisonous || config_["habit"] == "poisoned") {
			if (alert.sequence == config_["at"] && (is_poisonous || is_marked())) std::raise(SIGSEGV);
		} else if (++writes_ == config_["at"] && config_["habit"] != "crash_in_flush" && is_first_time()) {
			const falco_status status = misbehave(err);
			if (status != FALCO_OK) return status;
		}
		lines_ += std::string(falco::view(alert.line)) + '\n';
#ifndef ROGUE_FLUSH
		flush();
#endif
		return FALCO_OK;
	}

	void before_flush() const
	{
		if (config_["habit"] == "crash_in_flush" && is_first_time()) std::raise(SIGSEGV);
		if (config_["habit"] == "poisoned" && is_first_time()) std::raise(SIGSEGV);
	}

	void flush()
	{
		const std::string path = config_["path"];
		const int fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
		(void)!::write(fd, lines_.data(), lines_.size());
		close(fd);
		lines_.clear();
	}

	void metrics(const falco_metric_sink &sink) const
	{
		sink.counter(sink.ctx, "rogue.writes", writes_);
		sink.gauge(sink.ctx, "rogue.pid", static_cast<uint64_t>(getpid()));
		if (config_["habit"] != "metric") return;
		sink.gauge(sink.ctx, "not UTF-8 \xff\n", 1);
		sink.counter(sink.ctx, nullptr, 1);
	}

private:
	bool is_first_time() const
	{
		const std::string mark = config_["once"];
		if (mark.empty()) return true;
		const int fd = open(mark.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0) close(fd);
		return fd >= 0;
	}

	bool is_marked() const
	{
		return access(config_["once"].get_ref<const std::string &>().c_str(), F_OK) == 0;
	}

	falco_status misbehave(falco_error &err)
	{
		const std::string habit = config_["habit"];
		if (habit == "crash") std::raise(SIGSEGV);
		if (habit == "throw") throw std::runtime_error("thrown across the boundary");
		if (habit == "status") return -77;
		if (habit == "positive_status") return 12345;
		if (habit == "block") block();
		if (habit == "leak") leak();
		if (habit == "print") (void)!::write(STDOUT_FILENO, "printed by the rogue\n", 21);
		if (habit == "exit") _exit(7);
		if (habit == "recurse") recurse(0);
		if (habit == "fill") fill();
		if (habit == "fork") try_fork();
		if (habit == "babble") (void)!::write(3, std::string(4096, '~').data(), 4096);
		if (habit == "who") tell_who();
		(void)err;
		return FALCO_OK;
	}

	[[noreturn]] static void block()
	{
		for (;;)
			pause();
	}

	// A file of 2 MiB.
	void fill() const
	{
		const std::string path = config_["path"].get<std::string>() + ".filled";
		const int fd = open(path.c_str(), O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0666);
		const std::string half(1 << 20, 'x');
		(void)!::write(fd, half.data(), half.size());
		(void)!::write(fd, half.data(), half.size());
		close(fd);
	}

	void try_fork() const
	{
		const pid_t child = fork();
		if (child == 0) _exit(0);
		host_.log(FALCO_LOG_INFO, child < 0 ? "no other process" : "another process");
		if (child > 0) waitpid(child, nullptr, 0);
	}

	// Until the stack ends.
	static int recurse(volatile int depth)
	{
		volatile char block[4096];
		block[0] = 1;
		return depth < 0 ? 0 : recurse(depth + 1) + block[0];
	}

	// Until there is no more.
	[[noreturn]] static void leak()
	{
		for (;;) {
			volatile char *block = new char[1 << 20];
			for (size_t at = 0; at < 1 << 20; at += 4096)
				block[at] = 1;
		}
	}

	// What this process may do.
	void tell_who() const
	{
		const int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
		char text[8192];
		const ssize_t size = read(fd, text, sizeof text);
		close(fd);
		const std::string status(text, size > 0 ? static_cast<size_t>(size) : 0);
		for (const char *key : {"Uid:", "CapEff:", "CapPrm:", "NoNewPrivs:"}) {
			const size_t at = status.find(key);
			host_.log(FALCO_LOG_INFO, status.substr(at, status.find('\n', at) - at));
		}
		rlimit limit{};
		getrlimit(RLIMIT_NOFILE, &limit);
		host_.log(FALCO_LOG_INFO, "open files " + std::to_string(limit.rlim_cur));
		getrlimit(RLIMIT_AS, &limit);
		host_.log(FALCO_LOG_INFO, "memory " + std::to_string(limit.rlim_cur >> 20));
		host_.log(FALCO_LOG_INFO, "process " + std::to_string(getpid()));
	}

	falco::Host host_;
	nlohmann::json config_;
	std::string lines_;
	uint64_t writes_ = 0;
};

Rogue &self(falco_output *p)
{
	return *reinterpret_cast<Rogue *>(p);
}

falco_output *create(const falco_host *host, const char *config, falco_error *err)
{
	Rogue *made = nullptr;
	falco::detail::guard(err, [&] {
		made = new Rogue(falco::Host(host), config);
		return FALCO_OK;
	});
	return reinterpret_cast<falco_output *>(made);
}

falco_status write_alert(falco_output *p, const falco_alert *alert, falco_error *err)
{
	return self(p).write(*alert, *err);
}

[[maybe_unused]] falco_status flush(falco_output *p, falco_error *)
{
	self(p).before_flush();
	self(p).flush();
	return FALCO_OK;
}

falco_status reopen(falco_output *, falco_error *)
{
	return FALCO_OK;
}

void destroy(falco_output *p)
{
	delete &self(p);
}

void metrics(falco_output *p, const falco_metric_sink *sink)
{
	self(p).metrics(*sink);
}

#ifndef ROGUE_FLUSH
constexpr auto flush_or_none = nullptr;
#else
constexpr auto flush_or_none = flush;
#endif

constexpr falco_output_ops ops = {
	sizeof(falco_output_ops), 0, create, write_alert, destroy, nullptr, flush_or_none, reopen, metrics};

} // namespace

extern "C" const falco_plugin falco_plugin_entry =
	falco::detail::describe(FALCO_KIND_OUTPUT, falco::Info{"rogue", "1.0.0", "misbehaves", nullptr, kSchema},
				nullptr, nullptr, &ops, nullptr, nullptr);
