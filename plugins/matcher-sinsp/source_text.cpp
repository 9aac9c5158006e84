// SPDX-License-Identifier: Apache-2.0
#include "source_text.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace falco::matcher {

SourceText::SourceText(std::shared_ptr<const std::string> source, const yaml::Node &node) : text(node.text)
{
	pieces_.push_back({0, text.size(), std::move(source), node.place});
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
	const auto decoded = std::string_view(text).substr(piece.begin, piece.size);
	return yaml::place_in_scalar(*piece.source, piece.place, decoded, offset - piece.begin);
}

} // namespace falco::matcher
