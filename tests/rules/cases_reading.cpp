// SPDX-License-Identifier: Apache-2.0
// Cases of the rules about files that are read.
#include "tests/rules/rule_case.hpp"

#include <fcntl.h>

#include <cerrno>

namespace falco::test {

std::vector<RuleCase> reading_cases()
{
	return {
		{"access_camera",
		 "Warning",
		 [](Trace &trace) {
			 const Pid spy = trace.process(Process("spy").args({"--quiet"}).user("alice"));
			 trace.open(spy, "/dev/video0", O_RDWR);
			 trace.openat(spy, AT_FDCWD, "/dev/video1", O_RDONLY);
		 },
		 {"command=spy --quiet", "device=/dev/video0", "user=alice"},
		 [](Trace &trace) {
			 trace.open(program(trace, "skype"), "/dev/video0", O_RDWR);
			 const Pid spy = program(trace, "spy");
			 trace.open(spy, "/dev/video0", O_RDWR, -EBUSY);
			 trace.open(spy, "/home/alice/dev/video0", O_RDWR);
		 },
		 2},

		{"read_sensitive_file_untrusted",
		 "Warning",
		 [](Trace &trace) {
			 const Pid cat =
				 trace.spawn(root_shell(trace), Process("cat").path("/bin/cat").args({"/etc/shadow"}));
			 trace.open(cat, "/etc/shadow", O_RDONLY);
			 trace.openat2(cat, "/etc/sudoers.d/alice", O_RDONLY);
			 trace.exec(cat, Process("head"));
			 trace.chdir(cat, "/etc");
			 trace.openat(cat, AT_FDCWD, "gshadow", O_RDONLY);
		 },
		 {"user=root", "command=cat /etc/shadow", "file=/etc/shadow"},
		 [](Trace &trace) {
			 by_each(trace, {"sshd", "passwd", "dpkg", "puppet"},
				 [&](Pid pid) { trace.open(pid, "/etc/shadow", O_RDONLY); });
			 const Pid cat = trace.process(Process("cat").user("alice"));
			 trace.open(cat, "/etc/shadow", O_RDONLY, -EACCES);
			 trace.open(cat, "/etc/passwd", O_RDONLY);
			 trace.open(cat, "/home/alice/etc/shadow", O_RDONLY);
			 trace.open(cat, "/etc/sudoers.d", O_RDONLY | O_DIRECTORY);
		 },
		 3},

		{"read_ssh_private_key",
		 "Error",
		 [](Trace &trace) {
			 const Pid tar = trace.process(Process("tar").args({"-cf", "-", "."}).cwd("/home/alice/.ssh"));
			 trace.openat(tar, AT_FDCWD, "id_ed25519", O_RDONLY);
			 trace.open(tar, "/etc/ssh/ssh_host_rsa_key", O_RDONLY);
			 // Worse than that it is below root's .ssh, too.
			 trace.open(tar, "/root/.ssh/id_rsa", O_RDWR);
		 },
		 {"command=tar -cf - .", "key=/home/alice/.ssh/id_ed25519"},
		 [](Trace &trace) {
			 const Pid tar = program(trace, "tar");
			 trace.open(tar, "/home/alice/.ssh/id_ed25519.pub", O_RDONLY);
			 trace.open(tar, "/home/alice/.ssh/known_hosts", O_RDONLY);
			 by_each(trace, {"ssh", "git"},
				 [&](Pid pid) { trace.open(pid, "/home/alice/.ssh/id_ed25519", O_RDONLY); });
		 },
		 3},

		{"read_other_process_secrets",
		 "Warning",
		 [](Trace &trace) {
			 const Pid cat = program(trace, "cat");
			 trace.open(cat, "/proc/812/environ", O_RDONLY);
			 trace.open(cat, "/proc/812/mem", O_RDWR);
		 },
		 {"file=/proc/812/environ", "command=cat"},
		 [](Trace &trace) {
			 const Pid cat = program(trace, "cat");
			 trace.open(cat, "/proc/self/environ", O_RDONLY);
			 trace.open(cat, "/proc/812/stat", O_RDONLY);
			 trace.open(cat, "/proc/813/environ", O_RDONLY, -EACCES);
			 by_each(trace, {"gdb", "ps", "systemd", "runc"},
				 [&](Pid pid) { trace.open(pid, "/proc/812/mem", O_RDWR); });
		 },
		 2},
	};
}

} // namespace falco::test
