// SPDX-License-Identifier: Apache-2.0
#include "host/isolation/spawner_wire.hpp"

#include "host/isolation/wire.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace falco::host::isolation {

std::string encode_start(const StartRequest &request)
{
	Writer writer;
	writer.number(static_cast<uint64_t>(Ask::start));
	for (const std::string *text : {&request.library, &request.sha256, &request.name, &request.isolation.user})
		writer.text(*text);
	const IsolationConfig &limits = request.isolation;
	for (const uint64_t limit : {limits.memory_mb, limits.open_files, limits.processes, limits.file_size_mb})
		writer.number(limit);
	return writer.get();
}

StartRequest decode_start(std::string_view message)
{
	Reader reader(message);
	reader.number(); // Ask::start
	StartRequest request;
	for (std::string *text : {&request.library, &request.sha256, &request.name, &request.isolation.user})
		*text = reader.text();
	IsolationConfig &limits = request.isolation;
	for (uint64_t *limit : {&limits.memory_mb, &limits.open_files, &limits.processes, &limits.file_size_mb})
		*limit = reader.number();
	return request;
}

std::string encode_end(pid_t pid, End how)
{
	Writer writer;
	writer.number(static_cast<uint64_t>(Ask::end));
	writer.number(static_cast<uint64_t>(pid));
	writer.number(how == End::is_stuck ? 1 : 0);
	return writer.get();
}

bool send_with_descriptors(int socket, const std::string &message, const StartDescriptors *descriptors)
{
	if (message.size() > kLongestControlMessage) return false;
	iovec part{const_cast<char *>(message.data()), message.size()};
	alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kDescriptors)] = {};
	msghdr header{};
	header.msg_iov = &part;
	header.msg_iovlen = 1;
	if (descriptors) {
		const int all[kDescriptors] = {descriptors->call, descriptors->log, descriptors->text,
					       descriptors->memory};
		header.msg_control = control;
		header.msg_controllen = sizeof control;
		cmsghdr *const first = CMSG_FIRSTHDR(&header);
		first->cmsg_level = SOL_SOCKET;
		first->cmsg_type = SCM_RIGHTS;
		first->cmsg_len = CMSG_LEN(sizeof all);
		std::memcpy(CMSG_DATA(first), all, sizeof all);
	}
	ssize_t sent = 0;
	while ((sent = sendmsg(socket, &header, MSG_NOSIGNAL)) < 0 && errno == EINTR) {
	}
	return sent == static_cast<ssize_t>(message.size());
}

bool receive_with_descriptors(int socket, std::string &message, std::vector<int> &descriptors)
{
	message.assign(kLongestControlMessage, '\0');
	descriptors.clear();
	iovec part{message.data(), message.size()};
	alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kDescriptors)] = {};
	msghdr header{};
	header.msg_iov = &part;
	header.msg_iovlen = 1;
	header.msg_control = control;
	header.msg_controllen = sizeof control;
	ssize_t got = 0;
	while ((got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
	}
	if (got <= 0) return false;
	message.resize(static_cast<size_t>(got));
	for (cmsghdr *one = CMSG_FIRSTHDR(&header); one; one = CMSG_NXTHDR(&header, one)) {
		if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_RIGHTS) continue;
		descriptors.resize((one->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		std::memcpy(descriptors.data(), CMSG_DATA(one), descriptors.size() * sizeof(int));
	}
	return true;
}

} // namespace falco::host::isolation
