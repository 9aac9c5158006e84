// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/trace-builder/event_encoder.hpp"
#include "plugins/trace-builder/process.hpp"
#include "plugins/trace-builder/trace_file.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace falco::trace {

/// What the driver tells of a file that is opened.
struct Opened {
	std::optional<std::uint32_t> flags; // as the driver numbers them, instead of those of the call
	unsigned mode = 0644;
	std::uint32_t dev = 0x801;
	std::uint64_t ino = 42;
};

/// What was asked for and what came of it, if that is not the data's size.
struct Transfer {
	std::optional<std::uint32_t> size;
	std::optional<std::int64_t> result;
};

/// A .scap trace written as a list of system calls:
///
///     Trace trace;
///     const Pid shell = trace.process(Process("bash").path("/bin/bash").user("alice"));
///     trace.open(shell, "/etc/shadow", O_RDONLY);
///     trace.save(path);
///
/// Each call becomes its enter and its exit event with all the parameters that libsinsp's parsers read. Times are the
/// same at every run: the trace begins at kStart and each event comes one step later. The last argument of a call is
/// what it returns, so `-ENOENT` makes it fail. Flags and modes are those of the C library (O_RDONLY, S_ISUID).
class Trace {
public:
	static constexpr std::uint64_t kStart = 1465256864000000000; // 2016-06-06T23:47:44Z
	static constexpr std::uint64_t kStep = 100000;               // 0.1 ms
	static constexpr std::int64_t kNextFd = -4096;               // "whatever descriptor is free"

	/// With the users root, daemon, alice, elasticsearch and mysql, and process 1.
	Trace();

	/// With nothing.
	struct Empty {};
	explicit Trace(Empty) {}

	/// The time of the next event, in nanoseconds since the Unix epoch.
	[[nodiscard]] std::uint64_t time() const { return time_; }
	void set_time(std::uint64_t time) { time_ = time; }

	/// One more user, with a home and a shell of the usual kind.
	void add_user(std::uint32_t uid, const std::string &name);
	void add_user(const User &user) { file_.users.push_back(user); }
	void add_group(const Group &group) { file_.groups.push_back(group); }
	void add_interface(const Interface &one) { file_.interfaces.push_back(one); }
	[[nodiscard]] scap_machine_info &machine() { return file_.machine; }
	[[nodiscard]] bool has_process(Pid pid) const { return running_.count(pid) > 0; }
	/// Makes calls of a process possible of which only events tell so far (event(), add()).
	void adopt(Pid pid);
	/// What the events of the next calls are like: how much time lies between them, and on which CPU they happen.
	void set_step(std::uint64_t nanoseconds) { step_ = nanoseconds; }
	void set_cpu(std::uint16_t cpu) { cpu_ = cpu; }

	/// What a call changes in the processes that it is about: to take it back. Events and their times are no part.
	class Checkpoint;
	[[nodiscard]] Checkpoint checkpoint(const std::vector<Pid> &pids) const;
	void restore(const Checkpoint &checkpoint);
	/// Forgets the events so far, not what they did.
	void forget_events() { file_.events.clear(); }
	/// Throws std::logic_error when there is no such user.
	[[nodiscard]] std::uint32_t uid_of(const std::string &user) const;
	/// What is known of a container besides its id: without it %container.name has no value.
	void add_container(const std::string &full_id, const std::string &name, const std::string &image);

	/// A process that runs already when the trace begins; its parent, unless told, is process 1.
	Pid process(const Process &description);
	/// `parent` forks, the child executes the program: the clone and execve events, and the new process.
	Pid spawn(Pid parent, const Process &description, std::int64_t result = 0);
	/// The process replaces its program. The user and the container stay as they are unless described.
	void exec(Pid pid, const Process &description, std::int64_t result = 0);
	/// The same through execveat(2), which ends in an execve exit event when it succeeds.
	void execveat(Pid pid, const Process &description);

	std::int64_t open(Pid pid, const std::string &name, int flags, std::int64_t result = kNextFd,
			  const Opened &opened = {});
	std::int64_t openat(Pid pid, std::int64_t dirfd, const std::string &name, int flags,
			    std::int64_t result = kNextFd, const Opened &opened = {});
	std::int64_t openat2(Pid pid, const std::string &name, int flags, std::int64_t result = kNextFd,
			     const Opened &opened = {});
	std::int64_t creat(Pid pid, const std::string &name, std::int64_t result = kNextFd, const Opened &opened = {});
	void read(Pid pid, std::int64_t fd, const std::string &data, const Transfer &transfer = {});
	void write(Pid pid, std::int64_t fd, const std::string &data, const Transfer &transfer = {});
	void close(Pid pid, std::int64_t fd, std::int64_t result = 0);
	std::int64_t dup2(Pid pid, std::int64_t from, std::int64_t to);
	std::int64_t memfd_create(Pid pid, const std::string &name, std::int64_t result = kNextFd);

	void chmod(Pid pid, const std::string &name, unsigned mode, std::int64_t result = 0);
	void fchmodat(Pid pid, const std::string &name, unsigned mode, std::int64_t result = 0);
	void fchmod(Pid pid, std::int64_t fd, unsigned mode, std::int64_t result = 0);
	void mkdir(Pid pid, const std::string &name, std::int64_t result = 0, unsigned mode = 0755);
	void mknod(Pid pid, const std::string &name, unsigned mode, std::int64_t result = 0);
	void mknodat(Pid pid, const std::string &name, unsigned mode, std::int64_t result = 0);
	void unlink(Pid pid, const std::string &name, std::int64_t result = 0);
	void unlinkat(Pid pid, const std::string &name, std::int64_t result = 0);
	void rename(Pid pid, const std::string &from, const std::string &to, std::int64_t result = 0);
	void renameat2(Pid pid, const std::string &from, const std::string &to, std::int64_t result = 0);
	void symlink(Pid pid, const std::string &target, const std::string &link, std::int64_t result = 0);
	void link(Pid pid, const std::string &from, const std::string &to, std::int64_t result = 0);
	void chdir(Pid pid, const std::string &path, std::int64_t result = 0);
	void chroot(Pid pid, const std::string &path, std::int64_t result = 0);
	void mount(Pid pid, const std::string &device, const std::string &dir, const std::string &type,
		   std::int64_t result = 0);

	/// A socket and its connection; an address with ':' is IPv6, one with '/' a Unix socket (the port is not used).
	std::int64_t connect(Pid pid, const std::string &address, std::uint16_t port, std::int64_t result = 0,
			     int type = 1 /* SOCK_STREAM */, std::int64_t fd = kNextFd);
	/// socket, bind and listen.
	std::int64_t listen(Pid pid, const std::string &address, std::uint16_t port, std::int64_t result = 0,
			    std::int64_t fd = kNextFd);
	/// A peer's connection to what listen() gave.
	std::int64_t accept(Pid pid, std::int64_t listening_fd, const std::string &peer, std::uint16_t port,
			    std::int64_t result = kNextFd);

	void setns(Pid pid, std::int64_t fd, std::int64_t result = 0);
	void unshare(Pid pid, std::int64_t result = 0);
	void setuid(Pid pid, std::uint32_t uid, std::int64_t result = 0);
	/// PPM_PTRACE_* requests.
	void ptrace(Pid pid, unsigned request, Pid target, std::int64_t result = 0);
	void init_module(Pid pid, std::int64_t result = 0);
	void finit_module(Pid pid, std::int64_t fd, std::int64_t result = 0);
	void bpf(Pid pid, unsigned command, std::int64_t result = kNextFd);
	void exit(Pid pid);

	/// Any other call: the two events as they are.
	void call(Pid pid, ppm_event_code enter, const Params &enter_params, ppm_event_code exit,
		  const Params &exit_params);
	/// Any single event. A process that was not made before is known from what the event says of it.
	void event(Pid pid, ppm_event_code type, const Params &params) { emit(pid, type, params); }

	/// An event as it is, without its time: it gets the next one.
	void add(StoredEvent event);

	/// All of it, as it is written to a file.
	[[nodiscard]] const TraceFile &file() const { return file_; }
	/// Writes the trace, gzip'd. Throws std::runtime_error when libscap cannot.
	void save(const std::string &path) const;

private:
	struct State {
		Pid pid = 0;
		Pid parent = 0;
		std::string name;
		std::string path;
		std::string argv0;
		std::vector<std::string> args;
		std::vector<std::string> env;
		std::uint32_t uid = 0;
		std::string container;
		std::string cwd;
		bool from_memfd = false;
		std::int64_t next_fd = 3;
	};

	[[nodiscard]] State &state(Pid pid);
	[[nodiscard]] std::int64_t fd_for(Pid pid, std::int64_t result);
	[[nodiscard]] Params clone_params(const State &process, std::int64_t result) const;
	[[nodiscard]] Params execve_params(const State &process, std::int64_t result) const;
	[[nodiscard]] std::int64_t socket(Pid pid, unsigned family, int type, std::int64_t fd);
	void describe(State &process, const Process &description) const;
	void emit(Pid pid, ppm_event_code type, const Params &params);

	[[nodiscard]] Pid free_pid();
	static Thread thread_of(const State &process, const std::map<std::int64_t, std::string> &files);

	TraceFile file_;
	std::map<Pid, State> running_;
	std::map<std::int64_t, std::pair<std::string, std::uint16_t>> listening_;
	std::uint64_t time_ = kStart;
	std::uint64_t step_ = kStep;
	std::uint16_t cpu_ = 0;
	Pid next_pid_ = 1000;
};

class Trace::Checkpoint {
	friend class Trace;
	std::map<Pid, std::optional<State>> processes_; // nothing: there was none
	std::map<std::int64_t, std::pair<std::string, std::uint16_t>> listening_;
	Pid next_pid_ = 0;
};

} // namespace falco::trace
