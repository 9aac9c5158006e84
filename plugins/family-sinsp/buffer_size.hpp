// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

namespace falco::sinsp_family {

// The size in bytes of each buffer between kernel and falco, from `buf_size_preset` or `buffer_bytes`: a power of two
// and a multiple of the page size. Throws falco::ConfigError for another size, and when both keys are given.
unsigned long buffer_size(const nlohmann::json &config);

// Throws falco::ConfigError when so many buffers of that size are more than this machine's memory.
void check_buffers_fit(unsigned long bytes, unsigned long buffers);

} // namespace falco::sinsp_family
