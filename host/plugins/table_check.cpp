// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/table_check.hpp"

#include "host/plugins/plugin.hpp"
#include "host/plugins/schema.hpp"
#include "host/plugins/tool_commands.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <map>
#include <mutex>
#include <regex>

namespace falco::host {

namespace {

constexpr AbiVersion kHost{FALCO_ABI_MAJOR, FALCO_ABI_MINOR};

std::string text_of(const AbiVersion &version)
{
	return std::to_string(version.major) + "." + std::to_string(version.minor);
}

std::string short_table(const char *what, uint32_t size, size_t expected)
{
	return std::string("has a ") + what + " that is too short: struct_size is " + std::to_string(size) +
	       ", at least " + std::to_string(expected) + " expected: set it to sizeof";
}

std::string bounded(const char *text)
{
	return text ? std::string(text, strnlen(text, 64)) : std::string();
}

std::string text_problem(const falco_plugin &table)
{
	// Bounded first: the regular expressions are for short text, and a name may not even end.
	const std::string name = bounded(table.name);
	static const std::regex good_name("[a-z][a-z0-9_-]{0,31}");
	if (!std::regex_match(name, good_name))
		return "has the malformed name '" + name + "': 1 to 32 of a-z, 0-9, _ and -, beginning with a letter";
	const std::string version = bounded(table.version);
	static const std::regex good_version("[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?");
	if (!std::regex_match(version, good_version))
		return "has the malformed version '" + version + "': three numbers like 1.2.3 expected";
	if (!table.description || !*table.description) return "has no description: one line that says what it does";
	for (const char *c = table.description; *c; ++c)
		if (std::iscntrl(static_cast<unsigned char>(*c)) != 0)
			return "has a description with control characters: one line that says what it does is expected";
	return {};
}

struct Required {
	const char *name;
	bool is_set;
};

std::string missing_function(std::initializer_list<Required> functions)
{
	for (const Required &function : functions)
		if (!function.is_set) return std::string("does not set the required function ") + function.name;
	return {};
}

std::string family_problem(const falco_family &family)
{
	return family.name && *family.name ? "" : "names no family of events: set family.name";
}

std::string flags_problem(uint32_t flags, uint32_t known)
{
	return (flags & ~known) == 0 ? ""
				     : "sets flags that ABI " + text_of(kHost) + " does not know (" +
					       std::to_string(flags & ~known) + ")";
}

// The table as this host knows it: what the plugin's is too short to have is NULL.
template <typename Table>
Table whole(const Table &raw)
{
	Table table{};
	std::memcpy(&table, &raw, std::min<size_t>(raw.struct_size, sizeof table));
	table.struct_size = sizeof table;
	return table;
}

// The first that found something.
std::string first_of(std::initializer_list<std::string> problems)
{
	for (const std::string &problem : problems)
		if (!problem.empty()) return problem;
	return {};
}

std::string ops_problem(const falco_source_ops &raw)
{
	constexpr size_t least = offsetof(falco_source_ops, destroy) + sizeof raw.destroy;
	if (raw.struct_size < least) return short_table("falco_source_ops", raw.struct_size, least);
	const falco_source_ops ops = whole(raw);
	return first_of({flags_problem(ops.flags, FALCO_SOURCE_LIVE), family_problem(ops.family),
			 missing_function({{"create", ops.create != nullptr},
					   {"start", ops.start != nullptr},
					   {"context", ops.context != nullptr},
					   {"next", ops.next != nullptr},
					   {"stop", ops.stop != nullptr},
					   {"destroy", ops.destroy != nullptr}})});
}

std::string ops_problem(const falco_matcher_ops &raw)
{
	constexpr size_t least = offsetof(falco_matcher_ops, destroy) + sizeof raw.destroy;
	if (raw.struct_size < least) return short_table("falco_matcher_ops", raw.struct_size, least);
	const falco_matcher_ops ops = whole(raw);
	return first_of({flags_problem(ops.flags, 0), family_problem(ops.family),
			 missing_function({{"create", ops.create != nullptr},
					   {"load", ops.load != nullptr},
					   {"bind", ops.bind != nullptr},
					   {"match", ops.match != nullptr},
					   {"unbind", ops.unbind != nullptr},
					   {"destroy", ops.destroy != nullptr}})});
}

std::string ops_problem(const falco_output_ops &raw)
{
	constexpr size_t least = offsetof(falco_output_ops, destroy) + sizeof raw.destroy;
	if (raw.struct_size < least) return short_table("falco_output_ops", raw.struct_size, least);
	const falco_output_ops ops = whole(raw);
	return first_of(
		{flags_problem(ops.flags, FALCO_OUTPUT_BARE), missing_function({{"create", ops.create != nullptr},
										{"write", ops.write != nullptr},
										{"destroy", ops.destroy != nullptr}})});
}

std::string ops_problem(const falco_tap_ops &raw)
{
	constexpr size_t least = offsetof(falco_tap_ops, destroy) + sizeof raw.destroy;
	if (raw.struct_size < least) return short_table("falco_tap_ops", raw.struct_size, least);
	const falco_tap_ops ops = whole(raw);
	return first_of({flags_problem(ops.flags, 0), family_problem(ops.family),
			 missing_function({{"create", ops.create != nullptr},
					   {"bind", ops.bind != nullptr},
					   {"event", ops.event != nullptr},
					   {"flush", ops.flush != nullptr},
					   {"unbind", ops.unbind != nullptr},
					   {"destroy", ops.destroy != nullptr}})});
}

std::string ops_problem(const falco_tool_ops &raw)
{
	constexpr size_t least = offsetof(falco_tool_ops, destroy) + sizeof raw.destroy;
	if (raw.struct_size < least) return short_table("falco_tool_ops", raw.struct_size, least);
	const falco_tool_ops ops = whole(raw);
	std::string problem =
		first_of({flags_problem(ops.flags, 0), missing_function({{"create", ops.create != nullptr},
									 {"run", ops.run != nullptr},
									 {"destroy", ops.destroy != nullptr}})});
	if (!problem.empty()) return problem;
	if (!ops.commands) return "describes no commands: set commands";
	problem = tool_commands_problem(ops.commands);
	return problem.empty() ? "" : "describes its commands wrongly: " + problem;
}

std::string kind_problem(const falco_plugin &table)
{
	switch (table.kind) {
	case FALCO_KIND_SOURCE:
	case FALCO_KIND_MATCHER:
	case FALCO_KIND_OUTPUT:
	case FALCO_KIND_TAP:
	case FALCO_KIND_TOOL:
		break;
	default:
		return "is of kind " + std::to_string(table.kind) + ", which this falco does not know";
	}
	const bool right = (table.kind == FALCO_KIND_SOURCE) == (table.source != nullptr) &&
			   (table.kind == FALCO_KIND_MATCHER) == (table.matcher != nullptr) &&
			   (table.kind == FALCO_KIND_OUTPUT) == (table.output != nullptr) &&
			   (table.kind == FALCO_KIND_TAP) == (table.tap != nullptr) &&
			   (table.kind == FALCO_KIND_TOOL) == (table.tool != nullptr);
	if (!right)
		return "is of kind " + kind_name(table.kind) + " and so must set its table of " +
		       kind_name(table.kind) + " functions and no other";
	if (table.source) return ops_problem(*table.source);
	if (table.matcher) return ops_problem(*table.matcher);
	if (table.tap) return ops_problem(*table.tap);
	if (table.tool) return ops_problem(*table.tool);
	return ops_problem(*table.output);
}

// In the short form of an output these keys stand beside the plugin's own, and are the host's.
std::string host_key_problem(const falco_plugin &table, const Schema &schema)
{
	if (table.kind != FALCO_KIND_OUTPUT) return {};
	for (const char *key : {"enabled", "filter", "queue", "retry", "batch", "format", "template", "dedup", "spool",
				"isolation", "required"})
		if (schema.find_property(key))
			return std::string("has a config_schema that uses the key '") + key +
			       "', which is the host's for every output: give it another name";
	return {};
}

std::string schema_problem(const falco_plugin &table)
{
	if (!table.config_schema) return {};
	if (table.kind == FALCO_KIND_TOOL)
		return "has a config_schema, but a tool takes no configuration: what it wants to know are arguments of "
		       "its commands";
	try {
		return host_key_problem(table, Schema(table.config_schema));
	} catch (const std::exception &error) {
		return std::string("has a config_schema that cannot be used: ") + error.what();
	}
}

} // namespace

std::string version_problem(const AbiVersion &plugin, const AbiVersion &host)
{
	const std::string both = "was built for plugin ABI " + text_of(plugin) + ", this falco has " + text_of(host);
	if (plugin.major > host.major) return both + " (newer major version): use a newer falco";
	if (plugin.major < host.major) return both + " (older major version): rebuild it against this falco's SDK";
	if (plugin.minor > host.minor) return both + " (newer minor version): use a newer falco";
	// From 1.0 on an older minor version fits; before, any difference may change any struct.
	if (plugin.minor < host.minor && host.major == 0)
		return both + " (older minor version): rebuild it against this falco's SDK";
	return {};
}

std::string table_problem(const falco_plugin &raw)
{
	if (raw.magic != FALCO_ABI_MAGIC)
		return "exports a falco_plugin_entry that is no plugin table: it does not begin with FALCO_ABI_MAGIC";
	std::string problem = version_problem({raw.abi_major, raw.abi_minor}, kHost);
	if (!problem.empty()) return problem;
	constexpr size_t least = offsetof(falco_plugin, output) + sizeof(const falco_output_ops *);
	if (raw.struct_size < least) return short_table("falco_plugin", raw.struct_size, least);
	const falco_plugin table = whole(raw);
	// In this order, and each only when what it reads was found right.
	problem = text_problem(table);
	if (problem.empty()) problem = flags_problem(table.flags, 0);
	if (problem.empty()) problem = kind_problem(table);
	if (problem.empty()) problem = schema_problem(table);
	return problem;
}

const falco_plugin *complete_table(const falco_plugin &checked)
{
	// Never destroyed, as the libraries they come from.
	struct Tables {
		falco_plugin plugin;
		falco_source_ops source;
		falco_matcher_ops matcher;
		falco_output_ops output;
		falco_tap_ops tap;
		falco_tool_ops tool;
	};
	static std::mutex mutex;
	static auto *const forever = new std::map<const falco_plugin *, Tables>;
	const std::lock_guard<std::mutex> lock(mutex);
	const auto [at, is_new] = forever->try_emplace(&checked);
	Tables &all = at->second;
	if (!is_new) return &all.plugin;
	all.plugin = whole(checked);
	const auto take = [](const auto *&from, auto &copy) {
		if (!from) return;
		copy = whole(*from);
		from = &copy;
	};
	take(all.plugin.source, all.source);
	take(all.plugin.matcher, all.matcher);
	take(all.plugin.output, all.output);
	take(all.plugin.tap, all.tap);
	take(all.plugin.tool, all.tool);
	return &all.plugin;
}

std::string kind_name(falco_kind kind)
{
	switch (kind) {
	case FALCO_KIND_SOURCE:
		return "source";
	case FALCO_KIND_MATCHER:
		return "matcher";
	case FALCO_KIND_OUTPUT:
		return "output";
	case FALCO_KIND_TAP:
		return "tap";
	case FALCO_KIND_TOOL:
		return "tool";
	default:
		return "kind " + std::to_string(kind);
	}
}

} // namespace falco::host
