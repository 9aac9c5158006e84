// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/error.hpp"
#include "host/pipeline/outputs.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace falco::host {

// Something failed and a plugin did not come back from a call: a thread is still inside of it, so the process must
// leave by _exit when it ends.
class LeftBehind : public Error {
public:
	using Error::Error;
};

// Makes and destroys outputs that have no worker, each on a thread of its own: a plugin that does not come back is
// named in the log, and does not keep falco from ending.
class WatchedCalls {
public:
	// `limit`: what takes longer is told.
	WatchedCalls(std::chrono::milliseconds limit, LogFunction log, std::function<bool()> ends);

	using Make = std::function<std::unique_ptr<Output>()>;
	// Runs `make` and passes on what it returns and throws. Once falco `ends`, waits for no longer than `limit`
	// and throws LeftBehind: what `make` uses must be its own, or live until the process ends.
	std::unique_ptr<Output> create(const std::string &name, Make make) const;
	// Waits for no longer than `limit`. False when it did not come back.
	bool destroy(std::unique_ptr<Output> output) const;

private:
	// What `call` returns; nothing when it was left behind.
	std::optional<std::unique_ptr<Output>> run(const std::string &name, const char *function, Make call,
						   const std::function<bool()> &ends) const;

	const std::chrono::milliseconds limit_;
	const LogFunction log_;
	const std::function<bool()> ends_;
};

} // namespace falco::host
