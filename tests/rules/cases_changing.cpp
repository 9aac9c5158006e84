// SPDX-License-Identifier: Apache-2.0
// Cases of the rules about files that are removed, renamed, linked or given other rights.
#include "tests/rules/rule_case.hpp"

#include <driver/ppm_events_public.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace falco::test {

std::vector<RuleCase> changing_cases()
{
	return {
		{"delete_shell_history",
		 "Warning",
		 [](Trace &trace) {
			 const Pid rm =
				 trace.process(Process("rm").args({".bash_history"}).user("alice").cwd("/home/alice"));
			 trace.unlinkat(rm, ".bash_history");
			 trace.unlink(rm, "/root/.zsh_history");
			 trace.open(program(trace, "cp"), "/root/.bash_history", O_WRONLY | O_TRUNC);
		 },
		 {"user=alice", "command=rm .bash_history", "/home/alice/.bash_history"},
		 [](Trace &trace) {
			 const Pid shell = alice_shell(trace);
			 trace.open(shell, "/home/alice/.bash_history", O_WRONLY | O_TRUNC);
			 trace.unlink(shell, "/home/alice/.bash_history", -ENOENT);
			 trace.unlink(shell, "/home/alice/.bash_history-01234.tmp");
		 },
		 3},

		{"delete_log_file",
		 "Warning",
		 [](Trace &trace) {
			 const Pid rm = trace.process(Process("rm").args({"-rf", "syslog"}).cwd("/var/log"));
			 trace.unlinkat(rm, "syslog");
			 trace.unlink(rm, "/var/log/audit/audit.log");
		 },
		 {"command=rm -rf syslog", "call=unlinkat", "/var/log/syslog"},
		 [](Trace &trace) {
			 by_each(trace, {"logrotate", "dpkg"},
				 [&](Pid pid) { trace.unlink(pid, "/var/log/syslog.7.gz"); });
			 trace.unlink(child_program(trace, "logrotate", "sh"), "/var/log/syslog.7.gz");
			 const Pid rm = program(trace, "rm");
			 trace.unlink(rm, "/var/log/nosuch", -ENOENT);
			 trace.unlink(rm, "/srv/var/log/syslog");
		 },
		 2},

		{"truncate_log_file",
		 "Warning",
		 [](Trace &trace) {
			 for (const Pid pid : {root_shell(trace), program(trace, "dd"), program(trace, "truncate")})
				 trace.open(pid, "/var/log/auth.log", O_WRONLY | O_CREAT | O_TRUNC);
		 },
		 {"command=bash", "file=/var/log/auth.log"},
		 [](Trace &trace) {
			 trace.open(root_shell(trace), "/var/log/auth.log", O_WRONLY | O_APPEND);
			 trace.open(program(trace, "nginx"), "/var/log/nginx/access.log", O_WRONLY | O_CREAT | O_TRUNC);
			 const Pid rotate = program(trace, "logrotate");
			 const Pid child = trace.spawn(rotate, Process("sh").path("/bin/sh"));
			 trace.open(child, "/var/log/auth.log", O_WRONLY | O_TRUNC);
			 trace.open(child_program(trace, "dpkg", "sh"), "/var/log/dpkg.log", O_WRONLY | O_TRUNC);
			 trace.open(root_shell(trace), "/var/log", O_RDONLY | O_TRUNC | O_DIRECTORY);
		 },
		 3},

		{"set_user_id_bit",
		 "Warning",
		 [](Trace &trace) {
			 const Pid chmod = trace.process(Process("chmod").args({"u+s", "sh"}).cwd("/tmp"));
			 trace.fchmodat(chmod, "sh", S_ISUID | 0755);
			 trace.chmod(chmod, "/tmp/other", S_ISUID | S_ISGID | 0755);
			 trace.fchmod(chmod, trace.open(chmod, "/tmp/third", O_RDONLY), S_ISUID | 0700);
		 },
		 {"command=chmod u+s sh", "/tmp/sh", "S_ISUID"},
		 [](Trace &trace) {
			 const Pid chmod = program(trace, "chmod");
			 trace.chmod(chmod, "/tmp/sh", 0755);
			 trace.chmod(chmod, "/srv/shared", S_ISGID | 0775);
			 trace.chmod(chmod, "/tmp/sh", S_ISUID | 0755, -EPERM);
			 by_each(trace, {"dpkg", "buildah"},
				 [&](Pid pid) { trace.chmod(pid, "/usr/bin/passwd.dpkg-new", S_ISUID | 0755); });
		 },
		 3},

		{"create_device_node",
		 "Warning",
		 [](Trace &trace) {
			 const Pid mknod = trace.process(Process("mknod").args({"/tmp/sda", "b", "8", "0"}));
			 trace.mknod(mknod, "/tmp/sda", S_IFBLK | 0600);
			 trace.mknodat(mknod, "/dev/backdoor", S_IFCHR | 0600);
		 },
		 {"command=mknod /tmp/sda b 8 0", "path=/tmp/sda", "S_IFCHR"},
		 [](Trace &trace) {
			 const Pid mknod = program(trace, "mkfifo");
			 trace.mknod(mknod, "/tmp/pipe", S_IFIFO | 0600);
			 trace.mknod(mknod, "/tmp/sda", S_IFBLK | 0600, -EPERM);
			 by_each(trace, {"systemd-udevd", "dpkg", "runc"},
				 [&](Pid pid) { trace.mknod(pid, "/dev/sda", S_IFBLK | 0660); });
		 },
		 2},

		{"rename_or_remove_binary",
		 "Warning",
		 [](Trace &trace) {
			 const Pid mv = trace.process(Process("mv").args({"ps", "/tmp/ps"}).cwd("/bin"));
			 trace.renameat2(mv, "ps", "/tmp/ps");
			 trace.rename(mv, "/tmp/ps", "/usr/bin/ps");
			 trace.unlink(mv, "/usr/sbin/auditd");
			 trace.unlinkat(mv, "/usr/sbin/rsyslogd");
		 },
		 {"command=mv ps /tmp/ps", "call=renameat2", "/bin/ps"},
		 [](Trace &trace) {
			 const Pid mv = program(trace, "mv");
			 trace.rename(mv, "/home/alice/bin/a", "/home/alice/bin/b");
			 trace.rename(mv, "/binary", "/binaries");
			 trace.unlink(mv, "/bin/ps", -EACCES);
			 trace.rename(mv, "/bin/ps", "/tmp/ps", -EACCES);
			 by_each(trace, {"dpkg", "salt-minion"},
				 [&](Pid pid) { trace.rename(pid, "/bin/ps.dpkg-new", "/bin/ps"); });
		 },
		 4},

		{"link_to_sensitive_file",
		 "Warning",
		 [](Trace &trace) {
			 const Pid ln = trace.process(Process("ln").args({"-s", "/etc/shadow", "notes"}).user("alice"));
			 trace.symlink(ln, "/etc/shadow", "notes");
			 trace.link(ln, "/etc/sudoers", "/tmp/s");
		 },
		 {"user=alice", "target=/etc/shadow"},
		 [](Trace &trace) {
			 const Pid ln = program(trace, "ln");
			 trace.symlink(ln, "/etc/passwd", "notes");
			 trace.symlink(ln, "/srv/x", "/etc/shadow");
			 trace.symlink(ln, "/etc/shadow", "notes", -EEXIST);
			 by_each(trace, {"passwd", "dpkg"},
				 [&](Pid pid) { trace.link(pid, "/etc/shadow", "/etc/shadow.lock"); });
			 // Old captures know the names at the start of the call already, when nothing has been done.
			 trace.event(ln, PPME_SYSCALL_LINK_E, {"/etc/shadow", "notes"});
		 },
		 2},

		{"create_hidden_directory",
		 "Notice",
		 [](Trace &trace) {
			 const Pid mkdir = trace.process(Process("mkdir").args({"..."}).cwd("/tmp"));
			 trace.mkdir(mkdir, ".hid");
			 trace.mkdir(mkdir, "/dev/.udev2");
			 trace.mkdir(mkdir, "/var/tmp/.cache");
		 },
		 {"command=mkdir ...", "directory=/tmp/.hid"},
		 [](Trace &trace) {
			 const Pid mkdir = program(trace, "mkdir");
			 trace.mkdir(mkdir, "/tmp/plain");
			 trace.mkdir(mkdir, "/home/alice/.config");
			 trace.mkdir(mkdir, "/tmp/.hid", -EEXIST);
			 trace.mkdir(program(trace, "Xorg"), "/tmp/.X11-unix");
			 trace.mkdir(program(trace, "systemd"), "/dev/.mount");
		 },
		 3},
	};
}

} // namespace falco::test
