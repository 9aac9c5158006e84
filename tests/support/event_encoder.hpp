// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libscap/scap.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace falco::test {

/// One parameter of an event: a number, a C string, or bytes as the driver writes them. How many bytes a number takes
/// is what the event table says about the parameter, so that a test never counts bytes.
class Param {
public:
	struct Bytes {
		std::string data;
	};

	template <typename Number, typename = std::enable_if_t<std::is_integral_v<Number>>>
	Param(Number value) : value_(static_cast<std::uint64_t>(value)) // NOLINT: a list of parameters reads plainly
	{
	}
	Param(const char *text) : value_(std::string(text)) {} // NOLINT
	Param(std::string text) : value_(std::move(text)) {}   // NOLINT
	Param(Bytes bytes) : value_(std::move(bytes)) {}       // NOLINT

private:
	friend std::string encode_param(const Param &param, ppm_param_type type);
	std::variant<std::uint64_t, std::string, Bytes> value_;
};

using Params = std::vector<Param>;

/// An event as the drivers hand it out (ppm_evt_hdr, the lengths, the values), owned.
using EncodedEvent = std::vector<char>;

/// Throws std::logic_error when the parameters are not those of the event type.
[[nodiscard]] EncodedEvent encode_event(std::uint64_t time, std::uint64_t thread, ppm_event_code type,
					const Params &params);

/// Strings one after another, each with its final NUL: arguments, environments and control groups look like this.
[[nodiscard]] Param::Bytes string_list(const std::vector<std::string> &strings);

} // namespace falco::test
