// SPDX-License-Identifier: Apache-2.0
//
// Which plugin's code a thread is in, so that a crash says whose it was.
#pragma once

#include <memory>

namespace falco::host {

// Where the thread is: three strings that live as long as the instance. `kind` is nullptr outside plugins.
struct PluginCall {
	const char *kind;
	const char *name;
	const char *function;
};

// Plain thread-local data (no constructor), so that access is one address and the signal handler may read it.
extern __thread PluginCall current_call;

// Around each call into a plugin. What the plugin calls back in the host counts as the plugin's call.
class [[nodiscard]] CallScope {
public:
	CallScope(const char *kind, const char *name, const char *function) noexcept
	{
		current_call = {kind, name, function};
	}
	~CallScope() { current_call.kind = nullptr; }
	CallScope(const CallScope &) = delete;
	CallScope &operator=(const CallScope &) = delete;
};

// Every call through a plugin's table goes through this: an exception that leaves a plugin ends the program here,
// inside the CallScope that names whose it was, instead of unwinding through the host.
template <typename Result, typename... Parameters, typename... Arguments>
Result call_plugin(Result (*function)(Parameters...), Arguments... arguments) noexcept
{
	return function(arguments...);
}

// Room for the handler below beside the thread's own stack, which may be what a plugin overflowed. One in each thread
// that calls plugins, at the bottom of its stack; install_crash_handler cares for the thread that calls it.
class [[nodiscard]] CrashStack {
public:
	CrashStack();
	~CrashStack();
	CrashStack(const CrashStack &) = delete;
	CrashStack &operator=(const CrashStack &) = delete;

private:
	const std::unique_ptr<char[]> memory_;
};

// On SIGSEGV, SIGBUS, SIGABRT, SIGFPE and SIGILL: writes "falco: crashed inside output/kafka write" to standard error
// and lets the signal take its course. Under a sanitizer its own report follows.
void install_crash_handler();

} // namespace falco::host
