// SPDX-License-Identifier: Apache-2.0
//
// Docker's API, which is podman's as well, on a Unix socket, as far as libsinsp asks: every container is called "web".
// Prints each request's path.
//
//   fake_docker SOCKET          answers
//   fake_docker SOCKET silent   takes requests and never answers
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

std::string read_request(int client)
{
	std::string request;
	char part[4096];
	while (request.find("\r\n\r\n") == std::string::npos) {
		const ssize_t got = read(client, part, sizeof part);
		if (got <= 0) {
			break;
		}
		request.append(part, static_cast<size_t>(got));
	}
	return request;
}

// "/v1.30/containers/ID/json" -> "ID", when it is that kind of path.
std::string container_in(const std::string &path)
{
	const std::string before = "/containers/";
	const size_t begin = path.find(before);
	const size_t end = begin == std::string::npos ? begin : path.find("/json", begin);
	return end == std::string::npos ? "" : path.substr(begin + before.size(), end - begin - before.size());
}

std::string answer(const std::string &path)
{
	const std::string id = container_in(path);
	std::string body = "{}";
	if (!id.empty()) {
		body = "{\"Id\":\"" + id +
		       "\",\"Name\":\"/web\",\"Created\":\"2024-01-01T00:00:00Z\",\"Image\":\"sha256:" + id +
		       "\",\"Config\":{\"Image\":\"shop/web:1.2\",\"Labels\":{\"tier\":\"front\"},\"Env\":[]},"
		       "\"HostConfig\":{\"Privileged\":true,\"NetworkMode\":\"default\"},"
		       "\"NetworkSettings\":{\"IPAddress\":\"172.17.0.2\",\"Ports\":{}},\"Mounts\":[]}";
	}
	return std::string("HTTP/1.1 ") + (id.empty() ? "404 Not Found" : "200 OK") +
	       "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
	       std::to_string(body.size()) + "\r\n\r\n" + body;
}

} // namespace

int main(int argc, char **argv)
{
	const bool silent = argc > 2;
	std::signal(SIGPIPE, SIG_IGN);
	sockaddr_un address = {};
	address.sun_family = AF_UNIX;
	if (argc < 2 || std::strlen(argv[1]) >= sizeof address.sun_path) {
		return 2;
	}
	std::strcpy(address.sun_path, argv[1]);
	unlink(argv[1]);
	const int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listening, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0 ||
	    listen(listening, 16) != 0) {
		std::perror(argv[1]);
		return 1;
	}
	std::printf("ready\n");
	std::fflush(stdout);
	for (;;) {
		const int client = accept(listening, nullptr, nullptr);
		if (client < 0) {
			continue;
		}
		const std::string request = read_request(client);
		if (request.empty()) { // somebody looked whether the engine takes connections
			close(client);
			continue;
		}
		const size_t begin = request.find(' ') + 1;
		const std::string path = request.substr(begin, request.find(' ', begin) - begin);
		std::printf("%s\n", path.c_str());
		std::fflush(stdout);
		if (silent) {
			continue; // and the connection stays open
		}
		const std::string text = answer(path);
		if (write(client, text.data(), text.size()) < 0) {
			std::perror("write");
		}
		close(client);
	}
}
