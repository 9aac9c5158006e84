// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/crash.hpp"

#include <csignal>
#include <unistd.h>

namespace falco::host {

__thread PluginCall current_call;

namespace {

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
constexpr size_t kSignalCount = sizeof kSignals / sizeof kSignals[0];

// Written once by install_crash_handler; a signal handler has no other way to its data.
struct sigaction previous_actions[kSignalCount];
constexpr size_t kStackSize = 32768;
alignas(16) char first_stack[kStackSize]; // of the thread that installs the handler

void use_stack(char *memory)
{
	stack_t stack{};
	stack.ss_sp = memory;
	stack.ss_size = kStackSize;
	stack.ss_flags = memory ? 0 : SS_DISABLE;
	sigaltstack(&stack, nullptr);
}

// One line in one write, without anything that allocates or locks.
class Line {
public:
	void add(const char *text)
	{
		for (; *text && size_ < sizeof text_; ++text)
			text_[size_++] = *text;
	}
	void add_number(unsigned number)
	{
		char digits[12];
		size_t at = sizeof digits - 1;
		digits[at] = '\0';
		do {
			digits[--at] = static_cast<char>('0' + number % 10);
			number /= 10;
		} while (number > 0);
		add(digits + at);
	}
	void write_out() const
	{
		// A standard error that cannot be written to leaves nobody to tell.
		[[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text_, size_);
	}

private:
	char text_[256];
	size_t size_ = 0;
};

void report(int signal_number)
{
	Line line;
	line.add("falco: crashed");
	if (current_call.kind) {
		line.add(" inside ");
		line.add(current_call.kind);
		line.add("/");
		line.add(current_call.name);
		line.add(" ");
		line.add(current_call.function);
	}
	line.add(" (signal ");
	line.add_number(static_cast<unsigned>(signal_number));
	line.add(")\n");
	line.write_out();
}

void on_crash(int signal_number, siginfo_t *info, void *)
{
	report(signal_number);
	for (size_t i = 0; i < kSignalCount; ++i)
		if (kSignals[i] == signal_number) sigaction(signal_number, &previous_actions[i], nullptr);
	// A fault happens again on return, so that a core dump shows its place. One that was sent has to be sent again.
	if (info->si_code <= 0) raise(signal_number);
}

} // namespace

CrashStack::CrashStack() : memory_(new char[kStackSize])
{
	use_stack(memory_.get());
}

CrashStack::~CrashStack()
{
	use_stack(nullptr);
}

void install_crash_handler()
{
	use_stack(first_stack);
	struct sigaction action {};
	action.sa_sigaction = on_crash;
	action.sa_flags = SA_SIGINFO | SA_ONSTACK;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < kSignalCount; ++i)
		sigaction(kSignals[i], &action, &previous_actions[i]);
}

} // namespace falco::host
