// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

// What became of a message. On failure errno says why.
enum class Sent { all, shortened, failed };

// send(2), taken up again after a signal, and without SIGPIPE.
ssize_t send_bytes(int fd, std::string_view bytes);

// Sends a message, which is UTF-8, as one datagram; what is too long for one is cut and marked.
Sent send_datagram(int fd, const std::string &message);
