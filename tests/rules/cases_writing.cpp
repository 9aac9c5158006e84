// SPDX-License-Identifier: Apache-2.0
// Cases of the rules about files that are written.
#include "tests/rules/rule_case.hpp"

#include <fcntl.h>

#include <cerrno>

namespace falco::test {

namespace {

constexpr int kReplace = O_WRONLY | O_CREAT | O_TRUNC;

} // namespace

std::vector<RuleCase> writing_cases()
{
	return {
		{"write_kernel_control_file",
		 "Critical",
		 [](Trace &trace) {
			 const Pid shell = trace.process(Process("sh").container(kContainer));
			 trace.open(shell, "/proc/sys/kernel/core_pattern", O_WRONLY);
			 trace.open(shell, "/sys/fs/cgroup/rdma/release_agent", O_WRONLY);
		 },
		 {"file=/proc/sys/kernel/core_pattern", "container=" + kContainerId},
		 [](Trace &trace) {
			 const Pid shell = root_shell(trace);
			 trace.open(shell, "/proc/sys/kernel/core_pattern", O_RDONLY);
			 trace.open(shell, "/proc/sys/kernel/hostname", O_WRONLY);
			 by_each(trace, {"systemd-sysctl", "systemd", "(sysctl)", "sysctl", "apport"},
				 [&](Pid pid) { trace.open(pid, "/proc/sys/kernel/core_pattern", O_WRONLY); });
			 // A directory cannot be written, but an open can ask for it.
			 trace.open(shell, "/proc/sys/kernel/core_pattern", O_WRONLY | O_TRUNC | O_DIRECTORY);
		 },
		 2},

		{"write_preload_file",
		 "Critical",
		 [](Trace &trace) { trace.creat(root_shell(trace), "/etc/ld.so.preload"); },
		 {"command=bash", "file=/etc/ld.so.preload"},
		 [](Trace &trace) {
			 const Pid shell = root_shell(trace);
			 trace.open(shell, "/etc/ld.so.preload", O_RDONLY);
			 trace.open(shell, "/tmp/ld.so.preload", kReplace);
			 trace.open(program(trace, "dpkg"), "/etc/ld.so.preload", kReplace);
		 }},

		{"write_authorized_keys",
		 "Error",
		 [](Trace &trace) {
			 const Pid shell = trace.process(Process("sh").cwd("/home/alice").container(kContainer));
			 trace.openat(shell, AT_FDCWD, ".ssh/authorized_keys", O_WRONLY | O_CREAT | O_APPEND);
			 trace.openat(shell, AT_FDCWD, ".ssh/authorized_keys2", O_WRONLY | O_CREAT | O_APPEND);
		 },
		 {"file=/home/alice/.ssh/authorized_keys", "container=" + kContainerId},
		 [](Trace &trace) {
			 trace.open(program(trace, "sshd"), "/home/alice/.ssh/authorized_keys", O_RDONLY);
			 trace.open(program(trace, "ssh-copy-id"), "/home/alice/.ssh/authorized_keys", O_WRONLY);
			 trace.open(program(trace, "puppet"), "/home/alice/.ssh/authorized_keys", O_WRONLY);
			 trace.open(root_shell(trace), "/home/alice/.ssh/authorized_keys", O_WRONLY, -EACCES);
		 },
		 2},

		{"write_below_root_ssh",
		 "Warning",
		 [](Trace &trace) { trace.open(root_shell(trace), "/root/.ssh/config", kReplace); },
		 {"file=/root/.ssh/config"},
		 [](Trace &trace) {
			 trace.open(program(trace, "ssh"), "/root/.ssh/known_hosts", kReplace);
			 trace.open(program(trace, "puppet"), "/root/.ssh/config", kReplace);
			 trace.open(root_shell(trace), "/home/alice/.ssh/config", kReplace);
		 }},

		{"write_sudoers",
		 "Error",
		 [](Trace &trace) {
			 const Pid shell = root_shell(trace);
			 trace.open(shell, "/etc/sudoers.d/alice", kReplace);
			 trace.open(shell, "/etc/sudoers", O_WRONLY | O_APPEND);
			 // What can be written is written, though it can be read, too.
			 trace.open(shell, "/etc/sudoers.d/bob", O_RDWR | O_CREAT);
		 },
		 {"user=root", "file=/etc/sudoers.d/alice"},
		 [](Trace &trace) {
			 by_each(trace, {"visudo", "dpkg", "ansible"},
				 [&](Pid pid) { trace.open(pid, "/etc/sudoers", O_RDWR); });
			 trace.open(root_shell(trace), "/etc/sudo.conf", kReplace);
		 },
		 3},

		{"write_account_file",
		 "Error",
		 [](Trace &trace) {
			 trace.open(root_shell(trace), "/etc/passwd", O_WRONLY | O_APPEND);
			 trace.open(root_shell(trace), "/etc/shadow", O_RDWR);
		 },
		 {"file=/etc/passwd"},
		 [](Trace &trace) {
			 by_each(trace, {"useradd", "dpkg", "puppet"},
				 [&](Pid pid) { trace.open(pid, "/etc/passwd", O_RDWR); });
			 // What a manager of configurations runs is its work.
			 trace.open(child_program(trace, "chef-client", "ruby"), "/etc/passwd", O_RDWR);
			 trace.open(root_shell(trace), "/etc/passwd", O_RDONLY);
			 trace.open(root_shell(trace), "/srv/chroot/etc/passwd", kReplace);
		 },
		 2},

		{"write_cron_job",
		 "Warning",
		 [](Trace &trace) {
			 const Pid shell = root_shell(trace);
			 trace.open(shell, "/etc/cron.d/job", kReplace);
			 trace.open(shell, "/var/spool/cron/crontabs/root", kReplace);
			 trace.open(shell, "/etc/crontab", O_WRONLY | O_APPEND);
		 },
		 {"file=/etc/cron.d/job"},
		 [](Trace &trace) {
			 by_each(trace, {"crontab", "dpkg", "puppet"},
				 [&](Pid pid) { trace.open(pid, "/var/spool/cron/crontabs/tmp.1", kReplace); });
			 trace.open(root_shell(trace), "/etc/crontab", O_RDONLY);
		 },
		 3},

		{"write_shell_startup_file",
		 "Notice",
		 [](Trace &trace) {
			 const Pid shell = alice_shell(trace);
			 trace.openat(shell, AT_FDCWD, ".bashrc", O_WRONLY | O_APPEND);
			 trace.open(shell, "/etc/profile.d/00.sh", kReplace);
			 trace.open(shell, "/etc/bash.bashrc", O_WRONLY | O_APPEND);
		 },
		 {"user=alice", "file=/home/alice/.bashrc"},
		 [](Trace &trace) {
			 const Pid shell = alice_shell(trace);
			 trace.open(shell, "/home/alice/.bashrc", O_RDONLY);
			 trace.open(shell, "/home/alice/.bashrc.orig", kReplace);
			 by_each(trace, {"useradd", "dpkg", "puppet"},
				 [&](Pid pid) { trace.open(pid, "/home/bob/.profile", kReplace); });
		 },
		 3},

		{"write_binary_dir",
		 "Warning",
		 [](Trace &trace) {
			 const Pid shell = root_shell(trace);
			 trace.open(shell, "/bin/ls", O_RDWR);
			 trace.creat(shell, "/usr/local/sbin/tool");
			 trace.openat2(shell, "/usr/bin/id", O_RDONLY | O_TRUNC);
		 },
		 {"user=root", "file=/bin/ls"},
		 [](Trace &trace) {
			 const Pid shell = root_shell(trace);
			 trace.open(shell, "/bin/ls", O_RDONLY);
			 trace.open(shell, "/bin/ls", O_RDWR, -ETXTBSY);
			 trace.open(shell, "/opt/bin/ls", kReplace);
			 trace.open(shell, "/usr/bin/sub/ls", kReplace);
			 trace.open(program(trace, "dpkg"), "/bin/ls.dpkg-new", kReplace);
		 },
		 3},

		{"write_below_etc",
		 "Notice",
		 [](Trace &trace) {
			 const Pid sed = trace.process(Process("sed").args({"-i", "s/a/b/", "hosts"}).cwd("/etc"));
			 trace.openat(sed, AT_FDCWD, "sedXyZ", O_RDWR | O_CREAT | O_EXCL);
		 },
		 {"command=sed -i s/a/b/ hosts", "file=/etc/sedXyZ"},
		 [](Trace &trace) {
			 trace.open(root_shell(trace), "/etc/hosts", O_RDONLY);
			 trace.open(root_shell(trace), "/home/etc/hosts", kReplace);
			 trace.open(program(trace, "puppet"), "/etc/hosts", kReplace);
			 trace.open(program(trace, "apt-get"), "/etc/apt/sources.list", kReplace);
			 by_each(trace, {"systemd", "NetworkManager"},
				 [&](Pid pid) { trace.open(pid, "/etc/resolv.conf", kReplace); });
		 }},

		{"create_files_below_dev",
		 "Warning",
		 [](Trace &trace) {
			 const Pid shell = root_shell(trace);
			 trace.open(shell, "/dev/.rootkit", kReplace);
			 trace.creat(shell, "/dev/sub/store");
		 },
		 {"user=root", "file=/dev/.rootkit"},
		 [](Trace &trace) {
			 const Pid shell = root_shell(trace);
			 trace.open(shell, "/dev/null", kReplace);
			 for (const char *file :
			      {"/dev/shm/sem.x", "/dev/pts/3", "/dev/tty1", "/dev/fd/3", "/dev/mqueue/jobs"})
				 trace.open(shell, file, kReplace);
			 trace.open(shell, "/dev/shm", O_RDONLY | O_CREAT | O_DIRECTORY);
			 trace.open(shell, "/dev/sda", O_RDWR);
			 by_each(trace, {"blkid", "runc"},
				 [&](Pid pid) { trace.open(pid, "/dev/.blkid.tab", kReplace); });
		 },
		 2},
	};
}

} // namespace falco::test
