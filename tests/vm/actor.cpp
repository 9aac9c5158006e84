// SPDX-License-Identifier: Apache-2.0
//
// Does one thing that a rule looks at and that no applet of busybox does, under any name: jobs copy it to the name that
// the process shall have.
//
//     actor open PATH                       opens a file for reading, with open(2) itself
//     actor run PROGRAM [ARGUMENT...]       starts a program and waits for it
//     actor serve PATH|ADDRESS PORT         accepts connections and closes them, until it is ended
//     actor connect PATH|ADDRESS [PORT]     connects to a server and leaves
//     actor setuid UID                      tries to become another user
//     actor attach PID                      takes control of a process with ptrace, and lets go of it
//     actor poke                            writes into the memory of a child with process_vm_writev
//     actor memory PROGRAM [ARGUMENT...]    runs a copy of a program in memory (memfd)
//     actor bpf                             loads a BPF program that does nothing
//
// Exit status: 0 done; 1 the system refused it, with its words on standard error; 2 wrong usage.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kWrongUsage = 2;

int check(long result, const char *what)
{
	if (result < 0) {
		std::perror(what);
		std::exit(1);
	}
	return static_cast<int>(result);
}

// glibc's open() calls openat.
int open_file(char **arguments)
{
	check(syscall(SYS_open, arguments[0], O_RDONLY), arguments[0]);
	return 0;
}

int wait_for(pid_t child)
{
	int status = 0;
	check(waitpid(child, &status, 0), "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int run(char **arguments)
{
	const pid_t child = check(fork(), "fork");
	if (child == 0) {
		execv(arguments[0], arguments);
		std::perror(arguments[0]);
		_exit(1);
	}
	return wait_for(child);
}

struct Address {
	sockaddr_storage storage = {};
	socklen_t size = 0;

	explicit Address(char **arguments)
	{
		if (arguments[0][0] == '/') {
			auto *local = reinterpret_cast<sockaddr_un *>(&storage);
			local->sun_family = AF_UNIX;
			std::snprintf(local->sun_path, sizeof local->sun_path, "%s", arguments[0]);
			size = sizeof *local;
			return;
		}
		auto *internet = reinterpret_cast<sockaddr_in *>(&storage);
		internet->sin_family = AF_INET;
		if (arguments[1] == nullptr || inet_pton(AF_INET, arguments[0], &internet->sin_addr) != 1) {
			std::fputs("actor: expected an IPv4 address and a port\n", stderr);
			std::exit(kWrongUsage);
		}
		internet->sin_port = htons(static_cast<uint16_t>(std::atoi(arguments[1])));
		size = sizeof *internet;
	}
	const sockaddr *get() const { return reinterpret_cast<const sockaddr *>(&storage); }
};

int serve(char **arguments)
{
	const Address address(arguments);
	const int server = check(socket(address.get()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
	check(bind(server, address.get(), address.size), "bind");
	check(listen(server, 10), "listen");
	for (;;) {
		close(check(accept4(server, nullptr, nullptr, SOCK_CLOEXEC), "accept"));
	}
}

int connect_to(char **arguments)
{
	const Address address(arguments);
	const int client = check(socket(address.get()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
	check(connect(client, address.get(), address.size), "connect");
	return 0;
}

int set_user(char **arguments)
{
	check(setuid(static_cast<uid_t>(std::atoi(arguments[0]))), "setuid");
	return 0;
}

int attach(char **arguments)
{
	const pid_t target = std::atoi(arguments[0]);
	check(ptrace(PTRACE_ATTACH, target, nullptr, nullptr), "ptrace");
	int status = 0;
	check(waitpid(target, &status, __WALL), "waitpid");
	check(ptrace(PTRACE_DETACH, target, nullptr, nullptr), "ptrace");
	return 0;
}

int poke(char **)
{
	static char word[] = "before";
	const pid_t child = check(fork(), "fork");
	if (child == 0) {
		for (;;) {
			pause();
		}
	}
	char other[] = "behind";
	const iovec from = {other, sizeof other};
	const iovec to = {word, sizeof word};
	check(process_vm_writev(child, &from, 1, &to, 1, 0), "process_vm_writev");
	kill(child, SIGKILL);
	wait_for(child);
	return 0;
}

int run_from_memory(char **arguments)
{
	const int program = check(open(arguments[0], O_RDONLY | O_CLOEXEC), arguments[0]);
	const int copy = check(memfd_create("payload", MFD_CLOEXEC), "memfd_create");
	struct stat status = {};
	check(fstat(program, &status), arguments[0]);
	for (off_t done = 0; done < status.st_size;) {
		check(sendfile(copy, program, &done, static_cast<size_t>(status.st_size - done)), "sendfile");
	}
	fexecve(copy, arguments, environ);
	std::perror("fexecve");
	return 1;
}

int load_bpf(char **)
{
	bpf_insn program[2] = {};
	program[0].code = BPF_ALU64 | BPF_MOV | BPF_K; // r0 = 0
	program[1].code = BPF_JMP | BPF_EXIT;
	bpf_attr attributes;
	std::memset(&attributes, 0, sizeof attributes);
	attributes.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attributes.insns = reinterpret_cast<uintptr_t>(program);
	attributes.insn_cnt = 2;
	attributes.license = reinterpret_cast<uintptr_t>("GPL");
	check(syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes), "bpf");
	return 0;
}

struct Activity {
	const char *name;
	int arguments; // at least
	int (*act)(char **arguments);
};

constexpr Activity kActivities[] = {
	{"open", 1, open_file},  {"run", 1, run},       {"serve", 1, serve}, {"connect", 1, connect_to},
	{"setuid", 1, set_user}, {"attach", 1, attach}, {"poke", 0, poke},   {"memory", 1, run_from_memory},
	{"bpf", 0, load_bpf},
};

} // namespace

int main(int argc, char **argv)
{
	for (const Activity &activity : kActivities) {
		if (argc >= 2 + activity.arguments && std::strcmp(argv[1], activity.name) == 0) {
			return activity.act(argv + 2);
		}
	}
	std::fputs("usage: see the comment on top of tests/vm/actor.cpp\n", stderr);
	return kWrongUsage;
}
