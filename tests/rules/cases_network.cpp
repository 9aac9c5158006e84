// SPDX-License-Identifier: Apache-2.0
// Cases of the rules about connections.
#include "tests/rules/rule_case.hpp"

#include <fcntl.h>

#include <cerrno>

namespace falco::test {

namespace {

constexpr int kRawSocket = 3; // SOCK_RAW

} // namespace

std::vector<RuleCase> network_cases()
{
	return {
		{"elasticsearch_unexpected_network_outbound",
		 "Warning",
		 [](Trace &trace) {
			 const Pid java = trace.process(Process("java").user("elasticsearch"));
			 trace.connect(java, "10.0.0.5", 80);
			 trace.connect(java, "fd00::7", 22, -EINPROGRESS);
		 },
		 {"command=java", "connection=192.168.1.5:51234->10.0.0.5:80"},
		 [](Trace &trace) {
			 const Pid java = trace.process(Process("java").user("elasticsearch"));
			 trace.connect(java, "10.0.0.5", 9300);
			 trace.connect(java, "10.0.0.5", 80, -ECONNREFUSED);
			 trace.connect(java, "/run/elastic.sock", 0);
			 trace.connect(trace.process(Process("java").user("alice")), "10.0.0.5", 80);
		 },
		 2},

		{"shell_network_outbound",
		 "Error",
		 [](Trace &trace) { trace.connect(alice_shell(trace), "203.0.113.9", 4444); },
		 {"user=alice", "command=bash", "->203.0.113.9:4444"},
		 [](Trace &trace) {
			 const Pid shell = alice_shell(trace);
			 trace.connect(shell, "/run/nscd/socket", 0);
			 trace.connect(shell, "203.0.113.9", 4444, -ECONNREFUSED);
			 trace.connect(program(trace, "curl"), "203.0.113.9", 80);
		 }},

		{"system_binary_network_outbound",
		 "Error",
		 [](Trace &trace) {
			 trace.connect(trace.process(Process("ls").path("/bin/ls").args({"-l"})), "198.51.100.2", 443);
		 },
		 {"command=ls -l", "->198.51.100.2:443"},
		 [](Trace &trace) {
			 trace.connect(program(trace, "ls"), "127.0.0.1", 53);
			 trace.connect(program(trace, "ls"), "::1", 53);
			 trace.connect(program(trace, "wget"), "198.51.100.2", 443);
		 }},

		{"contact_cloud_metadata",
		 "Notice",
		 [](Trace &trace) {
			 trace.connect(trace.process(Process("curl").container(kContainer)), "169.254.169.254", 80);
		 },
		 {"command=curl", "->169.254.169.254:80", "container=" + kContainerId},
		 [](Trace &trace) {
			 trace.connect(program(trace, "cloud-init"), "169.254.169.254", 80);
			 trace.connect(trace.process(Process("curl").container(kContainer)), "169.254.169.253", 80);
		 }},

		{"unexpected_listener",
		 "Warning",
		 [](Trace &trace) {
			 trace.listen(trace.process(Process("nc").args({"-l", "-p", "9001"})), "0.0.0.0", 9001);
			 trace.listen(root_shell(trace), "::", 31337);
			 trace.listen(program(trace, "tail"), "fd00::5", 31337);
		 },
		 {"command=nc -l -p 9001", "address=0.0.0.0:9001"},
		 [](Trace &trace) {
			 trace.listen(program(trace, "nginx"), "0.0.0.0", 80);
			 trace.listen(program(trace, "nc"), "0.0.0.0", 9001, -EADDRINUSE);
			 trace.listen(program(trace, "nc"), "/run/nc.sock", 0);
		 },
		 3},

		{"redirect_input_to_socket",
		 "Warning",
		 [](Trace &trace) {
			 const Pid nc = trace.process(Process("nc").args({"-l"}));
			 const auto connection =
				 trace.accept(nc, trace.listen(nc, "0.0.0.0", 9001), "203.0.113.9", 40000);
			 for (const int standard : {0, 1, 2})
				 trace.dup2(nc, connection, standard);
			 const Pid shell = program(trace, "perl");
			 trace.dup2(shell, trace.connect(shell, "fd00::9", 4444), 0);
		 },
		 {"command=nc -l", "connection=203.0.113.9:40000->0.0.0.0:9001"},
		 [](Trace &trace) {
			 const Pid app = trace.process(Process("app").file(3, "/tmp/input"));
			 trace.dup2(app, 3, 0);
			 trace.dup2(app, trace.connect(app, "10.0.0.5", 80), 7);
			 trace.dup2(app, trace.connect(app, "10.0.0.5", 0, 0, kRawSocket), 0);
			 by_each(trace, {"sshd", "systemd", "nginx", "exim4"},
				 [&](Pid pid) { trace.dup2(pid, trace.connect(pid, "10.0.0.5", 80), 0); });
		 },
		 2},

		{"docker_socket_access",
		 "Warning",
		 [](Trace &trace) {
			 trace.connect(trace.process(Process("curl").container(kContainer)), "/var/run/docker.sock", 0);
		 },
		 {"command=curl", "/var/run/docker.sock", "container=" + kContainerId},
		 [](Trace &trace) {
			 by_each(trace, {"docker", "portainer"},
				 [&](Pid pid) { trace.connect(pid, "/var/run/docker.sock", 0); });
			 const Pid curl = program(trace, "curl");
			 trace.connect(curl, "/var/run/docker.sock", 0, -EACCES);
			 trace.connect(curl, "/run/nscd/socket", 0);
		 }},
	};
}

} // namespace falco::test
