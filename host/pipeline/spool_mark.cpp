// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/spool_mark.hpp"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace falco::host {

namespace {

constexpr int kBootSize = 36; // of a UUID

std::string this_boot()
{
	std::string id;
	std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
	id.resize(kBootSize, '-');
	return id;
}

} // namespace

SpoolMark::SpoolMark(const std::string &database_path)
    : fd_(::open((database_path.substr(0, database_path.size() - 3) + ".mark").c_str(),
		 O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)),
      boot_(this_boot())
{
	std::array<char, 128> text{};
	if (fd_ < 0 || ::pread(fd_, text.data(), text.size() - 1, 0) <= kBootSize) return;
	if (std::string(text.data(), kBootSize) != boot_) return;
	uint64_t stored = 0, gone = 0;
	if (std::sscanf(text.data() + kBootSize, "%" SCNu64 "%" SCNu64, &stored, &gone) != 2) return;
	stored_ = stored;
	gone_ = gone;
}

SpoolMark::~SpoolMark()
{
	if (fd_ >= 0) ::close(fd_);
}

uint64_t SpoolMark::missing(uint64_t newest) const
{
	const uint64_t known = std::max(newest, gone_);
	return stored_ > known ? stored_ - known : 0;
}

void SpoolMark::begin(uint64_t newest)
{
	stored_ = newest;
	gone_ = 0;
	write();
}

void SpoolMark::stored(uint64_t last)
{
	stored_ = last;
	write();
}

void SpoolMark::gone(uint64_t up_to)
{
	if (up_to <= gone_) return;
	gone_ = up_to;
	write();
}

void SpoolMark::write() const
{
	if (fd_ < 0) return;
	std::array<char, 128> text{};
	const int size = std::snprintf(text.data(), text.size(), "%s %20" PRIu64 " %20" PRIu64 "\n", boot_.c_str(),
				       stored_, gone_);
	// Where it cannot be written, a little is noted less.
	if (::pwrite(fd_, text.data(), static_cast<size_t>(size), 0) != size) return;
}

} // namespace falco::host
