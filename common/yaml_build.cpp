// SPDX-License-Identifier: Apache-2.0
#include "common/yaml_events.hpp"
#include "common/yaml_text.hpp"

#include <string_view>
#include <unordered_map>

namespace falco::yaml {
namespace {

// One use. The recursion is as deep as the tree, at most kMaxDepth.
class Builder {
public:
	Builder(Events &&events, const std::string &source, std::vector<Error> *repeated)
	    : events_(std::move(events.list)), file_(std::move(events.name)), keeps_texts_(events.has_aliases),
	      source_(source), repeated_(repeated)
	{
	}

	// The node that begins at event `at`, which then is the one behind it.
	Node build(size_t &at, size_t depth)
	{
		Event &event = events_[at];
		if (++nodes_ > kMaxNodes) throw Error(place_of(event), "more than a million values, aliases expanded");
		if (depth > kMaxDepth) throw Error(place_of(event), "nested too deeply: more than 400 levels");
		++at;
		if (event.type == Event::Type::alias) return build_alias(event, at - 1, depth);

		Node node;
		node.place = place_of(event);
		node.cut = event.cut;
		if (event.type == Event::Type::scalar) {
			node.kind = Kind::scalar;
			node.text = keeps_texts_ ? event.text : std::move(event.text);
			node.quoted = event.quoted;
		} else if (event.type == Event::Type::sequence) {
			build_sequence(node, at, depth);
		} else if (event.type == Event::Type::map) {
			build_map(node, at, depth);
		}
		return node;
	}

private:
	Place place_of(const Event &event) const { return {file_, event.line, event.column}; }

	Node build_alias(const Event &event, size_t index, size_t depth)
	{
		size_t target = event.other;
		const Event &anchored = events_[target];
		const bool container = anchored.type == Event::Type::sequence || anchored.type == Event::Type::map;
		if (container && anchored.other > index) {
			throw Error(place_of(event), "an alias to what contains it");
		}
		return build(target, depth);
	}

	void build_sequence(Node &node, size_t &at, size_t depth)
	{
		const bool block = events_[at - 1].block;
		node.kind = Kind::sequence;
		node.items.reserve(events_[at - 1].size);
		while (events_[at].type != Event::Type::end) {
			node.items.push_back(build(at, depth + 1));
			if (block && node.items.back().kind == Kind::null) mend_place(node.items.back());
		}
		++at;
	}

	void build_map(Node &node, size_t &at, size_t depth)
	{
		node.kind = Kind::map;
		node.entries.reserve(events_[at - 1].size / 2);
		std::unordered_map<std::string, size_t> seen; // of many keys
		while (events_[at].type != Event::Type::end) {
			const Place place = place_of(events_[at]);
			Node key = build(at, depth + 1);
			if (key.kind != Kind::scalar) {
				throw Error(place, std::string("a key must be text, this one is ") +
							   describe_kind(key) +
							   (key.kind == Kind::null ? "; quote it if it is meant" : ""));
			}
			if (const Entry *first = find_key(node, key.text, seen)) {
				const Error error(place, "the key '" + key.text + "' stands twice, first at " +
								 first->place.str());
				if (!repeated_) throw Error(error);
				repeated_->push_back(error);
				build(at, depth + 1);
				continue;
			}
			Node value = build(at, depth + 1);
			// An absent value is reported where the next token is, mostly the next line's key.
			if (value.kind == Kind::null && value.place.line != place.line) value.place = place;
			node.entries.push_back(Entry{std::move(key.text), place, std::move(value)});
		}
		++at;
	}

	// The map's entry of that key; nullptr if it has none, and then it will be looked for among those to come.
	static const Entry *find_key(const Node &map, const std::string &key,
				     std::unordered_map<std::string, size_t> &seen)
	{
		constexpr size_t kFew = 16;
		if (map.entries.capacity() <= kFew) {
			for (const Entry &entry : map.entries) {
				if (entry.key == key) return &entry;
			}
			return nullptr;
		}
		const auto [first, added] = seen.emplace(key, map.entries.size());
		return added ? nullptr : &map.entries[first->second];
	}

	// The same for an absent item of a list in block style, which the parser reports at the next token: back to its
	// dash, over empty lines and comments.
	void mend_place(Node &item)
	{
		if (line_begins_.empty()) find_lines();
		size_t line = item.place.line - 1;
		if (line >= line_begins_.size()) return;
		const std::string_view before = line_of(line).substr(0, item.place.column - 1);
		if (before.find_first_not_of(" \t") != before.npos) return;
		while (line-- > 0) {
			const std::string_view text = line_of(line);
			const size_t first = text.find_first_not_of(" \t\r");
			if (first == text.npos || text[first] == '#') continue;
			if (text[first] != '-') return;
			const size_t dash = text.substr(0, text.find('#')).rfind('-');
			item.place.line = static_cast<uint32_t>(line + 1);
			item.place.column = static_cast<uint32_t>(dash + 1);
			return;
		}
	}

	void find_lines()
	{
		line_begins_.push_back(byte_order_mark(source_));
		for (size_t i = 0; (i = source_.find('\n', i)) != std::string::npos;)
			line_begins_.push_back(++i);
	}

	std::string_view line_of(size_t index) const
	{
		const size_t begin = line_begins_[index];
		const size_t end = index + 1 < line_begins_.size() ? line_begins_[index + 1] - 1 : source_.size();
		return std::string_view(source_).substr(begin, end - begin);
	}

	std::vector<Event> events_;
	const std::shared_ptr<const std::string> file_;
	const bool keeps_texts_; // an alias may stand for what was built already
	const std::string &source_;
	std::vector<Error> *const repeated_; // null: they are thrown
	std::vector<size_t> line_begins_;    // made when the first is needed
	size_t nodes_ = 0;
};

} // namespace

std::vector<Node> build_trees(Events &&events, const std::string &source, std::vector<Error> *repeated)
{
	const std::vector<size_t> documents = std::move(events.documents);
	Builder builder(std::move(events), source, repeated);
	std::vector<Node> roots;
	for (size_t at : documents) {
		roots.push_back(builder.build(at, 0));
	}
	return roots;
}

} // namespace falco::yaml
