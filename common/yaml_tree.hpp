// SPDX-License-Identifier: Apache-2.0
//
// YAML as a tree of plain values in which everything knows where it stands, so that an error can name file, line and
// column. The only place that uses yaml-cpp.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace falco::yaml {

// Where something stands. `line` and `column` count from 1; line 0: the place is `file` alone (an option, say).
struct Place {
	std::shared_ptr<const std::string> file;
	uint32_t line = 0;
	uint32_t column = 0;

	// "falco.yaml:14:9"
	std::string str() const;
};

// what() begins with the place.
class Error : public std::runtime_error {
public:
	Error(const Place &place, const std::string &message);
	const Place &place() const { return place_; }
	// The text without the place.
	const std::string &message() const { return message_; }

private:
	Place place_;
	std::string message_;
};

enum class Kind { null, scalar, sequence, map };

struct Entry;

struct Node {
	Kind kind = Kind::null;
	bool quoted = false; // a scalar that is a string whatever it looks like ('5', "true", block scalars)
	bool cut = false;    // a list or map that had too much in it: it is empty (yaml_cut.hpp)
	std::string text;    // of a scalar
	std::vector<Node> items;
	std::vector<Entry> entries; // of a map, in file order, keys unique
	Place place;

	// The value of a map's key; nullptr when there is none or this is no map.
	const Node *find(std::string_view key) const;
	Node *find(std::string_view key);
};

struct Entry {
	std::string key;
	Place place; // of the key
	Node value;
};

// A file that was read.
struct Document {
	std::string text; // as it stands in the file
	Node root;
};

// Reads a whole file or pipe. Throws Error.
std::string read_text(const std::string &path);

// Reads a file with one YAML document (an empty file is a null root). Throws Error: cannot be opened, syntax, a key
// that stands twice, a key that is no scalar, several documents, more than a million nodes after alias expansion.
Document read_file(const std::string &path);

// The same from text; `name` is what places call it.
Document parse(const std::string &text, const std::string &name);

// The value that YAML's core schema gives the node: plain scalars become null, bool, integer or double where they look
// like it, quoted ones strings.
nlohmann::json to_json(const Node &node);

// Where byte `offset` of a scalar's decoded text stands in the file: right also inside quoted, folded and block
// scalars.
Place place_in_scalar(const Document &document, const Node &scalar, size_t offset);

// What a node is, for messages: "a list", "a map", "text", "a number", "a boolean", "empty".
const char *describe_kind(const Node &node);

} // namespace falco::yaml
