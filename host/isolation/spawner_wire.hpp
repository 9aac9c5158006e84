// SPDX-License-Identifier: Apache-2.0
//
// What falco asks the spawner, one message each on a SOCK_SEQPACKET socket.
#pragma once

#include "host/isolation/spawner.hpp"

#include <string>
#include <string_view>

namespace falco::host::isolation {

constexpr size_t kLongestControlMessage = 32768;
constexpr size_t kDescriptors = 4;

enum class Ask : uint64_t { start, end };

std::string encode_start(const StartRequest &request);
std::string encode_end(pid_t pid, End how);

// False: the other side is gone, or the message is too long.
bool send_with_descriptors(int socket, const std::string &message, const StartDescriptors *descriptors);

// A message, with up to kDescriptors descriptors, which the caller closes. False: the other side is gone.
bool receive_with_descriptors(int socket, std::string &message, std::vector<int> &descriptors);

// Throws BadMessage.
StartRequest decode_start(std::string_view message);

} // namespace falco::host::isolation
