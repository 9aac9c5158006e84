// SPDX-License-Identifier: Apache-2.0
#include "source_text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace falco::matcher {

namespace {

constexpr const char *kBlank = " \t\r\n";

}

SourceText::SourceText(std::shared_ptr<const std::string> source, const yaml::Node &node) : text(node.text)
{
	pieces_.push_back({0, text.size(), std::move(source), node.place, {}});
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

void SourceText::append_trimmed(const SourceText &other)
{
	text.resize(text.find_last_not_of(kBlank) + 1);
	pieces_.back().size = text.size() - std::min(text.size(), pieces_.back().begin);
	SourceText rest = other;
	Piece &piece = rest.pieces_.front();
	piece.skipped = rest.text.substr(0, rest.text.find_first_not_of(kBlank));
	rest.text.erase(0, piece.skipped.size());
	piece.size = rest.text.size();
	append(rest);
}

yaml::Place SourceText::place_of(size_t offset) const
{
	const auto behind = std::upper_bound(pieces_.begin(), pieces_.end(), offset,
					     [](size_t at, const Piece &piece) { return at < piece.begin; });
	const Piece &piece = *std::prev(behind);
	const std::string decoded = piece.skipped + text.substr(piece.begin, piece.size);
	return yaml::place_in_scalar(*piece.source, piece.place, decoded, piece.skipped.size() + offset - piece.begin);
}

} // namespace falco::matcher
