// SPDX-License-Identifier: Apache-2.0
#include "field_index.hpp"

#include "number_check.hpp"
#include "text_operators.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace falco::matcher {

namespace {

template <typename Value>
Value from_bytes(const std::string &bytes)
{
	Value value;
	std::memcpy(&value, bytes.data(), sizeof value);
	return value;
}

} // namespace

void FieldIndex::add(ConditionGraph::Node node, const CheckKey &key, uint32_t id)
{
	const auto position = static_cast<uint32_t>(checks_.size());
	checks_.push_back({node, id});
	all_.push_back(id);
	for (const std::string &constant : key.constants) {
		switch (key.how) {
		case CheckKey::How::equal:
			equal_.add(constant, position);
			break;
		case CheckKey::How::prefix:
			prefixes_.add(constant, position);
			break;
		case CheckKey::How::path_prefix:
			paths_.add(constant, position);
			break;
		case CheckKey::How::suffix:
			suffixes_.add({constant.rbegin(), constant.rend()}, position);
			break;
		case CheckKey::How::substring:
			substrings_.add(constant, position);
			break;
		case CheckKey::How::substring_any_case:
			substrings_any_case_.add(constant, position);
			break;
		case CheckKey::How::regex:
			if (!expressions_) {
				expressions_ = std::make_unique<RegexIndex>();
			}
			expressions_->add(constant, position);
			break;
		case CheckKey::How::at_least:
			bounds_.add_least(from_bytes<uint64_t>(constant), position);
			break;
		case CheckKey::How::at_most:
			bounds_.add_most(from_bytes<uint64_t>(constant), position);
			break;
		case CheckKey::How::network: {
			const std::string_view network = constant;
			const size_t size = network.size() / 2;
			networks_.add(network.substr(0, size), network.substr(size), position);
			break;
		}
		}
	}
}

void FieldIndex::build()
{
	equal_.build();
	prefixes_.build();
	paths_.build();
	suffixes_.build();
	substrings_.build();
	substrings_any_case_.build();
	bounds_.build();
	if (expressions_) {
		expressions_->build();
	}
}

void FieldIndex::expect(ConditionGraph &graph)
{
	if (field_.has_several()) {
		return;
	}
	const FieldValue &value = graph.value_of(field_);
	if (value.data && !value.odd && field_.is_text()) {
		field_.expect_memo();
	}
}

const std::vector<uint32_t> &FieldIndex::find(ConditionGraph &graph)
{
	if (field_.has_several()) {
		return find_any(graph);
	}
	const FieldValue &value = graph.value_of(field_);
	if (!value.data) {
		return none_;
	}
	const uint32_t width = width_of(field_.type());
	if (value.odd || (width != 0 && value.size != width)) {
		return all_;
	}
	if (!field_.is_text()) {
		found_.clear();
		find_number(value);
		for (uint32_t &found : found_) {
			found = checks_[found].id;
		}
		return found_;
	}
	return checks_of(field_.memo_of_text(), value.bytes(),
			 [&graph](ConditionGraph::Node node) { return graph.holds(node); });
}

const std::vector<uint32_t> &FieldIndex::find_any(ConditionGraph &graph)
{
	any_.clear();
	for (const FieldValue &value : graph.values_of(field_)) {
		const std::string_view text = value.bytes();
		if (field_.is_text()) {
			const auto &ids = checks_of(field_.memo_of(text), text, [&](ConditionGraph::Node node) {
				return graph.check(node)->may_hold_for(text);
			});
			any_.insert(any_.end(), ids.begin(), ids.end());
			continue;
		}
		found_.clear();
		find_number(value);
		std::transform(found_.begin(), found_.end(), std::back_inserter(any_),
			       [this](uint32_t found) { return checks_[found].id; });
	}
	return any_;
}

template <typename Holds>
const std::vector<uint32_t> &FieldIndex::checks_of(TextMemo &memo, std::string_view text, Holds holds)
{
	if (!memo.was_looked_up()) {
		memo.look_up([&](std::vector<uint32_t> &ids) {
			found_.clear();
			find_text(text);
			std::sort(found_.begin(), found_.end());
			found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
			for (const uint32_t found : found_) {
				if (holds(checks_[found].node)) {
					ids.push_back(checks_[found].id);
				}
			}
		});
	}
	return memo.found();
}

void FieldIndex::find_text(std::string_view text)
{
	const auto found = [this](uint32_t position) { found_.push_back(position); };
	equal_.find(text, found);
	prefixes_.find(text, found);
	substrings_.find(text, found);
	if (!suffixes_.empty()) {
		written_otherwise_.resize(text.size()); // assign() would make a string of these iterators first
		std::reverse_copy(text.begin(), text.end(), written_otherwise_.begin());
		suffixes_.find(written_otherwise_, found);
	}
	if (!substrings_any_case_.empty()) {
		write_in_small_letters(text, written_otherwise_);
		substrings_any_case_.find(written_otherwise_, found);
	}
	if (!paths_.empty()) {
		write_plainly(text, written_otherwise_);
		paths_.find(written_otherwise_, found);
	}
	if (expressions_) {
		expressions_->find(text, found_);
	}
}

void FieldIndex::find_number(const FieldValue &value)
{
	const auto found = [this](uint32_t position) { found_.push_back(position); };
	equal_.find(value.bytes(), found);
	if (const auto order = order_of(field_.type(), value.data)) {
		bounds_.find(*order, found);
	} else if (!networks_.empty()) {
		networks_.find(value.bytes(), found);
	}
}

} // namespace falco::matcher
