// SPDX-License-Identifier: Apache-2.0
//
// output-lines: appends "PRIORITY<tab>RULE<tab>MESSAGE" to a file, for programs that split lines at tabs.
#include <falco/plugin.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

// The host checks the configuration against this before it makes an instance.
constexpr char kSchema[] = R"({"type": "object", "additionalProperties": false, "required": ["path"], "properties": {
	"path": {"type": "string", "pattern": "^/[A-Za-z0-9/._-]+$", "description": "absolute path of the file"}}})";

class Lines final : public falco::Output {
public:
	Lines(falco::Host, std::string_view config)
	{
		// One string that needs no escapes, as the schema says: it stands between the last two quotes.
		const auto end = config.rfind('"');
		path_ = config.substr(0, end).substr(config.rfind('"', end - 1) + 1);
		if (!open()) throw falco::ConfigError(path_ + ": " + std::strerror(errno));
	}

	void write(const falco::Alert &alert) override
	{
		std::string line = std::to_string(alert.priority()) + '\t' + alert.rule() + '\t';
		line.append(alert.message()) += '\n';
		const auto file = open();
		if (!file || std::fwrite(line.data(), line.size(), 1, file.get()) != 1 || std::fflush(file.get()) != 0)
			throw falco::RetryLater(path_ + ": " + std::strerror(errno));
	}

private:
	using File = std::unique_ptr<std::FILE, int (*)(std::FILE *)>;
	File open() const { return {std::fopen(path_.c_str(), "ae"), std::fclose}; } // append, close on exec

	std::string path_;
};

FALCO_OUTPUT_PLUGIN(Lines, 0, {"lines", "1.0.0", "appends alerts to a file, tab separated", nullptr, kSchema})
