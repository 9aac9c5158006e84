// SPDX-License-Identifier: Apache-2.0
//
// falco/plugin.hpp - writing a plugin in C++17. Header-only, standard library only.
//
// Derive from Output, BatchOutput, Source, Matcher, Tap or Tool, throw to report errors, and name the class in one
// macro:
//
//     class Console final : public falco::Output {
//     public:
//             Console(falco::Host, std::string_view) {}
//             void write(const falco::Alert &alert) override { ... alert.line() ... }
//     };
//     FALCO_OUTPUT_PLUGIN(Console, 0, {"console", "1.0.0", "prints alerts", nullptr, nullptr})
//
// The class is constructed with the Host and the instance's configuration, a JSON object that fits the plugin's
// schema with the defaults filled in. Each function runs on the thread that falco/plugin.h names for it. An exception
// becomes a status: ConfigError, RetryLater and Unsupported the ones of that name, any other FALCO_ERR_FATAL.
//
// Each kind has a header of its own, which can be included alone.
#pragma once

#include "falco/plugin/common.hpp"
#include "falco/plugin/matcher.hpp"
#include "falco/plugin/output.hpp"
#include "falco/plugin/source.hpp"
#include "falco/plugin/tap.hpp"
#include "falco/plugin/tool.hpp"
