// SPDX-License-Identifier: Apache-2.0
#include "host/config/changes.hpp"

#include <algorithm>

namespace falco::host {

namespace {

bool same_value(const yaml::Node &a, const yaml::Node &b)
{
	const auto same_entry = [](const yaml::Entry &x, const yaml::Entry &y) {
		return x.key == y.key && same_value(x.value, y.value);
	};
	return a.kind == b.kind && a.quoted == b.quoted && a.text == b.text &&
	       std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same_value) &&
	       std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(), same_entry);
}

bool same_pieces(const std::vector<TemplatePiece> &a, const std::vector<TemplatePiece> &b)
{
	const auto same = [](const TemplatePiece &x, const TemplatePiece &y) {
		return x.literal == y.literal && x.name == y.name && x.width == y.width;
	};
	return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

bool same_batch(const InstanceConfig &a, const InstanceConfig &b)
{
	const BatchConfig x = a.batch.value_or(BatchConfig()), y = b.batch.value_or(BatchConfig());
	return x.max_alerts == y.max_alerts && x.max_wait == y.max_wait;
}

bool same_dedup(const InstanceConfig &a, const InstanceConfig &b)
{
	if (!a.dedup || !b.dedup) return !a.dedup && !b.dedup;
	const auto same = [](const WantedField &x, const WantedField &y) { return x.name == y.name; };
	return a.dedup->window == b.dedup->window && a.dedup->max_keys == b.dedup->max_keys &&
	       std::equal(a.dedup->by.begin(), a.dedup->by.end(), b.dedup->by.begin(), b.dedup->by.end(), same);
}

bool same_spool(const InstanceConfig &a, const InstanceConfig &b)
{
	if (!a.spool || !b.spool) return !a.spool && !b.spool;
	return a.spool->dir == b.spool->dir && a.spool->max_bytes == b.spool->max_bytes &&
	       a.spool->max_age == b.spool->max_age && a.spool->on_full == b.spool->on_full &&
	       a.spool->sync == b.spool->sync;
}

// Null when the configuration does not have it.
yaml::Node block(const Config &config, const std::string &key)
{
	for (const yaml::Entry &entry : config.plugin_blocks)
		if (entry.key == key) return entry.value;
	return {};
}

bool same_isolation(const IsolationConfig &a, const IsolationConfig &b)
{
	return a.process == b.process && a.user == b.user && a.memory_mb == b.memory_mb &&
	       a.open_files == b.open_files && a.processes == b.processes && a.file_size_mb == b.file_size_mb &&
	       a.timeout == b.timeout;
}

} // namespace

bool same_plugin(const InstanceConfig &a, const InstanceConfig &b)
{
	return a.library == b.library && a.name == b.name && a.sha256 == b.sha256 && a.required == b.required &&
	       same_value(a.config, b.config);
}

bool same_output(const InstanceConfig &a, const InstanceConfig &b)
{
	return same_plugin(a, b) && a.queue.capacity == b.queue.capacity && a.queue.on_full == b.queue.on_full &&
	       a.retry.first == b.retry.first && a.retry.max == b.retry.max &&
	       a.retry.give_up_after == b.retry.give_up_after && a.retry.never_give_up == b.retry.never_give_up &&
	       a.format == b.format && same_pieces(a.format_template, b.format_template) && same_batch(a, b) &&
	       same_dedup(a, b) && same_spool(a, b) && same_isolation(a.isolation, b.isolation);
}

std::vector<std::string> changed_until_restart(const Config &running, const Config &next)
{
	std::vector<std::string> keys;
	const auto compare = [&](const char *key, bool same) {
		if (!same) keys.emplace_back(key);
	};
	compare("source", std::equal(running.sources.begin(), running.sources.end(), next.sources.begin(),
				     next.sources.end(), same_plugin));
	compare("record or a tap of plugins",
		std::equal(running.taps.begin(), running.taps.end(), next.taps.begin(), next.taps.end(), same_plugin));
	// The matcher's block, base_syscalls, comes with the next matcher.
	const auto compare_block = [&](const char *key, const char *name) {
		compare(name, same_value(block(running, key), block(next, key)));
	};
	compare_block("container_engines", "container_engines");
	compare_block("snaplen", "falco_libs.snaplen");
	compare("plugin_dir", running.plugin_dir == next.plugin_dir);
	compare("capabilities", running.capabilities.drop == next.capabilities.drop &&
					running.capabilities.keep_capture == next.capabilities.keep_capture &&
					running.capabilities.keep == next.capabilities.keep);
	compare("metrics", running.metrics.enabled == next.metrics.enabled &&
				   running.metrics.interval == next.metrics.interval &&
				   running.metrics.output_file == next.metrics.output_file);
	compare("log_stderr", running.log_stderr == next.log_stderr);
	compare("log_syslog", running.log_syslog == next.log_syslog);
	compare("log_level", running.log_level == next.log_level);
	return keys;
}

} // namespace falco::host
