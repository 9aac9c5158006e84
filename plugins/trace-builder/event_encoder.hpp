// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libscap/scap.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace falco::trace {

/// One parameter of an event: a number, a C string, or bytes as the driver writes them. How many bytes a number takes
/// is what the event table says about the parameter, so that nobody counts bytes.
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

/// An event of values as they stand in it; there may be fewer of them than the type has parameters, as in recordings of
/// older versions. Throws std::invalid_argument when one is too long.
[[nodiscard]] EncodedEvent encode_values(std::uint64_t time, std::uint64_t thread, ppm_event_code type,
					 const std::vector<std::string> &values);
/// The values of an event, as they stand in it.
[[nodiscard]] std::vector<std::string> values_of(const ppm_evt_hdr &event);

/// Throws std::logic_error when the parameters are not those of the event type.
[[nodiscard]] EncodedEvent encode_event(std::uint64_t time, std::uint64_t thread, ppm_event_code type,
					const Params &params);

/// Strings one after another, each with its final NUL: arguments, environments and control groups look like this.
[[nodiscard]] Param::Bytes string_list(const std::vector<std::string> &strings);

} // namespace falco::trace
