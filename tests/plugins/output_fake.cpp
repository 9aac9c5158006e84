// SPDX-License-Identifier: Apache-2.0
//
// An output that appends each alert's line to a file and misbehaves on request.
#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#ifndef FAKE_FLAGS
#define FAKE_FLAGS 0
#endif

namespace {

constexpr const char *kSchema = R"({
	"type": "object",
	"additionalProperties": false,
	"properties": {
		"path": {"type": "string", "default": "/dev/null", "description": "the file"},
		"calls": {"type": "boolean", "default": false, "description": "write flush, reopen and destroy there, too"},
		"refuse": {"type": "string", "default": "", "description": "why create fails"},
		"busy": {"type": "integer", "minimum": 0, "default": 0, "description": "how many writes first fail for now"},
		"fatal_at": {"type": "integer", "minimum": 0, "default": 0, "description": "the write that fails for good"},
		"throw_at": {"type": "integer", "minimum": 0, "default": 0, "description": "the write that throws an int"},
		"crash_at": {"type": "integer", "minimum": 0, "default": 0, "description": "the write that crashes"},
		"block_at": {"type": "integer", "minimum": 0, "default": 0, "description": "the write that blocks"},
		"block_on": {"type": "string", "default": "",
			"description": "a FIFO: the write blocks until somebody opens it for writing"}
	}
})";

class FakeOutput final : public falco::Output {
public:
	FakeOutput(falco::Host, std::string_view config) : config_(nlohmann::json::parse(config))
	{
		const std::string refusal = config_["refuse"];
		if (!refusal.empty()) throw falco::ConfigError(refusal);
		calls_ = config_["calls"];
		path_ = config_["path"];
	}
	~FakeOutput() override
	{
		try {
			note("destroy");
		} catch (const falco::RetryLater &) {
			return; // there is nobody to try again
		}
	}

	void write(const falco::Alert &alert) override
	{
		++writes_;
		if (writes_ == config_["block_at"]) block();
		if (writes_ == config_["throw_at"]) throw 42;
		if (writes_ == config_["crash_at"]) std::raise(SIGSEGV);
		if (writes_ == config_["fatal_at"]) throw std::runtime_error("the fake destination is gone");
		if (writes_ <= config_["busy"]) throw falco::RetryLater("the fake destination is busy");
		append(std::string(alert.line()));
	}
	void flush() override { note("flush"); }
	void reopen() override { note("reopen"); }

private:
	void block()
	{
		const std::string fifo = config_["block_on"];
		const int fd = open(fifo.c_str(), O_RDONLY | O_CLOEXEC);
		if (fd >= 0) close(fd);
	}
	void note(const char *call)
	{
		if (calls_) append(call);
	}
	void append(const std::string &line)
	{
		const std::string text = line + "\n";
		const int fd = open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0 || ::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
			throw falco::RetryLater("the fake file cannot be written: " + path_);
		close(fd);
	}

	nlohmann::json config_;
	std::string path_;
	bool calls_ = false;
	uint64_t writes_ = 0;
};

} // namespace

FALCO_OUTPUT_PLUGIN(FakeOutput, FAKE_FLAGS, {"fake", "1.0.0", "keeps alerts for tests", "tests@example.org", kSchema})
