// SPDX-License-Identifier: Apache-2.0
#include "host/config/keys.hpp"

#include "host/config/messages.hpp"

#include <algorithm>

namespace falco::host::config {

const Keys &top_level_keys()
{
	static const Keys keys = {"config_files",
				  "rules_file",
				  "rules_files",
				  "rule_matching",
				  "ignored_events",
				  "rules",
				  "priority",
				  "append_output",
				  "explain",
				  "profile",
				  "json_output",
				  "json_include_message_property",
				  "json_include_output_property",
				  "json_include_output_fields_property",
				  "json_include_tags_property",
				  "json_include_source_property",
				  "json_include_hostname_property",
				  "static_fields",
				  "time_format_iso_8601",
				  "buffered_outputs",
				  "output_timeout",
				  "watch_config_files",
				  "log_stderr",
				  "log_syslog",
				  "log_level",
				  "stdout_output",
				  "file_output",
				  "syslog_output",
				  "plugin_dir",
				  "plugins",
				  "source",
				  "matcher",
				  "captures",
				  "engine",
				  "syscall_event_drops",
				  "metrics",
				  "capabilities",
				  "record",
				  "base_syscalls",
				  "container_engines",
				  "falco_libs"};
	return keys;
}

const Keys &plugin_block_keys()
{
	static const Keys keys = {"base_syscalls", "container_engines"};
	return keys;
}

const Keys &plugin_entry_keys()
{
	static const Keys keys = {"library", "name",   "config",   "sha256", "required", "filter", "queue",
				  "retry",   "format", "template", "batch",  "dedup",    "spool",  "isolation"};
	return keys;
}

const Keys &output_block_keys()
{
	static const Keys keys = {"enabled", "filter", "queue", "retry",     "format",  "template",
				  "batch",   "dedup",  "spool", "isolation", "required"};
	return keys;
}

const Keys &record_block_keys()
{
	static const Keys keys = {"enabled", "required"};
	return keys;
}

const Keys &filter_keys()
{
	static const Keys keys = {"priority", "rules", "tags", "source"};
	return keys;
}

const Keys &queue_keys()
{
	static const Keys keys = {"capacity", "on_full"};
	return keys;
}

const Keys &retry_keys()
{
	static const Keys keys = {"first_ms", "max_ms", "give_up_after"};
	return keys;
}

const Keys &isolation_keys()
{
	static const Keys keys = {"mode", "user", "timeout", "limits"};
	return keys;
}

const Keys &isolation_limit_keys()
{
	static const Keys keys = {"memory_mb", "open_files", "processes", "file_size_mb"};
	return keys;
}

const Keys &batch_keys()
{
	static const Keys keys = {"max_alerts", "max_ms"};
	return keys;
}

const Keys &dedup_keys()
{
	static const Keys keys = {"by", "window", "max_keys"};
	return keys;
}

const Keys &spool_keys()
{
	static const Keys keys = {"dir", "max_bytes", "max_age", "on_full", "sync"};
	return keys;
}

const Keys &output_only_keys()
{
	static const Keys keys = {"filter", "queue", "retry", "format",   "template",
				  "batch",  "dedup", "spool", "isolation"};
	return keys;
}

const Keys &capture_keys()
{
	static const Keys keys = {"source", "matcher"};
	return keys;
}

const Keys &engine_keys()
{
	static const Keys keys = {"kind", "kmod", "modern_ebpf", "replay", "ebpf", "gvisor"};
	return keys;
}

const Keys &event_drops_keys()
{
	static const Keys keys = {"threshold", "actions", "rate", "max_burst", "simulate_drops"};
	return keys;
}

const Keys &metrics_keys()
{
	static const Keys keys = {"enabled", "interval", "output_file"};
	return keys;
}

const Keys &capabilities_keys()
{
	static const Keys keys = {"drop", "keep_capture", "keep"};
	return keys;
}

bool contains(const Keys &keys, const std::string &key)
{
	return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool is_output_block(const std::string &key)
{
	static const std::string kSuffix = "_output";
	return key != "json_output" && key != "append_output" && key.size() > kSuffix.size() &&
	       key.compare(key.size() - kSuffix.size(), kSuffix.size(), kSuffix) == 0;
}

void require_map(const yaml::Node &block, const std::string &path)
{
	if (block.kind == yaml::Kind::null || block.kind == yaml::Kind::map) return;
	throw wrong_value(block, path.empty() ? "the configuration" : path, "a map of keys and values");
}

void check_block(const yaml::Node &block, const std::string &path, const Keys &known,
		 std::vector<std::string> &warnings)
{
	require_map(block, path);
	for (const yaml::Entry &entry : block.entries) {
		if (contains(known, entry.key) || (path.empty() && is_output_block(entry.key))) continue;
		const std::string full = path.empty() ? entry.key : path + '.' + entry.key;
		warnings.push_back(unknown_key(entry.place, full, entry.key, known));
	}
}

} // namespace falco::host::config
