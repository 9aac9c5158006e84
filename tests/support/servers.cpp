// SPDX-License-Identifier: Apache-2.0
#include "tests/support/servers.hpp"

#include "tests/support/run_falco.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace falco::test {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLong = std::chrono::seconds(60);
constexpr auto kPause = std::chrono::milliseconds(5);
const std::string kServers = FALCO_TEST_SERVERS;

sockaddr_in loopback(int port)
{
	sockaddr_in address{};
	address.sin_family = AF_INET;
	address.sin_port = htons(static_cast<uint16_t>(port));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

std::string write_file(const std::string &path, const std::string &text)
{
	std::ofstream(path) << text;
	return path;
}

void openssl(const std::vector<std::string> &arguments)
{
	const Finished finished = run_program("/usr/bin/openssl", arguments);
	if (finished.status != 0) throw std::runtime_error("openssl: " + finished.err);
}

std::string module_folder()
{
	return kServers + "/usr/lib/" FALCO_TEST_TRIPLET "/rsyslog";
}

std::string rsyslog_settings(const std::string &folder, const std::string &protocol, int port)
{
	const bool tls = protocol == "tls";
	const std::string module = protocol == "udp" ? "imudp" : "imtcp";
	std::ostringstream text;
	text << "global(workDirectory=\"" << folder << "\" maxMessageSize=\"64k\"";
	if (tls)
		text << " defaultNetstreamDriver=\"ossl\" defaultNetstreamDriverCAFile=\"" << folder
		     << "/ca.pem\" defaultNetstreamDriverCertFile=\"" << folder
		     << "/server.pem\" defaultNetstreamDriverKeyFile=\"" << folder << "/server.key\"";
	text << ")\nmodule(load=\"" << module << "\"";
	if (tls) text << " StreamDriver.Name=\"ossl\" StreamDriver.Mode=\"1\" StreamDriver.AuthMode=\"x509/certvalid\"";
	text << ")\ninput(type=\"" << module << "\" port=\"" << port << "\" address=\"127.0.0.1\")\n"
	     << "template(name=\"all\" type=\"string\" string=\"%pri%|%timestamp:::date-rfc3339%|%hostname%|%app-name%|"
		"%procid%|%msgid%|%structured-data%|%msg%\\n\")\n"
	     << "if ($inputname == \"" << module << "\") then action(type=\"omfile\" file=\"" << folder
	     << "/messages\" template=\"all\" asyncWriting=\"off\")\n";
	return text.str();
}

std::string nginx_settings(const std::string &folder, int port)
{
	std::ostringstream text;
	text << "daemon off;\nmaster_process off;\npid " << folder << "/nginx.pid;\nerror_log " << folder
	     << "/nginx.log;\nevents {}\nhttp {\n"
	     << "log_format all '$request_method "
		"$uri|$http_content_type|$http_user_agent|$ssl_client_s_dn|$request_body';\n";
	for (const char *kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
		text << kind << "_temp_path " << folder << "/" << kind << ";\n";
	text << "server { listen unix:" << folder << "/sink; access_log off; return 204; }\n"
	     << "server { listen 127.0.0.1:" << port << " ssl; access_log " << folder << "/requests all;\n"
	     << "ssl_certificate " << folder << "/server.pem; ssl_certificate_key " << folder << "/server.key;\n"
	     << "ssl_client_certificate " << folder << "/ca.pem; ssl_verify_client on; client_body_buffer_size 1m;\n"
	     << "location / { proxy_pass http://unix:" << folder << "/sink; } }\n}\n";
	return text.str();
}

// Writes what it is to answer; the command that runs it.
std::vector<std::string> scripted_web_server(const std::string &folder, const std::string &answers, int port)
{
	write_file(folder + "/answers", answers);
	return {"/usr/bin/python3", FALCO_SOURCE_DIR "/tests/support/http_server.py", std::to_string(port), folder};
}

} // namespace

int free_port()
{
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	sockaddr_in address = loopback(0);
	socklen_t size = sizeof address;
	if (bind(fd, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
	    getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size) != 0)
		throw std::runtime_error("no free port");
	close(fd);
	return ntohs(address.sin_port);
}

bool wait_for_port(int port)
{
	const auto deadline = Clock::now() + kLong;
	while (Clock::now() < deadline) {
		const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		const sockaddr_in address = loopback(port);
		const int result = connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address);
		close(fd);
		if (result == 0) return true;
		std::this_thread::sleep_for(kPause);
	}
	return false;
}

std::vector<std::string> wait_for_lines(const std::string &path, size_t count)
{
	const auto deadline = Clock::now() + kLong;
	for (;;) {
		std::ostringstream text;
		text << std::ifstream(path).rdbuf();
		std::vector<std::string> lines = lines_of(text.str());
		if (lines.size() >= count || Clock::now() > deadline) return lines;
		std::this_thread::sleep_for(kPause);
	}
}

ServerProcess::ServerProcess(const std::vector<std::string> &words, const std::string &log,
			     const std::map<std::string, std::string> &environment)
{
	std::vector<char *> arguments;
	for (const std::string &word : words)
		arguments.push_back(const_cast<char *>(word.c_str()));
	arguments.push_back(nullptr);
	std::vector<std::string> all;
	for (char **one = environ; *one; ++one)
		all.emplace_back(*one);
	for (const auto &[name, value] : environment)
		all.push_back(name + "=" + value);
	std::vector<char *> pointers;
	for (std::string &one : all)
		pointers.push_back(one.data());
	pointers.push_back(nullptr);
	posix_spawn_file_actions_t files;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
	posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
	const int error = posix_spawn(&pid_, arguments[0], &files, nullptr, arguments.data(), pointers.data());
	posix_spawn_file_actions_destroy(&files);
	if (error != 0)
		throw std::runtime_error(words[0] + " cannot be started; scripts/setup.sh unpacks the tests' servers");
}

ServerProcess::~ServerProcess()
{
	kill(pid_, SIGTERM);
	const auto deadline = Clock::now() + kLong;
	while (waitpid(pid_, nullptr, WNOHANG) == 0) {
		if (Clock::now() > deadline) kill(pid_, SIGKILL);
		std::this_thread::sleep_for(kPause);
	}
}

ScriptedWebServer::ScriptedWebServer(const std::string &folder, const std::string &answers, int port)
    : port_(port), process_(scripted_web_server(folder, answers, port), folder + "/server.log")
{
	if (!wait_for_port(port)) throw std::runtime_error("no web server: see " + folder + "/server.log");
}

void make_certificates(const std::string &folder)
{
	const std::vector<std::string> key = {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"};
	const auto with_key = [&](std::vector<std::string> arguments) {
		arguments.insert(arguments.end(), key.begin(), key.end());
		return arguments;
	};
	for (const std::string name : {"ca", "stranger"}) {
		openssl(with_key({"req", "-x509", "-days", "2", "-subj", "/CN=" + name, "-keyout",
				  folder + "/" + name + ".key", "-out", folder + "/" + name + ".pem"}));
	}
	const std::string names = write_file(folder + "/names", "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
	for (const std::string name : {"server", "client"}) {
		const std::string path = folder + "/" + name;
		openssl(with_key({"req", "-subj", "/CN=" + name, "-keyout", path + ".key", "-out", path + ".csr"}));
		openssl({"x509", "-req", "-days", "2", "-in", path + ".csr", "-CA", folder + "/ca.pem", "-CAkey",
			 folder + "/ca.key", "-CAcreateserial", "-extfile", names, "-out", path + ".pem"});
	}
}

Nginx::Nginx(const std::string &folder)
    : folder_(folder), port_(free_port()),
      process_({kServers + "/usr/sbin/nginx", "-p", folder, "-e", folder + "/nginx.log", "-c",
		write_file(folder + "/nginx.conf", nginx_settings(folder, port_))},
	       folder + "/nginx.out")
{
	if (!wait_for_port(port_)) throw std::runtime_error("nginx does not start");
}

Rsyslog::Rsyslog(const std::string &folder, const std::string &protocol, int port)
    : folder_(folder),
      process_({kServers + "/usr/sbin/rsyslogd", "-n", "-f",
		write_file(folder + "/rsyslog.conf", rsyslog_settings(folder, protocol, port)), "-i",
		folder + "/rsyslog.pid", "-M", module_folder()},
	       folder + "/rsyslog.out", {{"LD_LIBRARY_PATH", kServers + "/usr/lib/" FALCO_TEST_TRIPLET}})
{
	if (protocol != "udp" && !wait_for_port(port)) throw std::runtime_error("rsyslog does not start");
}

} // namespace falco::test
