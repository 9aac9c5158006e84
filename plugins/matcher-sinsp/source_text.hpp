// SPDX-License-Identifier: Apache-2.0
//
// The text of a condition or an output as it is used: what one key says, or several of them one after the other when
// later entries append to it. Knows where each byte stands.
#pragma once

#include "common/yaml_tree.hpp"

#include <memory>
#include <string>
#include <vector>

namespace falco::matcher {

class SourceText {
public:
	SourceText() = default;
	// `node` is a scalar of the document.
	SourceText(std::shared_ptr<const yaml::Document> document, const yaml::Node &node);

	std::string text;

	// Adds a space and the other text.
	void append(const SourceText &other);

	// Where byte `offset` stands; behind the end is the end.
	yaml::Place place_of(size_t offset) const;
	// Where the text begins.
	const yaml::Place &place() const { return pieces_.front().node->place; }

private:
	struct Piece {
		size_t begin; // in text
		std::shared_ptr<const yaml::Document> document;
		const yaml::Node *node;
	};
	std::vector<Piece> pieces_;
};

} // namespace falco::matcher
