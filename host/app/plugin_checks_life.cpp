// SPDX-License-Identifier: Apache-2.0
//
// P-07 to P-11 and P-20: what holds for the instances of every kind.
#include "host/app/plugin_check_instance.hpp"
#include "host/error.hpp"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <thread>
#include <unistd.h>
#include <utility>

namespace falco::host {

namespace {

struct Counts {
	std::ptrdiff_t descriptors, threads;
};

Counts counts()
{
	const auto entries = [](const char *folder) {
		return std::distance(std::filesystem::directory_iterator(folder), {});
	};
	return {entries("/proc/self/fd"), entries("/proc/self/task")};
}

// A joined thread may stay visible in /proc for a moment: only what is still there after a while has leaked.
Counts settled_counts(const Counts &expected)
{
	const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
	Counts now = counts();
	while (now.threads > expected.threads && std::chrono::steady_clock::now() < deadline) {
		std::this_thread::yield();
		now = counts();
	}
	return now;
}

void create_and_destroy(const CheckSubject &subject)
{
	CheckedInstance(subject, "check").require_made();
}

struct Use {
	const char *function;
	falco_status status;
};

std::vector<Use> use(CheckedInstance &instance, const CheckSubject &subject)
{
	if (subject.table->output) {
		const SampleAlert alert("an alert that falco plugin check wrote", "check");
		const falco_status written = instance.write(alert.get());
		return {{"write", written}, {"flush", instance.flush()}};
	}
	if (!subject.table->matcher) return {};
	const MemoryFile empty;
	return {{"load", instance.load(empty.path()).status}};
}

// While another instance lives, or after it: it must make no difference.
void use_as_alone(CheckedInstance &instance, const CheckSubject &subject, const std::vector<Use> &alone)
{
	const std::vector<Use> now = use(instance, subject);
	for (size_t i = 0; i < now.size(); ++i)
		if (now[i].status != alone[i].status)
			throw CheckEnd{{Verdict::fail,
					std::string(now[i].function) +
						" returned other statuses than when there is one instance alone"}};
}

// Two captures read in turn must each count their own events.
void read_in_turn(CheckedInstance &one, CheckedInstance &other)
{
	if (one.start() != FALCO_OK) throw CheckEnd{{Verdict::skip, "the first instance has nothing to read"}};
	if (other.start() != FALCO_OK) throw CheckEnd{{Verdict::fail, "start fails while another instance reads"}};
	falco_event event;
	uint64_t last_one = 0, last_other = 0;
	for (int i = 0; i < 100; ++i) {
		if (one.next(event) == FALCO_OK && std::exchange(last_one, event.number) >= event.number)
			throw CheckEnd{{Verdict::fail, "event numbers of one instance fall while another one reads"}};
		if (other.next(event) == FALCO_OK && std::exchange(last_other, event.number) >= event.number)
			throw CheckEnd{{Verdict::fail, "event numbers of one instance fall while another one reads"}};
	}
	one.stop();
	other.stop();
}

// Points a standard stream elsewhere while it lives.
class Redirected {
public:
	Redirected(int stream, int target) : stream_(stream), saved_(fcntl(stream, F_DUPFD_CLOEXEC, 0))
	{
		if (saved_ < 0 || dup2(target, stream) < 0) throw Error(std::string("dup2: ") + std::strerror(errno));
	}
	~Redirected()
	{
		dup2(saved_, stream_);
		close(saved_);
	}
	Redirected(const Redirected &) = delete;
	Redirected &operator=(const Redirected &) = delete;

private:
	int stream_;
	int saved_;
};

std::string noise(const char *stream, const std::string &text)
{
	if (text.empty()) return {};
	return "wrote " + std::to_string(text.size()) + " bytes to " + stream + ": \"" +
	       text.substr(0, text.find('\n')).substr(0, 80) + "\"";
}

} // namespace

CheckResult check_create(const CheckSubject &subject)
{
	CheckedInstance instance(subject, "check");
	if (instance.is_made()) {
		instance.destroy();
		return {};
	}
	const Status &failure = instance.failure();
	if (failure.code == FALCO_ERR_CONFIG) return {Verdict::pass, "refuses these settings: " + failure.message};
	if (failure.code == FALCO_ERR_FATAL) return {Verdict::fail, "create failed: " + failure.message};
	return {Verdict::warn, "create cannot be tried here: " + failure.message};
}

CheckResult check_two_instances(const CheckSubject &subject)
{
	std::vector<Use> first, second; // of one instance alone
	{
		CheckedInstance alone(subject, "check");
		alone.require_made();
		first = use(alone, subject);
		second = use(alone, subject);
	}
	CheckedInstance one(subject, "check-1");
	one.require_made();
	CheckedInstance other(subject, "check-2");
	if (!other.is_made()) return {Verdict::fail, "a second instance cannot be created: " + other.failure().message};
	if (subject.table->source && !subject.request.with.empty()) read_in_turn(one, other);
	use_as_alone(one, subject, first);
	use_as_alone(other, subject, first);
	one.destroy();
	use_as_alone(other, subject, second);
	return {};
}

CheckResult check_leaks(const CheckSubject &subject)
{
	// What a library sets up once, at its first use, is no leak.
	create_and_destroy(subject);
	create_and_destroy(subject);
	const Counts before = counts();
	for (int i = 0; i < 200; ++i)
		create_and_destroy(subject);
	const Counts after = settled_counts(before);
	std::string text;
	if (after.descriptors > before.descriptors)
		text = std::to_string(after.descriptors - before.descriptors) + " file descriptors";
	if (after.threads > before.threads)
		text += (text.empty() ? "" : " and ") + std::to_string(after.threads - before.threads) + " threads";
	if (text.empty()) return {};
	return {Verdict::fail, "200 times create and destroy leave " + text};
}

CheckResult check_other_threads(const CheckSubject &subject)
{
	const std::vector<falco_status> on_one = exercise(subject, run_here);
	ThreadPerCall threads;
	const std::vector<falco_status> on_many =
		exercise(subject, [&](const std::function<void()> &call) { threads.run(call); });
	if (on_one == on_many) return {};
	return {Verdict::fail, "calls succeed on one thread that fail when each is made on a thread of its own"};
}

CheckResult check_quiet(const CheckSubject &subject)
{
	const MemoryFile output, errors;
	CheckResult result;
	{
		const Redirected one(STDOUT_FILENO, output.fd());
		const Redirected two(STDERR_FILENO, errors.fd());
		try {
			exercise(subject, run_here);
		} catch (const CheckEnd &end) {
			result = end.result;
		}
		std::fflush(nullptr); // what the plugin left in the C library's buffers
	}
	const bool owns_stdout = std::strcmp(subject.table->name, "stdout") == 0;
	std::string text = owns_stdout ? "" : noise("standard output", output.content());
	const std::string other = noise("standard error", errors.content());
	if (!other.empty()) text += (text.empty() ? "" : "; ") + other;
	if (!text.empty()) return {Verdict::fail, text};
	return result;
}

} // namespace falco::host
