// SPDX-License-Identifier: Apache-2.0
//
// An output with one bad habit, which a definition chooses: one for each check.
#include <falco/plugin.hpp>

#include <atomic>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#ifndef BAD_SCHEMA
#define BAD_SCHEMA nullptr
#endif

namespace {

#ifdef BAD_ON_LOAD
void *wait_for_ever(void *)
{
	for (;;)
		pause();
}

[[maybe_unused]] void start_a_thread()
{
	pthread_t thread;
	pthread_create(&thread, nullptr, wait_for_ever, nullptr);
}

[[maybe_unused]] void block_a_signal()
{
	sigset_t one;
	sigemptyset(&one);
	sigaddset(&one, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &one, nullptr);
}

[[maybe_unused]] void be_busy()
{
	const std::clock_t end = std::clock() + CLOCKS_PER_SEC / 2;
	while (std::clock() < end) {
	}
}

__attribute__((constructor)) void on_load()
{
	BAD_ON_LOAD;
}
#endif

struct BadOutput {
	std::thread::id maker = std::this_thread::get_id();
	bool written = false;
	const char *kept = nullptr; // of the last alert
};

[[maybe_unused]] std::atomic<int> alive;
[[maybe_unused]] BadOutput *youngest; // of all instances

[[maybe_unused]] falco_output *refuse(falco_error *err, falco_status status, const char *message)
{
	err->status = status;
	std::strcpy(err->message, message);
	return nullptr;
}

falco_output *create(const falco_host *host, const char *config, falco_error *err)
{
	(void)host, (void)config, (void)err;
#if defined(BAD_THROW)
	throw std::runtime_error("thrown by create");
#elif defined(BAD_CRASH)
	std::raise(SIGSEGV);
#elif defined(BAD_EXIT)
	_exit(3);
#elif defined(BAD_HANG)
	for (;;)
		pause();
#elif defined(BAD_FATAL)
	return refuse(err, FALCO_ERR_FATAL, "no reason to give up");
#elif defined(BAD_SILENT)
	return refuse(err, FALCO_ERR_CONFIG, "");
#elif defined(BAD_STATUS)
	return refuse(err, -77, "what is this?");
#elif defined(BAD_OVERRUN)
	std::memset(err->message, 'x', sizeof err->message + 8);
	return nullptr;
#elif defined(BAD_SINGLE)
	if (alive > 0) return refuse(err, FALCO_ERR_CONFIG, "there can be only one");
#elif defined(BAD_LEAK)
	(void)open("/dev/null", O_RDONLY | O_CLOEXEC);
#elif defined(BAD_LEAK_THREAD)
	std::thread([] {
		for (;;)
			pause();
	}).detach();
#elif defined(BAD_CONFIG)
	if (std::strlen(config) > 1000) std::raise(SIGSEGV); // as an overrun would
#elif defined(BAD_EXACT_SIZE)
	if (host->struct_size != sizeof *host) return refuse(err, FALCO_ERR_CONFIG, "what a strange host");
#elif defined(BAD_READS_BEYOND)
	(void)reinterpret_cast<const volatile char *>(host)[host->struct_size];
#elif defined(REFUSING)
	return refuse(err, FALCO_ERR_CONFIG, "there is no such place");
#endif
	++alive;
	youngest = new BadOutput;
	return reinterpret_cast<falco_output *>(youngest);
}

falco_status write_alert(falco_output *p, const falco_alert *alert, falco_error *err)
{
	auto &self = *reinterpret_cast<BadOutput *>(p);
	self.written = true;
	(void)alert, (void)err;
#if defined(BAD_AFFINE)
	if (self.maker != std::this_thread::get_id()) {
		refuse(err, FALCO_ERR_RETRY, "not on this thread");
		return FALCO_ERR_RETRY;
	}
#elif defined(BAD_SHARED)
	if (&self != youngest) {
		refuse(err, FALCO_ERR_RETRY, "another one has my file");
		return FALCO_ERR_RETRY;
	}
#elif defined(BAD_PAST_TEXT)
	(void)static_cast<const volatile char *>(alert->line.data)[alert->line.size];
#elif defined(BAD_LONG_TEXT)
	if (alert->line.size > 1000000) std::raise(SIGSEGV);
#elif defined(BAD_KEEPS_POINTER)
	self.kept = alert->line.data;
#elif defined(BAD_WRITES_ARGUMENT)
	if (alert->line.size > 0) const_cast<char *>(alert->line.data)[0] = '!';
#elif defined(BAD_THROW_WRITE)
	throw std::runtime_error("thrown by write");
#elif defined(BAD_NOISE)
	(void)!::write(STDOUT_FILENO, "noise\n", 6);
#elif defined(BAD_NOISE_STDERR)
	(void)!::write(STDERR_FILENO, "noise\n", 6);
#endif
	return FALCO_OK;
}

falco_status flush(falco_output *p, falco_error *)
{
	[[maybe_unused]] auto &self = *reinterpret_cast<BadOutput *>(p);
#ifdef BAD_EARLY_FLUSH
	if (!self.written) std::raise(SIGSEGV);
#elif defined(BAD_KEEPS_POINTER)
	if (self.kept) (void)*static_cast<const volatile char *>(self.kept);
#endif
	return FALCO_OK;
}

void destroy(falco_output *p)
{
	--alive;
	delete reinterpret_cast<BadOutput *>(p);
}

#ifdef BAD_BATCH
falco_status write_batch(falco_output *, const falco_alert *const *, size_t count, size_t *taken, falco_error *)
{
	*taken = count > 100 ? count + 1 : count;
	return FALCO_OK;
}
#else
constexpr auto write_batch = nullptr;
#endif

#ifdef BAD_METRIC
void metrics(falco_output *, const falco_metric_sink *sink)
{
	sink->counter(sink->ctx, "good_one", 1);
	sink->gauge(sink->ctx, "caf\xe9", 2);
}
#else
constexpr auto metrics = nullptr;
#endif

constexpr falco_output_ops ops = {
	sizeof(falco_output_ops), 0, create, write_alert, destroy, write_batch, flush, nullptr, metrics};

} // namespace

extern "C" const falco_plugin falco_plugin_entry =
	falco::detail::describe(FALCO_KIND_OUTPUT, falco::Info{"bad", "1.0.0", "has a bad habit", nullptr, BAD_SCHEMA},
				nullptr, nullptr, &ops, nullptr, nullptr);

#ifdef BAD_EXPORT
extern FALCO_EXPORT int one_export_too_many;
int one_export_too_many = 1;
#endif
