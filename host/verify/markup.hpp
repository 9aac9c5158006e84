// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::host {

// Text as it stands in HTML and XML, in an element or in an attribute in double quotes. Control characters, which XML
// does not have, are the caller's to escape.
std::string escape_markup(const std::string &text);

} // namespace falco::host
