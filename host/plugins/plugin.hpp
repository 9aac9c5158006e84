// SPDX-License-Identifier: Apache-2.0
//
// Loaded plugins and their instances. Loading and creating throw Error; nothing throws while events flow.
#pragma once

#include "common/yaml_tree.hpp"
#include "host/config/config.hpp"
#include "host/plugins/metric_reader.hpp"
#include "host/plugins/shared_text.hpp"
#include "host/plugins/tool_commands.hpp"

#include <falco/plugin.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace falco::host {

namespace isolation {
class Spawner;
}

// What a loaded library offers. `table` was checked; it stays valid until the process ends.
struct Plugin {
	std::string path;
	const falco_plugin *table;
};

// Loads the library `name` (looked for as DIR/NAME.so) or absolute path: safe path, owner and mode, optional
// checksum, dlopen, entry symbol, table. Every refusal is an Error that says which and why. The library is never
// unloaded.
Plugin load_plugin(const std::string &name_or_path, const std::string &plugin_dir, const std::string &sha256 = "");

// "source", "matcher", "output", "tap", "tool"; "kind N" for others.
std::string kind_name(falco_kind kind);

// Checks the configuration an instance was given against its plugin's schema and returns it with the schema's defaults
// filled in. `defaults` are values that stand in for keys the user left out (the host's own: paths of -e, say); those
// that the schema does not know are left out. Throws yaml::Error at the place of what is wrong.
nlohmann::json complete_config(const Plugin &plugin, const InstanceConfig &instance,
			       const nlohmann::json &defaults = nlohmann::json::object());

// Where a plugin's log lines go: instance name, level, text. Called from any thread.
using PluginLog = std::function<void(const std::string &instance, falco_level level, std::string_view text)>;

// What all instances share of the host.
struct HostServices {
	std::string version;
	std::string hostname;
	PluginLog log;
	falco_level log_level = FALCO_LOG_INFO;
	isolation::Spawner *spawner = nullptr; // of isolated outputs
};

// The falco_host that one instance sees. Its address must not change while the instance lives.
class HostHandle {
public:
	HostHandle(const HostServices &services, std::string instance);
	HostHandle(const HostHandle &) = delete;
	HostHandle &operator=(const HostHandle &) = delete;
	const falco_host *get() const { return &host_; }

private:
	static int32_t log_enabled(const falco_host *host, falco_level level);
	static void log(const falco_host *host, falco_level level, const char *text, size_t size);

	const HostServices &services_;
	std::string instance_;
	falco_host host_;
};

// Reads what an instance counts. The first metric that had to be left out is told in its log. Of the instance's thread.
class InstanceMetrics {
public:
	// `ask` has the plugin fill the sink.
	template <typename Ask>
	std::vector<Metric> read(const HostHandle &host, Ask ask)
	{
		MetricReader reader;
		ask(reader.sink());
		tell(host, reader.problem());
		return reader.take();
	}

private:
	void tell(const HostHandle &host, const std::string &problem);
	bool told_ = false;
};

// What a call returned.
struct Status {
	falco_status code = FALCO_OK;
	std::string message; // when code is negative
	bool ok() const { return code == FALCO_OK; }
};

// A source instance. All calls on the capture thread.
class Source {
public:
	// Throws Error when the plugin's create fails. `services` must outlive the instance.
	Source(const Plugin &plugin, const std::string &name, const nlohmann::json &config,
	       const HostServices &services);
	~Source();
	Source(const Source &) = delete;
	Source &operator=(const Source &) = delete;

	const std::string &name() const { return name_; }
	bool live() const { return (ops_->flags & FALCO_SOURCE_LIVE) != 0; }
	const falco_family &family() const { return ops_->family; }

	// `every_event`: those that nobody is interested in come out of `next`, too.
	Status start(std::string_view interests, bool every_event = false);
	// Changes what an open capture captures; FALCO_ERR_UNSUPPORTED when the plugin cannot.
	Status update(std::string_view interests, bool every_event = false);
	void *context();
	// On the path of every event: no string is built unless the status is negative.
	falco_status next(falco_event &event, falco_error &error);
	void stop();
	// Counters and gauges of the open capture by name.
	std::map<std::string, uint64_t> metrics();

private:
	std::string name_;
	HostHandle host_;
	InstanceMetrics metrics_;
	const falco_source_ops *ops_;
	falco_source *self_ = nullptr;
};

// A field whose name begins with %, such as %toupper(proc.name): its value stands in the output, and nowhere else.
inline bool is_for_text_only(const std::string &field)
{
	return !field.empty() && field[0] == '%';
}

// A rule as the matcher announced it; copied, immutable.
struct Rule {
	struct Piece {
		SharedText literal;
		int field = -1;
		unsigned width = 0;
	};
	std::string name, desc, source;
	int priority = 0;
	std::vector<std::string> tags;
	std::vector<Piece> output;
	std::vector<SharedText> fields;
	// How many of the last fields are there only because the host asked for them: no part of what the rule shows.
	size_t extra_fields = 0;
	bool has_events = true; // false: its alerts are falco's own and tell of no event
};

// Something that was found in a rules file.
struct Finding {
	falco_level level = FALCO_LOG_ERROR;
	std::string code, file, item, message;
	unsigned line = 0, column = 0;
	std::string category, category_text;
	std::string source_line;
	uint64_t offset = 0;
	// "rules.yaml:3:5", the parts that are known
	std::string place() const;
	// "rules.yaml:3:5: rule x: message [code]"
	std::string str() const;
};

struct LoadResult {
	Status status;
	std::vector<Rule> rules;
	std::vector<Finding> findings;
};

// A matcher instance. All calls on the capture thread.
class Matcher {
public:
	Matcher(const Plugin &plugin, const std::string &name, const nlohmann::json &config,
		const HostServices &services);
	~Matcher();
	Matcher(const Matcher &) = delete;
	Matcher &operator=(const Matcher &) = delete;

	const std::string &name() const { return name_; }
	const falco_family &family() const { return ops_->family; }

	LoadResult load(const std::vector<std::string> &paths);
	// Reads rules and reports on them, keeping those that are loaded. Throws Error when the matcher cannot.
	LoadResult validate(const std::vector<std::string> &paths);
	// What the matcher says about itself and its rules, as JSON. Throw Error when it says nothing.
	nlohmann::json describe();
	nlohmann::json fields();
	nlohmann::json events();
	nlohmann::json rules_schema();
	std::string interests();
	Status bind(void *context);
	// On the path of every event, as Source::next.
	falco_status match(const falco_event &event, const falco_match_sink &sink, falco_error &error);
	// Why the rule of this number matches the event or not, as falco_matcher_ops.explain says. Throws Error.
	nlohmann::json explain(const falco_event &event, uint32_t rule);
	// Counts what the parts of a rule's condition say about the event. Throws Error.
	void observe(const falco_event &event, uint32_t rule, uint32_t flags);
	// What was counted since the rules were loaded. Throws Error.
	nlohmann::json observed();
	void unbind();

private:
	std::string name_;
	HostHandle host_;
	const falco_matcher_ops *ops_;
	falco_matcher *self_ = nullptr;

	using TextCall = falco_status (*)(falco_matcher *self, const falco_text_sink *sink, falco_error *err);
	nlohmann::json read_json(const char *function, TextCall call);
	nlohmann::json parse_json(const char *function, const Status &status, const std::string &text) const;
};

// A tap instance. All calls on the capture thread.
class Tap {
public:
	Tap(const Plugin &plugin, const std::string &name, const nlohmann::json &config, const HostServices &services);
	~Tap();
	Tap(const Tap &) = delete;
	Tap &operator=(const Tap &) = delete;

	const std::string &name() const { return name_; }
	const falco_family &family() const { return ops_->family; }

	Status bind(void *context);
	// On the path of every event, as Source::next.
	falco_status event(const falco_event &event, falco_error &error);
	Status flush();
	void unbind();

private:
	std::string name_;
	HostHandle host_;
	const falco_tap_ops *ops_;
	falco_tap *self_ = nullptr;
};

// Where what a tool's command prints goes. Each may be empty: nobody listens.
struct ToolStreams {
	std::function<void(std::string_view)> out;
	std::function<void(std::string_view)> err;
	std::function<void(uint64_t done, uint64_t total)> progress;
};

// A tool instance. One call at a time.
class Tool {
public:
	// `name`: what its messages call it. Throws Error when the plugin's create fails.
	Tool(const Plugin &plugin, const std::string &name, const HostServices &services);
	~Tool();
	Tool(const Tool &) = delete;
	Tool &operator=(const Tool &) = delete;

	const std::vector<ToolCommand> &commands() const { return commands_; }

	// Runs a command to its end and returns the exit status it asks for. `arguments` by name, without those that
	// are to have their default. Throws Error: arguments that do not fit, or the command failed.
	int run(const std::string &command, const nlohmann::json &arguments, const ToolStreams &streams);

private:
	const ToolCommand &find_command(const std::string &name) const;

	std::string name_;
	HostHandle host_;
	const falco_tool_ops *ops_;
	std::vector<ToolCommand> commands_;
	falco_tool *self_ = nullptr;
};

// Throw Error unless the two fit together: same family name, same anchor.
void check_families(const Source &source, const Matcher &matcher);
void check_families(const Source &source, const Tap &tap);

// An output instance. Made on the control thread, used and destroyed on its worker.
class Output {
public:
	Output(const Plugin &plugin, const std::string &name, const nlohmann::json &config,
	       const HostServices &services);
	// What is known besides of an output with a process of its own.
	struct Elsewhere {
		// How many alerts that were taken and not flushed it has given up since it was last asked.
		std::function<uint64_t()> take_given_up;
		// The plugin's function that the process is in; holds nullptr while it is in none.
		std::shared_ptr<const std::atomic<const char *>> function;
	};
	// Takes an instance that is made already; destroyed through `ops`, which must live until then.
	Output(const std::string &name, const falco_output_ops &ops, falco_output *made, const HostServices &services,
	       Elsewhere elsewhere);
	~Output() { destroy(); }
	Output(const Output &) = delete;
	Output &operator=(const Output &) = delete;

	const std::string &name() const { return name_; }
	bool bare() const { return (ops_->flags & FALCO_OUTPUT_BARE) != 0; }
	bool has_flush() const { return ops_->flush != nullptr; }
	bool has_batch() const { return ops_->write_batch != nullptr; }

	Status write(const falco_alert &alert);
	Status write_batch(const std::vector<const falco_alert *> &alerts, size_t &taken);
	Status flush();
	Status reopen();
	// What the plugin counts.
	std::vector<Metric> metrics();
	// Only an output with a process of its own gives up what it took. To be asked after each call.
	uint64_t take_given_up() { return elsewhere_.take_given_up ? elsewhere_.take_given_up() : 0; }
	// [any] The plugin's function that runs in `call`, one of the above: another one where a process of its own
	// has no such function, or has to be brought up to date first.
	const char *function_in(const char *call) const
	{
		const char *const function = elsewhere_.function ? elsewhere_.function->load() : nullptr;
		return function ? function : call;
	}
	// Destroys the plugin's instance, once. Then only `name` may be asked.
	void destroy() noexcept;

private:
	std::string name_;
	HostHandle host_;
	InstanceMetrics metrics_;
	const falco_output_ops *ops_;
	falco_output *self_ = nullptr;
	Elsewhere elsewhere_;
};

} // namespace falco::host
