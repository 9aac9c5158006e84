// SPDX-License-Identifier: Apache-2.0
//
// One plugin instance as the configuration describes it, in either form.
#pragma once

#include "host/config/config.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace falco::host::config {

// What a library's name says about it. A library of another name (a third party's, by path) is an output unless
// `source` or `matcher` names it.
enum class LibraryKind { source, matcher, output, tap, unknown };

LibraryKind kind_of(const std::string &library);

// "source", "matcher", "output", "tap".
const char *kind_word(LibraryKind kind);

// The library's name without folders, ".so" and the prefix that says its kind.
std::string default_name(const std::string &library);

// An instance and what is needed until its kind is settled.
struct ListedInstance {
	InstanceConfig instance;
	LibraryKind kind = LibraryKind::unknown;
	// The first key that only an output may have: its place and path.
	std::optional<std::pair<yaml::Place, std::string>> output_key;
};

// What parsing an instance needs to know of the whole.
struct InstanceContext {
	std::string working_directory;
	Format format = Format::text; // of outputs that do not say
	std::vector<std::string> *warnings = nullptr;
};

// An entry of `plugins`; `path` is "plugins[0]".
ListedInstance read_entry(const yaml::Node &entry, const std::string &path, const InstanceContext &context);

// The block of the top-level key NAME_output; nothing when it is not enabled.
std::optional<InstanceConfig> read_output_block(const yaml::Entry &block, const InstanceContext &context);

// Sets a key of an instance's config. One that stands there already stays unless `replace` is set.
void set_config(InstanceConfig &instance, const std::string &key, const yaml::Node &value, bool replace = false);

// Makes the path of a recorder absolute; `path` is its config's. Does nothing to other instances.
void complete_recorder(InstanceConfig &instance, const std::string &path, const InstanceContext &context);

// A plain scalar, such as `true`, that came from the host.
yaml::Node make_scalar(const std::string &text, const yaml::Place &place);

} // namespace falco::host::config
