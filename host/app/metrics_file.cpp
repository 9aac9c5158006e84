// SPDX-License-Identifier: Apache-2.0
#include "host/app/metrics_file.hpp"

#include "host/error.hpp"
#include "host/pipeline/format.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace falco::host {

MetricsFile::MetricsFile(const MetricsConfig &config, LogFunction log, Time now)
    : config_(config), log_(std::move(log)), last_(now)
{
	if (!write("")) throw Error("metrics.output_file: " + config_.output_file + ": " + std::strerror(errno));
}

bool MetricsFile::due(Time now)
{
	if (now - last_ < config_.interval) return false;
	last_ = now;
	return true;
}

void MetricsFile::append(const Values &values)
{
	using namespace std::chrono;
	std::string time;
	append_iso_8601(time, static_cast<uint64_t>(nanoseconds(system_clock::now().time_since_epoch()).count()));
	const nlohmann::json line{{"metrics", values}, {"time", time + 'Z'}};
	// Names of instances are the user's, and may be no UTF-8.
	const bool done = write(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n');
	if (!done && !is_failing_) {
		log_(FALCO_LOG_WARN, "metrics.output_file: " + config_.output_file + ": " + std::strerror(errno) +
					     "; what falco counts is not written");
	}
	is_failing_ = !done;
}

bool MetricsFile::write(const std::string &line) const
{
	const int fd = ::open(config_.output_file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0) return false;
	const ssize_t written = ::write(fd, line.data(), line.size());
	const int error = written < 0 ? errno : ENOSPC;
	::close(fd);
	errno = error;
	return written == static_cast<ssize_t>(line.size());
}

falco_metric_sink MetricsFile::Sink::get() noexcept
{
	const auto keep = [](void *ctx, const char *name, uint64_t value) noexcept {
		auto &sink = *static_cast<Sink *>(ctx);
		sink.values[sink.prefix + name] = value;
	};
	return {sizeof(falco_metric_sink), 0, this, keep, keep};
}

} // namespace falco::host
