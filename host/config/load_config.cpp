// SPDX-License-Identifier: Apache-2.0
#include "host/config/captures.hpp"
#include "host/config/config.hpp"
#include "host/config/config_files.hpp"
#include "host/config/instances.hpp"
#include "host/config/keys.hpp"
#include "host/config/matcher_keys.hpp"
#include "host/config/messages.hpp"
#include "host/config/overrides.hpp"
#include "host/config/paths.hpp"
#include "host/config/readers.hpp"
#include "host/config/record_files.hpp"
#include "host/config/search.hpp"
#include "host/config/taps.hpp"

#include <algorithm>
#include <iterator>

namespace falco::host {
namespace config {
namespace {

using yaml::Node;

constexpr const char *kBuiltInName = "built-in configuration";
constexpr const char *kBuiltIn = "log_stderr: true\nstdout_output: {enabled: true}\n";

void read_switch(const Node &root, const char *key, bool &value)
{
	if (const Node *node = root.find(key)) value = read_bool(*node, key);
}

// One of the two spellings. An option takes the place of the file's, whichever that uses.
const Node *find_rules(const Node &root)
{
	const Node *file = root.find("rules_file");
	const Node *files = root.find("rules_files");
	if (!file || !files) return file ? file : files;
	const bool file_is_option = file->place.line == 0;
	const bool files_is_option = files->place.line == 0;
	if (file_is_option != files_is_option) return file_is_option ? file : files;
	throw both_given(files->place, "rules_files", "rules_file");
}

std::vector<std::string> read_rules(const Node &root, const ConfigRequest &request)
{
	std::vector<std::string> paths = {"/etc/falco_rules.yaml"};
	if (const Node *node = find_rules(root)) {
		const char *key = node == root.find("rules_file") ? "rules_file" : "rules_files";
		constexpr const char *kExpected = "a path or a list of paths";
		paths = read_texts(*node, key, kExpected);
		if (paths.empty()) throw wrong_value(*node, key, "at least one path");
	}
	if (!request.rules.empty()) paths = request.rules;
	for (std::string &path : paths) {
		if (path.empty()) {
			throw yaml::Error({std::make_shared<const std::string>("option -r"), 0, 0},
					  "the path is empty");
		}
		path = absolute_path(path, request.working_directory);
	}
	return paths;
}

void read_static_fields(const Node &root, Config &config)
{
	const Node *fields = root.find("static_fields");
	if (!fields) return;
	require_map(*fields, "static_fields");
	for (const yaml::Entry &entry : fields->entries) {
		const std::string key = "static_fields." + entry.key;
		if (entry.value.kind != yaml::Kind::scalar) throw wrong_value(entry.value, key, "text");
		config.static_fields[entry.key] = entry.value.text;
	}
}

void read_settings(const Node &root, const ConfigRequest &request, Config &config)
{
	config.rules_files = read_rules(root, request);
	read_switch(root, "json_output", config.json_output);
	read_switch(root, "json_include_message_property", config.json_keys.message);
	read_switch(root, "json_include_output_property", config.json_keys.output);
	read_switch(root, "json_include_output_fields_property", config.json_keys.output_fields);
	read_switch(root, "json_include_tags_property", config.json_keys.tags);
	read_switch(root, "json_include_source_property", config.json_keys.source);
	read_switch(root, "json_include_hostname_property", config.json_keys.hostname);
	read_static_fields(root, config);
	read_switch(root, "time_format_iso_8601", config.time_format_iso_8601);
	read_switch(root, "buffered_outputs", config.buffered_outputs);
	read_switch(root, "log_stderr", config.log_stderr);
	read_switch(root, "log_syslog", config.log_syslog);
	if (const Node *node = root.find("watch_config_files")) {
		config.watch_config_files = read_bool(*node, "watch_config_files");
	}
	if (const Node *node = root.find("log_level")) config.log_level = read_log_level(*node, "log_level");
	if (const Node *node = root.find("output_timeout")) {
		constexpr int64_t kDay = int64_t{24} * 3600 * 1000;
		config.output_timeout =
			std::chrono::milliseconds(read_integer(*node, "output_timeout", 1, kDay, "milliseconds"));
	}
	config.capabilities = read_capabilities(root, config.warnings);
	config.event_drops = read_event_drops(root, config.warnings);
	config.metrics = read_metrics(root, request.working_directory, config.warnings);
	config.plugin_dir = request.default_plugin_dir;
	if (const Node *node = root.find("plugin_dir")) {
		config.plugin_dir =
			absolute_path(read_text(*node, "plugin_dir", "a folder"), request.working_directory);
	}
}

void hand_to_outputs(const Node &root, Config &config)
{
	if (!config.buffered_outputs) return;
	for (InstanceConfig &output : config.outputs) {
		if (library_base(output.library) != "output-stdout") continue;
		set_config(output, "buffered", make_scalar("true", root.find("buffered_outputs")->place));
	}
}

std::vector<const InstanceConfig *> pointers(const std::vector<InstanceConfig> &instances)
{
	std::vector<const InstanceConfig *> result;
	for (const InstanceConfig &instance : instances)
		result.push_back(&instance);
	return result;
}

// Names are unique within a kind: source-json, matcher-json and output-json may well go together.
void check_names_of(LibraryKind kind, const std::vector<ListedInstance> &listed,
		    std::vector<const InstanceConfig *> named)
{
	for (const ListedInstance &entry : listed) {
		const LibraryKind taken_for = entry.kind == LibraryKind::unknown ? LibraryKind::output : entry.kind;
		if (taken_for == kind) named.push_back(&entry.instance);
	}
	check_names(named);
}

void read_instances(const Node &root, const ConfigRequest &request, Config &config)
{
	InstanceContext context;
	context.working_directory = request.working_directory;
	context.format = config.json_output ? Format::json : Format::text;
	context.warnings = &config.warnings;
	config.outputs = read_output_blocks(root, context);
	std::vector<ListedInstance> listed = read_plugins(root, context);
	check_names_of(LibraryKind::source, listed, {});
	check_names_of(LibraryKind::matcher, listed, {});
	check_names_of(LibraryKind::output, listed, pointers(config.outputs));
	choose_capture(root, request, listed, config);
	config.taps = choose_taps(root, request, context, listed);
	for (ListedInstance &entry : listed) {
		const bool is_output = entry.kind == LibraryKind::output || entry.kind == LibraryKind::unknown;
		if (is_output) config.outputs.push_back(std::move(entry.instance));
	}
	check_record_files(config);
	hand_to_matcher(root, request, config.matcher);
	hand_to_outputs(root, config);
	for (const yaml::Entry &entry : root.entries) {
		if (!contains(plugin_block_keys(), entry.key)) continue;
		require_map(entry.value, entry.key);
		if (entry.value.kind == yaml::Kind::map) config.plugin_blocks.push_back(entry);
	}
	// Modern Falco's place for what the live sources have as a key of their own.
	const Node *libs = root.find("falco_libs");
	if (!libs || libs->kind == yaml::Kind::null) return;
	const Keys known = {"snaplen"};
	check_block(*libs, "falco_libs", known, config.warnings);
	std::copy_if(libs->entries.begin(), libs->entries.end(), std::back_inserter(config.plugin_blocks),
		     [&](const yaml::Entry &entry) { return contains(known, entry.key); });
}

// What the block `explain` adds to alerts is one of their output_fields.
void warn_of_hidden_explanations(const Node &root, Config &config)
{
	const Node *explain = root.find("explain");
	const bool are_seen =
		std::any_of(config.outputs.begin(), config.outputs.end(), [&](const InstanceConfig &output) {
			return output.format == Format::templated ||
			       (output.format == Format::json && config.json_keys.output_fields);
		});
	if (explain && !config.outputs.empty() && !are_seen) {
		config.warnings.push_back(explain->place.str() +
					  ": explain: no output shows explanations; that takes json_output and "
					  "json_include_output_fields_property");
	}
}

Config load(const ConfigRequest &request)
{
	Config config;
	const std::optional<std::string> file = find_file(request);
	yaml::Document document = file ? yaml::read_file(*file) : yaml::parse(kBuiltIn, kBuiltInName);
	if (file) {
		config.path = *file;
	} else {
		config.warnings.push_back(no_file());
	}
	require_map(document.root, "");
	config.more_files = add_config_files(document.root, request.working_directory);
	expand_variables(document.root);
	for (const std::string &option : request.overrides)
		apply_override(document.root, option);

	check_block(document.root, "", top_level_keys(), config.warnings);
	read_settings(document.root, request, config);
	read_instances(document.root, request, config);
	warn_of_hidden_explanations(document.root, config);
	if (request.need_output && config.outputs.empty()) throw no_output(file.value_or(kBuiltInName));
	return config;
}

} // namespace
} // namespace config

Config load_config(const ConfigRequest &request)
{
	return config::load(request);
}

} // namespace falco::host
