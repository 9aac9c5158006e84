// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bound_index.hpp"
#include "condition_graph.hpp"
#include "equal_index.hpp"
#include "network_index.hpp"
#include "prefix_index.hpp"
#include "regex_index.hpp"
#include "substring_index.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace falco::matcher {

// The checks of one field, found from the field's value: one look answers all of them, however many there are. What is
// found for a text is remembered with the text, so that most events cost a single hash look-up.
class FieldIndex {
public:
	explicit FieldIndex(Field &field) : field_(field) {}

	// `node`: the graph's, of a check of this field that has the key `key`; `id`: what `find` tells about it.
	void add(ConditionGraph::Node node, const CheckKey &key, uint32_t id);

	// Once, when all are added.
	void build();

	// Says that `find` comes soon, for the same event.
	void expect(ConditionGraph &graph);

	// The ids of all checks that hold for the event that the graph looks at, and maybe of some that do not, some
	// maybe twice. Valid until the next call. On the capture thread.
	const std::vector<uint32_t> &find(ConditionGraph &graph);

private:
	// `find` for a field with several values.
	const std::vector<uint32_t> &find_any(ConditionGraph &graph);
	// The ids of the checks that hold for a text. `holds` asks one of them about it.
	template <typename Holds>
	const std::vector<uint32_t> &checks_of(TextMemo &memo, std::string_view text, Holds holds);
	// These give positions in checks_, some maybe twice.
	void find_text(std::string_view text);
	void find_number(const FieldValue &value);

	struct IndexedCheck {
		ConditionGraph::Node node;
		uint32_t id;
	};

	Field &field_;
	std::vector<IndexedCheck> checks_;
	const std::vector<uint32_t> none_;
	std::vector<uint32_t> all_;   // ids
	std::vector<uint32_t> found_; // for the last event: positions, or ids
	std::vector<uint32_t> any_;   // ids, of several values
	std::string written_otherwise_;
	// What they find are positions.
	EqualIndex equal_;
	PrefixIndex prefixes_, paths_;
	PrefixIndex suffixes_; // constants written backwards
	SubstringIndex substrings_, substrings_any_case_;
	std::unique_ptr<RegexIndex> expressions_; // none: there are none
	BoundIndex bounds_;
	NetworkIndex networks_;
};

} // namespace falco::matcher
