// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "datagram.hpp"

#include <string>

// A connection to a syslog daemon's unix socket, datagram or stream, whichever the daemon listens on. Made anew
// whenever the daemon went away. syslog(3) is not used: its state belongs to the whole process, and it hides errors.
// One thread at a time.
class SyslogSocket {
public:
	explicit SyslogSocket(std::string path);
	~SyslogSocket();
	SyslogSocket(const SyslogSocket &) = delete;
	SyslogSocket &operator=(const SyslogSocket &) = delete;

	const std::string &path() const { return path_; }

	// False: errno says why.
	bool connect();

	// Sends one message, connecting first when need be. What is too long for a datagram is cut and marked. `id`
	// is the alert's: one that is sent again, and of which a stream took only the front before, goes on from
	// there.
	Sent send(const std::string &message, const std::string &id);

private:
	bool connect_as(int type);
	void disconnect();
	bool send_rest();
	bool send_record(const std::string &message, const std::string &id);

	const std::string path_;
	int fd_ = -1;
	bool is_stream_ = false;
	std::string rest_;  // of a record that a stream took only in part
	std::string begun_; // the id of that record's alert
};
