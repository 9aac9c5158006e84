// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace falco::host {

// An option that may be repeated and takes one value each time; `value` is what the help calls it.
inline CLI::Option *add_repeatable(CLI::App &app, const std::string &flag, std::vector<std::string> &into,
				   const std::string &value, const std::string &text)
{
	return app.add_option(flag, into, text)->type_name(value)->allow_extra_args(false)->take_all();
}

} // namespace falco::host
