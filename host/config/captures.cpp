// SPDX-License-Identifier: Apache-2.0
#include "host/config/captures.hpp"

#include "host/config/engine.hpp"
#include "host/config/keys.hpp"
#include "host/config/messages.hpp"
#include "host/config/paths.hpp"
#include "host/config/readers.hpp"

#include <algorithm>

namespace falco::host::config {
namespace {

using yaml::Kind;
using yaml::Node;

constexpr const char *kTraceLibrary = "source-scapfile";

// What `source: auto` tries, in this order.
constexpr const char *kAuto = "auto";
constexpr const char *kLiveLibraries[] = {"source-ebpf", "source-kmod"};

// The values that name source and matcher; nullptr when there is none.
struct Named {
	const Node *source;
	const Node *matcher;
};

Named find_named(const Node &root, std::vector<std::string> &warnings)
{
	const Node *matcher = root.find("matcher");
	if (matcher && matcher->kind == Kind::map) matcher = nullptr; // settings, which name none
	const Named direct = {root.find("source"), matcher};
	const Node *captures = root.find("captures");
	if (!captures || captures->kind == Kind::null) return direct;
	if (captures->kind != Kind::sequence || captures->items.empty()) {
		throw wrong_value(*captures, "captures", "a list with one entry {source: NAME, matcher: NAME}");
	}
	if (captures->items.size() > 1) {
		throw yaml::Error(captures->items[1].place, "captures: this version of falco runs one capture only; "
							    "remove this entry");
	}
	if (direct.source) throw both_given(direct.source->place, "source", "captures");
	if (direct.matcher) throw both_given(direct.matcher->place, "matcher", "captures");
	check_block(captures->items[0], "captures[0]", capture_keys(), warnings);
	return {captures->items[0].find("source"), captures->items[0].find("matcher")};
}

// The entry of that name, else the only one of that library; end() when there is none.
std::vector<ListedInstance>::iterator find_entry(LibraryKind kind, std::vector<ListedInstance> &listed,
						 const std::string &name, const std::string &library, const Node *named,
						 const char *key)
{
	const auto has_name = [&](const ListedInstance &entry) {
		return entry.instance.name == name && (entry.kind == kind || entry.kind == LibraryKind::unknown);
	};
	const auto has_name_only = [&](const ListedInstance &entry) { return entry.instance.name == name; };
	const auto has_library = [&](const ListedInstance &entry) {
		return entry.instance.library == library || library_base(entry.instance.library) == library;
	};
	const auto found = std::find_if(listed.begin(), listed.end(), has_name);
	if (found != listed.end()) return found;
	const auto first = std::find_if(listed.begin(), listed.end(), has_library);
	if (first == listed.end()) return std::find_if(listed.begin(), listed.end(), has_name_only);
	const auto second = std::find_if(first + 1, listed.end(), has_library);
	if (second == listed.end()) return first;
	throw yaml::Error(named ? named->place : second->instance.place,
			  std::string(key) + ": two entries of plugins are the library '" + library +
				  "'; say which with '" + key + ": NAME'");
}

// The instance of one kind that is used.
class Choice {
public:
	Choice(LibraryKind kind, const std::string &folder, std::vector<ListedInstance> &listed)
	    : kind_(kind), key_(kind_word(kind)), folder_(folder), listed_(listed)
	{
	}

	// `default_library` is used when the configuration names none.
	InstanceConfig choose(const Node *named, const std::string &default_library, const yaml::Place &place)
	{
		std::string library = default_library;
		std::string name; // no instance has this one
		if (named) {
			name = read_text(*named, key_, expected());
			library = name.find('/') == std::string::npos ? full_name(name) : absolute_path(name, folder_);
		}
		const auto entry = find_entry(kind_, listed_, name, library, named, key_);
		if (entry != listed_.end()) return take(entry, named);

		require_kind(kind_of(library), library, named ? named->place : place);
		InstanceConfig instance;
		instance.library = library;
		instance.name = default_name(library);
		instance.place = named ? named->place : place;
		if (instance.name.empty()) throw wrong_value(*named, key_, expected());
		return instance;
	}

	InstanceConfig take(std::vector<ListedInstance>::iterator entry, const Node *named)
	{
		require_kind(entry->kind, entry->instance.name, named ? named->place : entry->instance.place);
		if (entry->output_key) throw only_for_outputs(entry->output_key->first, entry->output_key->second);
		InstanceConfig instance = std::move(entry->instance);
		listed_.erase(entry);
		return instance;
	}

	// Entries that stand there in vain are worth a word, unless the configuration has chosen among them.
	void warn_unused(const std::string &used, std::vector<std::string> &warnings) const
	{
		for (const ListedInstance &entry : listed_) {
			if (entry.kind == kind_) warnings.push_back(not_used(entry.instance.place, key_, used));
		}
	}

private:
	void require_kind(LibraryKind kind, const std::string &name, const yaml::Place &place) const
	{
		if (kind == kind_ || kind == LibraryKind::unknown) return;
		throw yaml::Error(place, std::string(key_) + ": '" + name + "' is " +
						 (kind == LibraryKind::output ? "an " : "a ") + kind_word(kind) +
						 ", not a " + key_);
	}

	std::string expected() const
	{
		return std::string("the name of an entry of plugins, or of a library") +
		       (kind_ == LibraryKind::matcher ? ", or a map of its settings" : "");
	}

	// "kmod" will do for source-kmod.
	std::string full_name(const std::string &name) const
	{
		for (const char *library : kLiveLibraries)
			if (kind_ == LibraryKind::source && name == default_name(library)) return library;
		return name;
	}

	const LibraryKind kind_;
	const char *const key_;
	const std::string &folder_;
	std::vector<ListedInstance> &listed_;
};

// The source of -e: the listed trace reader if there is one, with the paths replaced.
InstanceConfig choose_trace(const Node *named, const ConfigRequest &request, std::vector<ListedInstance> &listed)
{
	const yaml::Place place = {std::make_shared<const std::string>("option -e"), 0, 0};
	Choice choice(LibraryKind::source, request.working_directory, listed);

	const auto is_named = [&](const ListedInstance &entry) {
		return named && named->text == entry.instance.name &&
		       library_base(entry.instance.library) == kTraceLibrary;
	};
	const auto entry = std::find_if(listed.begin(), listed.end(), is_named);
	InstanceConfig instance =
		entry != listed.end() ? choice.take(entry, named) : choice.choose(nullptr, kTraceLibrary, place);
	Node paths;
	paths.kind = Kind::sequence;
	paths.place = place;
	for (const std::string &file : request.trace_files) {
		if (file.empty()) throw yaml::Error(place, "the name of the trace file is empty");
		paths.items.push_back(
			make_scalar(file == "-" ? file : absolute_path(file, request.working_directory), place));
		paths.items.back().quoted = true;
	}
	set_config(instance, "paths", paths, true);
	return instance;
}

} // namespace

void choose_capture(const Node &root, const ConfigRequest &request, std::vector<ListedInstance> &listed, Config &config)
{
	Named named = find_named(root, config.warnings);
	const Engine engine(root, config.warnings);
	if (engine.source()) named.source = engine.source();
	Node option;
	if (request.source) {
		option = make_scalar(*request.source, {std::make_shared<const std::string>("option --source"), 0, 0});
		named.source = &option;
	}
	Choice source(LibraryKind::source, request.working_directory, listed);
	const yaml::Place nowhere = {root.place.file, 0, 0}; // of what no key names
	Choice matcher(LibraryKind::matcher, request.working_directory, listed);

	const bool is_auto = !named.source || (named.source->kind == Kind::scalar && named.source->text == kAuto);
	if (!request.trace_files.empty()) {
		config.sources.push_back(choose_trace(named.source, request, listed));
	} else if (is_auto) {
		for (const char *library : kLiveLibraries)
			config.sources.push_back(source.choose(nullptr, library, nowhere));
		source.warn_unused(kAuto, config.warnings);
	} else {
		config.sources.push_back(source.choose(named.source, "", nowhere));
	}
	if (request.trace_files.empty()) {
		for (InstanceConfig &chosen : config.sources)
			engine.complete(chosen, request.working_directory);
	}
	config.matcher = matcher.choose(named.matcher, "matcher-sinsp", nowhere);
	if (!named.matcher) matcher.warn_unused(config.matcher.name, config.warnings);
}

} // namespace falco::host::config
