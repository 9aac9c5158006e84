// SPDX-License-Identifier: Apache-2.0
//
// falco.yaml and the command line's overrides, as the values that the rest of the host works with.
#pragma once

#include "common/yaml_tree.hpp"
#include "host/config/capabilities.hpp"
#include "host/config/event_drops.hpp"
#include "host/config/metrics.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace falco::host {

// What happens to an alert when its output's queue is full.
enum class OnFull { block, drop_new, drop_old };

struct QueueConfig {
	size_t capacity = 10000;       // alerts
	std::optional<OnFull> on_full; // default: drop_new for a live source, block in replay
};

// An alert is tried again after `first`, then twice that, up to `max` apart, until `give_up_after` has passed since the
// first try.
struct RetryConfig {
	std::chrono::milliseconds first{100};
	std::chrono::milliseconds max{5000};
	std::chrono::milliseconds give_up_after{60000};
	bool never_give_up = false; // give_up_after: never; the default where there is a spool
};

// Which alerts an output gets: all that meet every condition that is set.
struct FilterConfig {
	int minimum_priority = 7;         // 0 emergency ... 7 debug: this severe or more
	std::vector<std::string> rules;   // names with * and ?; empty: all
	std::vector<std::string> tags;    // at least one of these; empty: all
	std::vector<std::string> sources; // one of these; empty: all
};

// What one call of write_batch is given.
struct BatchConfig {
	size_t max_alerts = 256;
	std::chrono::milliseconds max_wait{0}; // for a fuller batch, from its first alert on
};

enum class Format { text, json, templated };

// One part of an output's template: text, or a value.
struct TemplatePiece {
	std::string literal;
	std::string name;   // "rule", "proc.name"; empty: the literal
	unsigned width = 0; // the value is padded with spaces or cut to this many bytes; 0: as it is
	yaml::Place place;  // of the template
};

// A field that the matcher has to give with every alert, besides those of the rule's own output.
struct WantedField {
	std::string name;
	yaml::Place place; // where the configuration names it
};

// Of alerts of one rule that have the same values of `by`, the first goes out at once, and those that follow within
// `window` as one that says how many they were.
struct DedupConfig {
	std::vector<WantedField> by;
	std::chrono::milliseconds window{60000};
	size_t max_keys = 10000; // open windows; one more ends the oldest early
};

// Where an output's alerts are kept on disk until they are delivered.
struct SpoolConfig {
	std::string dir; // absolute
	uint64_t max_bytes = uint64_t{256} * 1024 * 1024;
	std::chrono::milliseconds max_age{0}; // older alerts are dropped; 0: none
	std::optional<OnFull> on_full;        // default: as for the queue
	bool sync = true;                     // accepted alerts outlive a power cut, not only the end of falco
};

// Whether an output's plugin has a process of its own, and what that may do. A limit of 0 is falco's own.
struct IsolationConfig {
	bool process = false;
	std::string user; // empty: falco's
	uint64_t memory_mb = 0;
	uint64_t open_files = 0;
	uint64_t processes = 0; // of the user, as the kernel counts them
	uint64_t file_size_mb = 0;
	std::chrono::milliseconds timeout{60000}; // a call that takes longer ends the process
};

// One plugin instance.
struct InstanceConfig {
	std::string library;  // a name in plugin_dir, or an absolute path
	std::string name;     // unique; default: the library's name without "source-", "output-" and the like
	std::string sha256;   // of the library's file, lower case hexadecimal; empty: not checked
	bool required = true; // an output that fails ends the host; a tap that cannot be made ends the start
	yaml::Node config;    // of the plugin, as written; null when absent

	// Outputs only.
	QueueConfig queue;
	RetryConfig retry;
	FilterConfig filter;
	Format format = Format::text;
	IsolationConfig isolation;
	std::vector<TemplatePiece> format_template; // with Format::templated
	std::optional<BatchConfig> batch;           // absent: the defaults
	yaml::Place batch_place;
	std::optional<DedupConfig> dedup;
	std::optional<SpoolConfig> spool;

	yaml::Place place; // of the entry, for messages
};

// Which keys json alerts carry besides output, priority, rule and time.
struct JsonKeys {
	bool message = false;       // json_include_message_property
	bool output = true;         // json_include_output_property
	bool output_fields = false; // json_include_output_fields_property
	bool tags = false;          // json_include_tags_property
	bool source = false;        // json_include_source_property
	bool hostname = false;      // json_include_hostname_property
};

struct Config {
	std::string path;                     // of falco.yaml; empty: built-in defaults
	std::vector<std::string> more_files;  // that config_files names
	std::vector<std::string> rules_files; // absolute paths of files and folders, as configured
	bool json_output = false;
	JsonKeys json_keys;
	std::map<std::string, std::string> static_fields; // in every alert's output_fields
	bool time_format_iso_8601 = false;
	bool buffered_outputs = false;
	bool log_stderr = false;
	bool log_syslog = true;
	int log_level = 2;                              // falco_level: what the log shows at least
	std::chrono::milliseconds output_timeout{2000}; // a write that takes longer is reported; at shutdown given up
	std::string plugin_dir;
	EventDropsConfig event_drops;
	MetricsConfig metrics;
	CapabilitiesConfig capabilities;
	std::optional<bool> watch_config_files; // default: for a live source

	std::vector<InstanceConfig> sources; // tried in this order, the first that can be started is used
	InstanceConfig matcher;
	std::vector<InstanceConfig> outputs;
	std::vector<InstanceConfig> taps;
	std::vector<yaml::Entry> plugin_blocks; // handed to the source and the matcher, if their schema has the key

	std::vector<std::string> warnings; // each with its place; logged once logging works
};

// What the command line says about the configuration.
struct ConfigRequest {
	std::optional<std::string> file;         // -c
	std::vector<std::string> overrides;      // -o, in order
	std::vector<std::string> rules;          // -r
	std::vector<std::string> disabled_rules; // -D
	std::vector<std::string> disabled_tags;  // -T
	std::vector<std::string> enabled_tags;   // -t
	std::vector<std::string> trace_files;    // -e
	std::optional<std::string> source;       // --source
	std::optional<std::string> record_file;  // -w
	bool match_all_events = false;           // -A
	std::string working_directory;           // relative paths start here
	std::string default_plugin_dir;          // where plugins are when plugin_dir is not set
	bool need_output = true;                 // false for -L, -l: no output enabled is no error
};

// Finds the file (as -c says, else the search order), reads it, applies the overrides and checks every key. Throws
// Error or yaml::Error for what is wrong, with file, line and column.
Config load_config(const ConfigRequest &request);

} // namespace falco::host
