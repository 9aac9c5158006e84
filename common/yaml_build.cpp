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
	Builder(const std::vector<Event> &events, const std::string &source) : events_(events), source_(source) {}

	// The node that begins at event `at`, which then is the one behind it.
	Node build(size_t &at, size_t depth)
	{
		const Event &event = events_[at];
		if (++nodes_ > kMaxNodes) throw Error(event.place, "more than a million values, aliases expanded");
		if (depth > kMaxDepth) throw Error(event.place, "nested too deeply: more than 400 levels");
		++at;
		if (event.type == Event::Type::alias) return build_alias(event, at - 1, depth);

		Node node;
		node.place = event.place;
		if (event.type == Event::Type::scalar) {
			node.kind = Kind::scalar;
			node.text = event.text;
			node.quoted = event.quoted;
		} else if (event.type == Event::Type::sequence) {
			build_sequence(node, at, depth);
		} else if (event.type == Event::Type::map) {
			build_map(node, at, depth);
		}
		return node;
	}

private:
	Node build_alias(const Event &event, size_t index, size_t depth)
	{
		size_t target = event.target;
		const Event &anchored = events_[target];
		const bool container = anchored.type == Event::Type::sequence || anchored.type == Event::Type::map;
		if (container && anchored.end > index) throw Error(event.place, "an alias to what contains it");
		return build(target, depth);
	}

	void build_sequence(Node &node, size_t &at, size_t depth)
	{
		const bool block = events_[at - 1].block;
		node.kind = Kind::sequence;
		while (events_[at].type != Event::Type::end) {
			node.items.push_back(build(at, depth + 1));
			if (block && node.items.back().kind == Kind::null) mend_place(node.items.back());
		}
		++at;
	}

	void build_map(Node &node, size_t &at, size_t depth)
	{
		node.kind = Kind::map;
		std::unordered_map<std::string, size_t> seen;
		while (events_[at].type != Event::Type::end) {
			const Place place = events_[at].place;
			Node key = build(at, depth + 1);
			if (key.kind != Kind::scalar) {
				throw Error(place, std::string("a key must be text, this one is ") +
							   describe_kind(key) +
							   (key.kind == Kind::null ? "; quote it if it is meant" : ""));
			}
			const auto [first, added] = seen.emplace(key.text, node.entries.size());
			if (!added) {
				throw Error(place, "the key '" + key.text + "' stands twice, first at " +
							   node.entries[first->second].place.str());
			}
			Node value = build(at, depth + 1);
			// An absent value is reported where the next token is, mostly the next line's key.
			if (value.kind == Kind::null && value.place.line != place.line) value.place = place;
			node.entries.push_back(Entry{std::move(key.text), place, std::move(value)});
		}
		++at;
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

	const std::vector<Event> &events_;
	const std::string &source_;
	std::vector<size_t> line_begins_; // made when the first is needed
	size_t nodes_ = 0;
};

} // namespace

Node build_tree(const std::vector<Event> &events, const std::string &source)
{
	size_t at = 0;
	return Builder(events, source).build(at, 0);
}

} // namespace falco::yaml
