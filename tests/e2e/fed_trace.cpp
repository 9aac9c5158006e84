// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/fed_trace.hpp"

#include "tests/support/temp_dir.hpp"
#include "tests/support/unpacked.hpp"

#include <csignal>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

namespace falco::test {

FedTrace::FedTrace(const Trace &trace)
{
	const TempDir dir;
	trace.save(dir.file("packed.scap"));
	bytes_ = unpacked(dir.file("packed.scap"));
	if (pipe2(ends_, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
}

FedTrace::~FedTrace()
{
	if (ends_[0] >= 0) close(ends_[0]);
	if (rest_.joinable()) {
		rest_.join();
		return;
	}
	if (half_.joinable()) half_.join();
	close(ends_[1]);
}

void FedTrace::feed_half()
{
	close(ends_[0]);
	ends_[0] = -1;
	half_ = std::thread([this] { write_part(0, bytes_.size() / 2); });
}

void FedTrace::feed_rest()
{
	rest_ = std::thread([this] {
		half_.join();
		write_part(bytes_.size() / 2, bytes_.size());
		close(ends_[1]);
	});
}

void FedTrace::write_part(size_t from, size_t to) const
{
	// A falco that ended early is the test's to notice, and must not end the test.
	sigset_t pipe;
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
	while (from < to) {
		const ssize_t written = write(ends_[1], bytes_.data() + from, to - from);
		if (written <= 0) return;
		from += static_cast<size_t>(written);
	}
}

} // namespace falco::test
