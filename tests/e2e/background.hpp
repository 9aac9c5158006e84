// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace falco::test {

// A falco that runs while the test goes on. Its output is read through pipes; it is killed when the object ends.
class Background {
public:
	// `input` becomes its standard input (-1: /dev/null), `output` its standard output (-1: a pipe that is read
	// here).
	explicit Background(const std::vector<std::string> &arguments, int input = -1, int output = -1);
	~Background();
	Background(const Background &) = delete;
	Background &operator=(const Background &) = delete;

	pid_t pid() const { return pid_; }

	// Reads standard error until `text` has been seen. False when it ended, or ten seconds passed, before that.
	bool wait_for_log(const std::string &text);
	// The same of standard output.
	bool wait_for_output(const std::string &text);

	void signal(int number) const;

	// Waits for its end and returns the exit status (128 + signal when one ended it, -1 when it did not end in ten
	// seconds). What it wrote is in output() and log().
	int wait();
	const std::string &output() const { return out_; }
	const std::string &log() const { return err_; }

private:
	// Reads what there is. False when both pipes are at their end, or the time is over.
	bool read_some(long long deadline_ms);
	bool wait_for(const std::string &in, const std::string &text);

	pid_t pid_ = -1;
	int out_fd_ = -1;
	int err_fd_ = -1;
	std::string out_, err_;
	bool ended_ = false;
};

} // namespace falco::test
