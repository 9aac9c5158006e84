// SPDX-License-Identifier: Apache-2.0
#include "host/app/make_plugins.hpp"

#include "host/app/extra_fields.hpp"
#include "host/app/paths.hpp"
#include "host/app/rules_report.hpp"
#include "host/config/instance.hpp"
#include "host/error.hpp"
#include "host/isolation/isolated_output.hpp"
#include "host/plugins/config_place.hpp"
#include "host/plugins/library.hpp"
#include "host/plugins/path_safety.hpp"
#include "host/plugins/schema.hpp"

#include <exception>
#include <optional>
#include <unistd.h>
#include <utility>

namespace falco::host {

using nlohmann::json;

namespace {

Plugin load(const InstanceConfig &instance, falco_kind kind, const Config &config)
{
	const Plugin plugin = load_plugin(instance.library, config.plugin_dir, instance.sha256);
	if (plugin.table->kind != kind) {
		throw Error(plugin.path + " is of kind " + kind_name(plugin.table->kind) + ", and '" + instance.name +
			    "' must be of kind " + kind_name(kind));
	}
	return plugin;
}

template <typename Instance>
std::unique_ptr<Instance> make(const InstanceConfig &instance, falco_kind kind, const Config &config,
			       const HostServices &services)
{
	const Plugin plugin = load(instance, kind, config);
	return std::make_unique<Instance>(plugin, instance.name, complete_config(plugin, instance), services);
}

bool knows(const Plugin &plugin, const std::string &key)
{
	return plugin.table->config_schema && Schema(plugin.table->config_schema).find_property(key);
}

void check_batch(const Plugin &plugin, const InstanceConfig &instance)
{
	const falco_output_ops *ops = plugin.table->output;
	if (instance.batch && ops && !FALCO_HAS(ops, write_batch)) {
		throw yaml::Error(instance.batch_place,
				  "output '" + instance.name +
					  "': batch: this plugin takes one alert after the other; "
					  "remove the key");
	}
}

std::unique_ptr<Output> make_output(const InstanceConfig &instance, const Config &config, const HostServices &services,
				    const WatchedCalls &calls)
{
	const Plugin plugin = load(instance, FALCO_KIND_OUTPUT, config);
	check_batch(plugin, instance);
	if (instance.isolation.process) {
		return calls.create(instance.name, [instance, folder = config.plugin_dir, &services] {
			return make_isolated_output(instance, folder, services);
		});
	}
	return calls.create(instance.name,
			    [plugin, name = instance.name, settings = complete_config(plugin, instance), &services] {
				    return std::make_unique<Output>(plugin, name, settings, services);
			    });
}

// nullptr: it is left out.
std::unique_ptr<Output> try_output(const InstanceConfig &instance, const Config &config, const HostServices &services,
				   Log &log, const WatchedCalls &calls)
{
	try {
		return make_output(instance, config, services, calls);
	} catch (const yaml::Error &) {
		throw; // has its place: a mistake, whether or not the output is required
	} catch (const LeftBehind &) {
		throw;
	} catch (const std::exception &e) {
		if (instance.required) {
			throw;
		}
		log.write(FALCO_LOG_WARN,
			  "output '" + instance.name + "' is left out, since it is not required: " + e.what());
		return nullptr;
	}
}

// Whether all came back.
bool destroy(std::vector<Outputs::Entry> &entries, const WatchedCalls &calls)
{
	bool all_came_back = true;
	for (Outputs::Entry &entry : entries) {
		all_came_back &= !entry.output || calls.destroy(std::move(entry.output));
	}
	return all_came_back;
}

} // namespace

json config_with_blocks(const Plugin &plugin, InstanceConfig instance, const std::vector<yaml::Entry> &blocks)
{
	for (const yaml::Entry &block : blocks) {
		if (knows(plugin, block.key)) {
			config::set_config(instance, block.key, block.value);
		}
	}
	return complete_config(plugin, instance);
}

Config read_config(const ConfigRequest &request)
{
	Config config = load_config(request);
	if (geteuid() == 0 && !config.path.empty()) {
		require_safe_path(config.path, "configuration file");
		for (const auto &path : config.more_files) {
			require_safe_path(path, "configuration file");
		}
	}
	return config;
}

void make_sources(const Config &config, const HostServices &services, const Matcher &matcher, Log &log,
		  SourceChoice &choice)
{
	const Plugin matching = load(config.matcher, FALCO_KIND_MATCHER, config);
	for (const auto &instance : config.sources) {
		std::optional<Plugin> plugin;
		try {
			plugin = load(instance, FALCO_KIND_SOURCE, config);
		} catch (const Error &e) {
			if (config.sources.size() == 1) {
				throw;
			}
			choice.refuse(instance.name, e.what());
			continue;
		}
		const json settings = config_with_blocks(*plugin, instance, config.plugin_blocks);
		for (const yaml::Entry &block : config.plugin_blocks) {
			if (!knows(*plugin, block.key) && !knows(matching, block.key)) {
				log.write(FALCO_LOG_INFO, block.place.str() + ": " + block.key +
								  " has no effect on source '" + instance.name + "'");
			}
		}
		auto source = std::make_unique<Source>(*plugin, instance.name, settings, services);
		check_families(*source, matcher);
		choice.add(std::move(source), instance.library);
	}
}

std::unique_ptr<Matcher> make_matcher(const Config &config, const HostServices &services)
{
	const Plugin plugin = load(config.matcher, FALCO_KIND_MATCHER, config);
	const std::vector<WantedField> extra = extra_fields(config);
	InstanceConfig instance = config.matcher;
	ask_for_fields(instance, extra, plugin);
	auto matcher = std::make_unique<Matcher>(plugin, instance.name,
						 config_with_blocks(plugin, instance, config.plugin_blocks), services);
	check_fields(extra, *matcher);
	return matcher;
}

std::shared_ptr<const RuleSet> load_rules(Matcher &matcher, const Config &config, Log &log)
{
	LoadResult loaded = matcher.load(find_rules_files(config.rules_files));
	add_places(loaded, config.matcher.config);
	for (const auto &finding : loaded.findings) {
		log.write(finding.level, finding.str());
		for (const auto &line : show_lines(finding)) {
			log.write(finding.level, line);
		}
	}
	if (!loaded.status.ok()) {
		throw Error("cannot load the rules: " + loaded.status.message);
	}
	mark_extra_fields(loaded.rules, extra_fields(config), matcher.name());
	return std::make_shared<const RuleSet>(std::move(loaded.rules));
}

std::vector<Outputs::Entry> make_outputs(const Config &config, const HostServices &services, Log &log,
					 const std::function<bool()> &falco_ends,
					 const std::function<bool(const InstanceConfig &)> &stays)
{
	const WatchedCalls calls(
		config.output_timeout, [&log](falco_level level, const std::string &text) { log.write(level, text); },
		falco_ends);
	std::vector<Outputs::Entry> entries;
	try {
		for (const auto &instance : config.outputs) {
			if (stays && stays(instance)) {
				entries.push_back({nullptr, instance});
			} else if (auto output = try_output(instance, config, services, log, calls)) {
				entries.push_back({std::move(output), instance});
			}
		}
		if (entries.empty()) {
			throw Error("no output can be used: every one of them failed to start");
		}
	} catch (const std::exception &e) {
		if (!destroy(entries, calls)) {
			throw LeftBehind(e.what());
		}
		throw;
	}
	return entries;
}

json matcher_schema(const Config &config)
{
	const Plugin plugin = load(config.matcher, FALCO_KIND_MATCHER, config);
	return plugin.table->config_schema ? Schema(plugin.table->config_schema).tree() : json();
}

std::map<std::string, json> plugin_schemas(const Config &config)
{
	std::map<std::string, json> schemas;
	for (const std::string &library : list_libraries(config.plugin_dir)) {
		try {
			const Plugin plugin = load_plugin(library, config.plugin_dir);
			if (plugin.table->config_schema) schemas[library] = Schema(plugin.table->config_schema).tree();
		} catch (const Error &) {
			continue; // `falco plugin list` says what is wrong with it
		}
	}
	return schemas;
}

void check_outputs(const Config &config)
{
	for (const auto &instance : config.outputs) {
		const Plugin plugin = load(instance, FALCO_KIND_OUTPUT, config);
		check_batch(plugin, instance);
		complete_config(plugin, instance);
	}
}

void make_taps(const Config &config, const HostServices &services, Log &log, const Source &source, Taps &taps)
{
	taps.log = [&log](falco_level level, const std::string &text) { log.write(level, text); };
	for (const auto &instance : config.taps) {
		try {
			auto tap = make<Tap>(instance, FALCO_KIND_TAP, config, services);
			check_families(source, *tap);
			taps.add(std::move(tap));
		} catch (const yaml::Error &) {
			throw; // has its place
		} catch (const std::exception &e) {
			if (instance.required) {
				throw Error(instance.place.str() + ": " + e.what());
			}
			log.write(FALCO_LOG_WARN,
				  "tap '" + instance.name + "' is left out, since it is not required: " + e.what());
		}
	}
}

FormatOptions format_options(const Config &config, const HostServices &services)
{
	FormatOptions format;
	format.json_keys = config.json_keys;
	format.iso_8601 = config.time_format_iso_8601;
	format.hostname = services.hostname;
	for (const auto &[name, value] : config.static_fields) {
		std::string key, text;
		append_json_string(key, name);
		append_json_string(text, value);
		format.static_fields.emplace(key + ":", text);
	}
	return format;
}

} // namespace falco::host
