// SPDX-License-Identifier: Apache-2.0
// Cases of the rules about namespaces, privileges, other processes and the kernel.
#include "tests/rules/rule_case.hpp"

#include <driver/ppm_events_public.h>

#include <cerrno>

namespace falco::test {

namespace {

void write_memory(Trace &trace, Pid writer, Pid target, std::int64_t result)
{
	trace.call(writer, PPME_SYSCALL_PROCESS_VM_WRITEV_E, {}, PPME_SYSCALL_PROCESS_VM_WRITEV_X,
		   {result, target, Param::Bytes{"code"}});
}

void set_three_user_ids(Trace &trace, Pid pid, std::uint32_t uid)
{
	trace.call(pid, PPME_SYSCALL_SETRESUID_E, {uid, uid, uid}, PPME_SYSCALL_SETRESUID_X, {0});
}

} // namespace

std::vector<RuleCase> privilege_cases()
{
	return {
		{"change_thread_namespace",
		 "Warning",
		 [](Trace &trace) {
			 const Pid nsenter =
				 trace.process(Process("nsenter").args({"-t", "1", "-m"}).file(3, "/proc/1/ns/mnt"));
			 trace.setns(nsenter, 3);
		 },
		 {"user=root", "command=nsenter -t 1 -m", "container=host"},
		 [](Trace &trace) {
			 by_each(trace, {"docker", "runc:[1:CHILD]", "systemd", "calico"},
				 [&](Pid pid) { trace.setns(pid, 3); });
			 trace.setns(program(trace, "nsenter"), 3, -EPERM);
		 }},

		{"create_namespace",
		 "Notice",
		 [](Trace &trace) {
			 trace.unshare(trace.process(Process("unshare").args({"-U", "-r", "id"}).user("alice")));
		 },
		 {"user=alice", "command=unshare -U -r id"},
		 [](Trace &trace) {
			 by_each(trace, {"containerd-shim", "(sd-executor)", "chrome"},
				 [&](Pid pid) { trace.unshare(pid); });
			 trace.unshare(program(trace, "unshare"), -EPERM);
		 }},

		{"change_root_directory",
		 "Notice",
		 [](Trace &trace) { trace.chroot(program(trace, "chroot"), "/mnt/other"); },
		 {"command=chroot", "directory=/mnt/other"},
		 [](Trace &trace) {
			 by_each(trace, {"sshd", "runc", "systemd", "dpkg", "nginx", "exim4", "rsync"},
				 [&](Pid pid) { trace.chroot(pid, "/run/empty"); });
			 trace.chroot(program(trace, "chroot"), "/mnt/other", -EPERM);
		 }},

		{"mount_in_container",
		 "Warning",
		 [](Trace &trace) {
			 trace.mount(trace.process(Process("mount").container(kContainer)), "/dev/sda1", "/mnt",
				     "ext4");
		 },
		 {"device=/dev/sda1", "directory=/mnt", "type=ext4", "container=" + kContainerId},
		 [](Trace &trace) {
			 trace.mount(program(trace, "mount"), "/dev/sda1", "/mnt", "ext4");
			 const Pid inside = trace.process(Process("mount").container(kContainer));
			 trace.mount(inside, "/dev/sda1", "/mnt", "ext4", -EPERM);
			 for (const char *name : {"runc", "systemd"})
				 trace.mount(trace.process(Process(name).container(kContainer)), "proc", "/proc",
					     "proc");
		 }},

		{"become_root",
		 "Warning",
		 [](Trace &trace) {
			 trace.setuid(trace.process(Process("exploit").user("alice")), 0);
			 set_three_user_ids(trace, trace.process(Process("exploit").user("alice")), 0);
		 },
		 {"user=alice", "command=exploit"},
		 [](Trace &trace) {
			 trace.setuid(trace.process(Process("exploit").user("alice")), 1001);
			 trace.setuid(program(trace, "cron"), 0);
			 for (const char *name : {"sudo", "passwd", "crun"})
				 trace.setuid(trace.process(Process(name).user("alice")), 0);
			 set_three_user_ids(trace, program(trace, "app"), 1000);
		 },
		 2},

		{"attach_to_process",
		 "Warning",
		 [](Trace &trace) {
			 const Pid target = program(trace, "sshd");
			 trace.ptrace(trace.process(Process("inject").args({"1000"})), PPM_PTRACE_ATTACH, target);
		 },
		 {"command=inject 1000", "request=PTRACE_ATTACH", "target=sshd"},
		 [](Trace &trace) {
			 const Pid target = program(trace, "sshd");
			 trace.ptrace(program(trace, "strace"), PPM_PTRACE_SEIZE, target);
			 trace.ptrace(program(trace, "child"), PPM_PTRACE_TRACEME, 0);
		 }},

		{"write_process_memory",
		 "Warning",
		 [](Trace &trace) { write_memory(trace, program(trace, "inject"), program(trace, "sshd"), 4); },
		 {"command=inject", "target=sshd"},
		 [](Trace &trace) {
			 const Pid target = program(trace, "sshd");
			 write_memory(trace, program(trace, "inject"), target, -EPERM);
			 write_memory(trace, program(trace, "gdb"), target, 4);
		 }},

		{"load_kernel_module",
		 "Warning",
		 [](Trace &trace) {
			 const Pid insmod =
				 trace.process(Process("insmod").args({"rootkit.ko"}).file(3, "/tmp/rootkit.ko"));
			 trace.finit_module(insmod, 3);
			 trace.init_module(insmod);
		 },
		 {"command=insmod rootkit.ko", "container=host"},
		 [](Trace &trace) {
			 by_each(trace, {"modprobe", "systemd"}, [&](Pid pid) { trace.init_module(pid); });
			 trace.init_module(program(trace, "insmod"), -ENOEXEC);
		 },
		 2},

		{"load_bpf_program",
		 "Notice",
		 [](Trace &trace) { trace.bpf(program(trace, "unknown"), PPM_BPF_PROG_LOAD); },
		 {"command=unknown"},
		 [](Trace &trace) {
			 by_each(trace, {"bpftool", "systemd", "runc"},
				 [&](Pid pid) { trace.bpf(pid, PPM_BPF_PROG_LOAD); });
			 trace.bpf(program(trace, "unknown"), PPM_BPF_MAP_CREATE);
			 trace.bpf(program(trace, "unknown"), PPM_BPF_PROG_LOAD, -EPERM);
		 }},
	};
}

} // namespace falco::test
