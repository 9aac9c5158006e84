// SPDX-License-Identifier: Apache-2.0
#include "list_values.hpp"

#include <algorithm>

namespace falco::matcher {

namespace {

// Bounds that no sensible rules meet.
constexpr size_t kMaxDepth = 100;
constexpr size_t kMaxValues = 1'000'000;
constexpr size_t kMaxTotal = 10'000'000;

} // namespace

ListValues::ListValues(const RulesFiles &files, Findings &findings)
    : files_(files), findings_(findings), lists_(files.items.size()), used_(files.items.size())
{
}

size_t ListValues::find(const std::string &text, bool quoted) const
{
	if (quoted) {
		return npos;
	}
	const auto found = files_.lists.find(text);
	return found == files_.lists.end() ? npos : found->second;
}

const std::vector<std::string> *ListValues::values(size_t position)
{
	used_[position] = true;
	if (lists_[position].state == State::open) {
		lists_[position].state = State::running;
		chain_.push_back(position);
		lists_[position].state = expand(position) ? State::done : State::failed;
		chain_.pop_back();
	}
	return lists_[position].state == State::done ? &lists_[position].values : nullptr;
}

bool ListValues::add(const Word &word, std::vector<std::string> &values)
{
	const size_t list = find(word);
	if (list == npos) {
		values.push_back(word.text);
		return true;
	}
	const auto *added = this->values(list);
	if (added) {
		values.insert(values.end(), added->begin(), added->end());
	}
	return added != nullptr;
}

bool ListValues::expand(size_t position)
{
	const Item &list = files_.items[position];
	std::vector<std::string> values;
	for (const auto &word : list.items) {
		const size_t inner = find(word);
		if (inner != npos && lists_[inner].state == State::running) {
			std::string chain;
			for (auto it = std::find(chain_.begin(), chain_.end(), inner); it != chain_.end(); ++it) {
				chain += files_.items[*it].name + " -> ";
			}
			findings_.error("recursive-list", word.place, list.title(),
					"list '" + word.text + "' contains itself: " + chain + word.text);
			used_[inner] = true;
			return false;
		}
		if (inner != npos && chain_.size() >= kMaxDepth) {
			findings_.error("too-deep", word.place, list.title(),
					"lists are nested more than " + std::to_string(kMaxDepth) + " deep");
			return false;
		}
		const size_t before = values.size();
		if (!add(word, values)) {
			return false;
		}
		total_ += values.size() - before;
		if (values.size() > kMaxValues || total_ > kMaxTotal) {
			findings_.error("too-large", word.place, list.title(),
					values.size() > kMaxValues
						? "the list grows beyond a million values"
						: "all lists together grow beyond ten million values");
			return false;
		}
	}
	lists_[position].values = std::move(values);
	return true;
}

} // namespace falco::matcher
