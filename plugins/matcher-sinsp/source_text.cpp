// SPDX-License-Identifier: Apache-2.0
#include "source_text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace falco::matcher {

SourceText::SourceText(std::shared_ptr<const yaml::Document> document, const yaml::Node &node) : text(node.text)
{
	pieces_.push_back({0, std::move(document), &node});
}

void SourceText::append(const SourceText &other)
{
	text += ' ';
	for (Piece piece : other.pieces_) {
		piece.begin += text.size();
		pieces_.push_back(std::move(piece));
	}
	text += other.text;
}

yaml::Place SourceText::place_of(size_t offset) const
{
	const auto behind = std::upper_bound(pieces_.begin(), pieces_.end(), offset,
					     [](size_t at, const Piece &piece) { return at < piece.begin; });
	const Piece &piece = *std::prev(behind);
	return yaml::place_in_scalar(*piece.document, *piece.node, offset - piece.begin);
}

} // namespace falco::matcher
