// SPDX-License-Identifier: Apache-2.0
#include "host/config/overrides.hpp"

#include "common/yaml_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace falco::host::config {
namespace {

using yaml::Kind;
using yaml::Node;
using yaml::Place;

// More than any key has; keeps the tree shallow enough to walk.
constexpr size_t kMaxSteps = 100;

// One step of a key's way through the tree: into a map, into a list, or behind a list's end.
struct Step {
	std::optional<std::string> key;
	std::optional<size_t> index;
	size_t end; // of its text in the option
};

class Override {
public:
	explicit Override(const std::string &option)
	    : option_(option), place_{std::make_shared<const std::string>("option -o " + option), 0, 0}
	{
	}

	void apply(Node &root)
	{
		if (const auto fault = yaml::find_text_fault(option_)) fail(fault->message);
		const size_t split = option_.find('=');
		if (split == std::string::npos) fail("no '=': write -o KEY=VALUE");
		const std::vector<Step> steps = parse_key(split);
		Node value = parse_value(option_.substr(split + 1));

		Node *node = &root;
		size_t begin = 0;
		for (const Step &step : steps) {
			node = &follow(*node, step, begin);
			begin = step.end;
		}
		*node = std::move(value);
	}

private:
	[[noreturn]] void fail(const std::string &message) const { throw yaml::Error(place_, message); }

	std::vector<Step> parse_key(size_t end) const
	{
		std::vector<Step> steps;
		size_t at = 0;
		while (at < end || steps.empty()) {
			if (steps.size() == kMaxSteps) fail("the key has more than 100 parts");
			if (at < end && option_[at] == '[' && !steps.empty()) {
				at = parse_index(at, end, steps);
				continue;
			}
			if (!steps.empty() && option_[at] != '.') fail("expected '.', '[' or '=' after ']'");
			if (!steps.empty()) ++at;
			const size_t stop = std::min(option_.find_first_of(".[]", at), end);
			if (stop == at) {
				fail(steps.empty() ? "the key is empty: write -o KEY=VALUE"
						   : "an empty name in the key: write -o KEY.SUBKEY=VALUE");
			}
			if (stop < end && option_[stop] == ']') fail("a ']' without its '['");
			steps.push_back({option_.substr(at, stop - at), std::nullopt, stop});
			at = stop;
		}
		return steps;
	}

	size_t parse_index(size_t at, size_t end, std::vector<Step> &steps) const
	{
		const size_t close = option_.find(']', at);
		if (close >= end) fail("a '[' without its ']'");
		Step step = {std::nullopt, std::nullopt, close + 1};
		if (close > at + 1) {
			size_t index;
			const char *last = option_.data() + close;
			const auto result = std::from_chars(option_.data() + at + 1, last, index);
			if (result.ec != std::errc() || result.ptr != last) {
				fail("'" + option_.substr(at + 1, close - at - 1) +
				     "' is no index: write a number from 0, or [] to append");
			}
			step.index = index;
		}
		steps.push_back(step);
		return close + 1;
	}

	Node parse_value(const std::string &text) const
	{
		Node value;
		const size_t first = text.find_first_not_of(" \t");
		if (first == std::string::npos || text == "~" || text == "null") {
			value.place = place_;
		} else if (std::string("[{\"'").find(text[first]) != std::string::npos) {
			try {
				value = yaml::parse(text, "value").root;
			} catch (const yaml::Error &error) {
				fail("the value is not valid YAML (column " + std::to_string(error.place().column) +
				     " of it): " + error.message());
			}
			set_place(value);
		} else {
			value.kind = Kind::scalar;
			value.text = text.substr(first, text.find_last_not_of(" \t") + 1 - first);
			value.place = place_;
		}
		return value;
	}

	void set_place(Node &node) const
	{
		node.place = place_;
		for (Node &item : node.items)
			set_place(item);
		for (yaml::Entry &entry : node.entries) {
			entry.place = place_;
			set_place(entry.value);
		}
	}

	// The node that the step leads to from `node`, made when there is none. `begin`: where the step's text begins.
	Node &follow(Node &node, const Step &step, size_t begin) const
	{
		const std::string name = begin == 0 ? "the configuration" : "'" + option_.substr(0, begin) + "'";
		if (step.key) {
			if (node.kind == Kind::null) node.kind = Kind::map;
			if (node.kind != Kind::map) {
				fail(name + " is " + yaml::describe_kind(node) + ", not a map: it has no key '" +
				     *step.key + "'");
			}
			if (Node *found = node.find(*step.key)) return *found;
			node.entries.push_back({*step.key, place_, Node()});
			node.entries.back().value.place = place_;
			return node.entries.back().value;
		}
		if (node.kind == Kind::null && !step.index) node.kind = Kind::sequence;
		if (node.kind == Kind::null) fail(name + " is not set: append to it with []");
		if (node.kind != Kind::sequence) {
			fail(name + " is " + yaml::describe_kind(node) + ", not a list: it has no items");
		}
		if (!step.index) {
			node.items.emplace_back();
			node.items.back().place = place_;
			return node.items.back();
		}
		if (*step.index >= node.items.size()) {
			fail("'" + option_.substr(0, step.end) + "' does not exist: the list has " +
			     std::to_string(node.items.size()) + " items, counted from 0; append to it with []");
		}
		return node.items[*step.index];
	}

	const std::string &option_;
	const Place place_;
};

} // namespace

void apply_override(Node &root, const std::string &option)
{
	Override(option).apply(root);
}

} // namespace falco::host::config
