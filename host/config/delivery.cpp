// SPDX-License-Identifier: Apache-2.0
#include "host/config/delivery.hpp"

#include "host/config/isolation.hpp"
#include "host/config/keys.hpp"
#include "host/config/messages.hpp"
#include "host/config/paths.hpp"
#include "host/config/readers.hpp"
#include "host/config/template.hpp"

namespace falco::host::config {
namespace {

using std::chrono::milliseconds;
using yaml::Node;

constexpr int64_t kMaxDelay = int64_t{3600} * 1000; // milliseconds

FilterConfig read_filter(const Node &block, const std::string &path, const InstanceContext &context)
{
	check_block(block, path, filter_keys(), *context.warnings);
	FilterConfig filter;
	if (const Node *node = block.find("priority"))
		filter.minimum_priority = read_priority(*node, path + ".priority");
	if (const Node *node = block.find("rules"))
		filter.rules = read_texts(*node, path + ".rules", "a list of rule names");
	if (const Node *node = block.find("tags")) filter.tags = read_texts(*node, path + ".tags", "a list of tags");
	if (const Node *node = block.find("source"))
		filter.sources = read_texts(*node, path + ".source", "a list of sources");
	return filter;
}

OnFull read_on_full(const Node &node, const std::string &key)
{
	constexpr OnFull kPolicies[] = {OnFull::block, OnFull::drop_new, OnFull::drop_old};
	return kPolicies[read_choice(node, key, {"block", "drop_new", "drop_old"})];
}

QueueConfig read_queue(const Node &block, const std::string &path, const InstanceContext &context)
{
	check_block(block, path, queue_keys(), *context.warnings);
	QueueConfig queue;
	if (const Node *node = block.find("capacity")) {
		queue.capacity = static_cast<size_t>(read_integer(*node, path + ".capacity", 1, 10000000, "alerts"));
	}
	if (const Node *node = block.find("on_full")) queue.on_full = read_on_full(*node, path + ".on_full");
	return queue;
}

RetryConfig read_retry(const Node &block, const std::string &path, const InstanceContext &context)
{
	check_block(block, path, retry_keys(), *context.warnings);
	RetryConfig retry;
	const auto read_delay = [&](const char *key, milliseconds &delay) {
		const Node *node = block.find(key);
		if (node) delay = milliseconds(read_integer(*node, path + '.' + key, 1, kMaxDelay, "milliseconds"));
	};
	read_delay("first_ms", retry.first);
	read_delay("max_ms", retry.max);
	if (const Node *node = block.find("give_up_after")) {
		retry.never_give_up = node->kind == yaml::Kind::scalar && node->text == "never";
		if (!retry.never_give_up) retry.give_up_after = read_duration(*node, path + ".give_up_after");
	}
	if (retry.first > retry.max) {
		const Node *node = block.find("max_ms") ? block.find("max_ms") : block.find("first_ms");
		throw yaml::Error(node->place, path + ": first_ms (" + std::to_string(retry.first.count()) +
						       ") is more than max_ms (" + std::to_string(retry.max.count()) +
						       "); set max_ms to at least first_ms");
	}
	return retry;
}

BatchConfig read_batch(const Node &block, const std::string &path, const InstanceContext &context)
{
	check_block(block, path, batch_keys(), *context.warnings);
	BatchConfig batch;
	if (const Node *node = block.find("max_alerts")) {
		batch.max_alerts = static_cast<size_t>(read_integer(*node, path + ".max_alerts", 1, 100000, "alerts"));
	}
	if (const Node *node = block.find("max_ms")) {
		batch.max_wait = milliseconds(read_integer(*node, path + ".max_ms", 0, kMaxDelay, "milliseconds"));
	}
	return batch;
}

DedupConfig read_dedup(const Node &block, const std::string &path, const InstanceContext &context)
{
	check_block(block, path, dedup_keys(), *context.warnings);
	DedupConfig dedup;
	if (const Node *node = block.find("by")) {
		const std::vector<std::string> names = read_texts(*node, path + ".by", "a list of fields");
		for (size_t i = 0; i < names.size(); ++i) {
			const Node &item = node->kind == yaml::Kind::sequence ? node->items[i] : *node;
			if (contains({"id", "sequence", "time", "time_iso_8601"}, names[i])) {
				throw yaml::Error(
					item.place,
					path + ".by: '" + names[i] +
						"' is another one for every alert, so none repeats; remove it");
			}
			dedup.by.push_back({names[i], item.place});
		}
	}
	if (const Node *node = block.find("window")) {
		dedup.window = read_duration(*node, path + ".window");
		if (dedup.window.count() == 0) throw wrong_value(*node, path + ".window", "a time above 0");
	}
	if (const Node *node = block.find("max_keys")) {
		dedup.max_keys = static_cast<size_t>(read_integer(*node, path + ".max_keys", 1, 10000000));
	}
	return dedup;
}

SpoolConfig read_spool(const Node &block, const std::string &path, const InstanceContext &context)
{
	constexpr int64_t kMebibyte = int64_t{1024} * 1024;
	check_block(block, path, spool_keys(), *context.warnings);
	SpoolConfig spool;
	const Node *dir = block.find("dir");
	if (!dir) throw missing_key(block.place, path, "dir", "the folder that undelivered alerts are kept in");
	spool.dir = absolute_path(read_text(*dir, path + ".dir", "a folder"), context.working_directory);
	if (const Node *node = block.find("max_bytes")) {
		spool.max_bytes = static_cast<uint64_t>(
			read_integer(*node, path + ".max_bytes", kMebibyte, kMebibyte * 1024 * 1024, "bytes"));
	}
	if (const Node *node = block.find("max_age")) spool.max_age = read_duration(*node, path + ".max_age");
	if (const Node *node = block.find("on_full")) spool.on_full = read_on_full(*node, path + ".on_full");
	if (const Node *node = block.find("sync")) spool.sync = read_bool(*node, path + ".sync");
	return spool;
}

void read_format(const Node &block, const std::string &path, const InstanceContext &context, InstanceConfig &instance)
{
	instance.format = context.format;
	if (const Node *node = block.find("format")) {
		constexpr Format kFormats[] = {Format::text, Format::json, Format::templated};
		instance.format = kFormats[read_choice(*node, path + ".format", {"text", "json", "template"})];
	}
	const Node *text = block.find("template");
	const bool is_wanted = instance.format == Format::templated;
	if (text && !is_wanted) {
		throw yaml::Error(text->place, path + ".template: has no effect without 'format: template'; add that");
	}
	if (is_wanted && !text) {
		throw missing_key(block.find("format")->place, path, "template",
				  "what 'format: template' fills in, such as \"%time %rule %proc.name\"");
	}
	if (text) instance.format_template = read_template(*text, path + ".template");
}

const Node *find_block(const Node &block, const char *key)
{
	const Node *node = block.find(key);
	return node && node->kind != yaml::Kind::null ? node : nullptr;
}

} // namespace

void read_delivery(const Node &block, const std::string &path, const InstanceContext &context, InstanceConfig &instance)
{
	if (const Node *node = block.find("required")) instance.required = read_bool(*node, path + ".required");
	if (const Node *node = block.find("filter")) instance.filter = read_filter(*node, path + ".filter", context);
	if (const Node *node = block.find("queue")) instance.queue = read_queue(*node, path + ".queue", context);
	if (const Node *node = block.find("retry")) instance.retry = read_retry(*node, path + ".retry", context);
	if (const Node *node = find_block(block, "batch")) {
		instance.batch = read_batch(*node, path + ".batch", context);
		instance.batch_place = node->place;
	}
	if (const Node *node = find_block(block, "dedup")) instance.dedup = read_dedup(*node, path + ".dedup", context);
	if (const Node *node = find_block(block, "spool")) {
		instance.spool = read_spool(*node, path + ".spool", context);
		const Node *retry = block.find("retry");
		if (!retry || !retry->find("give_up_after")) instance.retry.never_give_up = true;
	}
	if (const Node *node = block.find("isolation"))
		instance.isolation = read_isolation(*node, path + ".isolation", *context.warnings);
	read_format(block, path, context, instance);
}

} // namespace falco::host::config
