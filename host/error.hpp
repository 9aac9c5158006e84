// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace falco::host {

// Ends a start-up. The text says what, where and what to do, in that order. Nothing is thrown while events flow.
class Error : public std::runtime_error {
public:
	using std::runtime_error::runtime_error;
};

} // namespace falco::host
