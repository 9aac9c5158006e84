// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"
#include "host/pipeline/field_lookup.hpp"

#include <string>
#include <vector>

namespace falco::host {

// The text of alerts as an output's own template says. Values are escaped as everywhere, a value that is not there is
// <NA>. One thread.
class AlertTemplate {
public:
	explicit AlertTemplate(const std::vector<TemplatePiece> &pieces);

	// Replaces `line`.
	void compose(const Alert &alert, std::string &line);

private:
	struct Piece {
		std::string literal; // escaped
		size_t word;         // of config::template_words(); their number: a field
		size_t field;        // of the lookup; kLiteral: no value
		unsigned width;
	};
	static constexpr size_t kLiteral = SIZE_MAX;
	static void append_word(std::string &out, size_t word, const Alert &alert);

	std::vector<Piece> pieces_;
	FieldLookup lookup_;
	std::string value_;
};

} // namespace falco::host
