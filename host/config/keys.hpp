// SPDX-License-Identifier: Apache-2.0
//
// The keys that the host knows, block by block.
#pragma once

#include "common/yaml_tree.hpp"

#include <string>
#include <vector>

namespace falco::host::config {

using Keys = std::vector<std::string>;

const Keys &top_level_keys();
const Keys &plugin_block_keys(); // blocks whose content is the business of the source and the matcher
const Keys &plugin_entry_keys();
const Keys &output_block_keys(); // the host's; all others are the plugin's
const Keys &record_block_keys(); // likewise
const Keys &filter_keys();
const Keys &queue_keys();
const Keys &retry_keys();
const Keys &isolation_keys();
const Keys &isolation_limit_keys();
const Keys &batch_keys();
const Keys &dedup_keys();
const Keys &spool_keys();
const Keys &output_only_keys(); // of an entry of `plugins`
const Keys &capture_keys();
const Keys &engine_keys(); // of modern Falco, also those of engines that there are no more
const Keys &event_drops_keys();
const Keys &metrics_keys();
const Keys &capabilities_keys();

bool contains(const Keys &keys, const std::string &key);

// Whether this top-level key is the short form of an output: ends in "_output" and is no setting of its own.
bool is_output_block(const std::string &key);

// Throws unless the node is a map or null: all keys of a block may be commented out.
void require_map(const yaml::Node &block, const std::string &path);

// The same, and a warning for each key that is not among `known`; `path` is the block's
// ("" at the top), with its dot in front of the keys added here.
void check_block(const yaml::Node &block, const std::string &path, const Keys &known,
		 std::vector<std::string> &warnings);

} // namespace falco::host::config
