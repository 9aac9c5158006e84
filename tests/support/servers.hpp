// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace falco::test {

/// A port of 127.0.0.1 that nobody uses at this moment.
int free_port();

/// True when somebody listens on it; false after a long time.
bool wait_for_port(int port);

/// Until the file has so many lines, or for a long time: its lines.
std::vector<std::string> wait_for_lines(const std::string &path, size_t count);

/// A program that runs beside the test, and ends with the object. What it prints goes to a file.
class ServerProcess {
public:
	/// `environment`: besides what this program has.
	ServerProcess(const std::vector<std::string> &words, const std::string &log,
		      const std::map<std::string, std::string> &environment = {});
	~ServerProcess();
	ServerProcess(const ServerProcess &) = delete;
	ServerProcess &operator=(const ServerProcess &) = delete;

private:
	pid_t pid_;
};

/// A web server on a port of 127.0.0.1 that answers as it is told (see http_server.py).
class ScriptedWebServer {
public:
	/// `folder` gets its files. Throws when nobody answers on the port in the end.
	ScriptedWebServer(const std::string &folder, const std::string &answers, int port = free_port());
	std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

private:
	const int port_;
	ServerProcess process_;
};

/// Certificates in a folder, made by openssl: ca.pem; server.pem and server.key for localhost and 127.0.0.1; client.pem
/// and client.key; and stranger.pem, an authority that signed none of them.
void make_certificates(const std::string &folder);

/// Debian's nginx with TLS on a port. It takes only clients whose certificate the authority in `folder` signed, and
/// appends "METHOD PATH|CONTENT TYPE|USER AGENT|CLIENT|BODY" to requests() for each request, with \xHH in the body.
class Nginx {
public:
	/// `folder` has certificates, and gets its files.
	explicit Nginx(const std::string &folder);
	int port() const { return port_; }
	std::string requests() const { return folder_ + "/requests"; }

private:
	const std::string folder_;
	const int port_;
	ServerProcess process_;
};

/// Debian's rsyslog on a port of 127.0.0.1, for one protocol. Appends
/// "PRI|TIME|HOST|APP NAME|PROCESS|MESSAGE ID|STRUCTURED DATA|MESSAGE" to messages() for each message.
class Rsyslog {
public:
	/// `protocol`: udp, tcp or tls; that takes only clients whose certificate the authority in `folder` signed.
	Rsyslog(const std::string &folder, const std::string &protocol, int port);
	std::string messages() const { return folder_ + "/messages"; }

private:
	const std::string folder_;
	ServerProcess process_;
};

} // namespace falco::test
