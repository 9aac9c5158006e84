// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace falco::matcher {

// A kind of finding: its stable name, and the coarser kind that Falco's reports know.
struct FindingCode {
	const char *name;
	const char *category;
	bool is_warning;
};

const std::vector<FindingCode> &finding_codes();

// The one of that name; nullptr when there is none. Some are warnings or errors, by the configuration.
const FindingCode *find_code(const std::string &name, bool is_warning = true);

// What a category means, in a few words.
const char *category_text(const std::string &category);

} // namespace falco::matcher
