// SPDX-License-Identifier: Apache-2.0
//
// The text of a condition or an output as it is used: what one key says, or several of them one after the other when
// later entries append to it. Knows where each byte stands.
#pragma once

#include "common/yaml_documents.hpp"

#include <memory>
#include <string>
#include <vector>

namespace falco::matcher {

class SourceText {
public:
	SourceText() = default;
	// `source` is the text of the file, `node` a scalar in it.
	SourceText(std::shared_ptr<const std::string> source, const yaml::Node &node);

	std::string text;

	// Adds a space and the other text.
	void append(const SourceText &other);
	// The same without the blanks at this text's end and at the other's beginning. `other`: what one key says.
	void append_trimmed(const SourceText &other);

	// Where byte `offset` stands; behind the end is the end.
	yaml::Place place_of(size_t offset) const;
	// Where the text begins.
	const yaml::Place &place() const { return pieces_.front().place; }

private:
	struct Piece {
		size_t begin, size; // in text
		std::shared_ptr<const std::string> source;
		yaml::Place place;   // where it begins there
		std::string skipped; // what of its beginning is not in text
	};
	std::vector<Piece> pieces_;
};

} // namespace falco::matcher
