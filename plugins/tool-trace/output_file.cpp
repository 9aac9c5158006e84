// SPDX-License-Identifier: Apache-2.0
#include "output_file.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace falco::trace_tool {

namespace {

[[noreturn]] void fail(const std::string &what)
{
	throw std::runtime_error(what + ": " + std::strerror(errno));
}

bool ends_in(const std::string &text, const char *ending)
{
	const std::size_t size = std::strlen(ending);
	return text.size() >= size && text.compare(text.size() - size, size, ending) == 0;
}

} // namespace

OutputFile::OutputFile(std::string path, Options options, std::function<void(std::string_view)> print)
    : path_(std::move(path)), options_(options), print_(std::move(print))
{
	int fd = -1;
	struct stat info = {};
	if (path_ == "-") {
		if (isatty(STDOUT_FILENO) == 1)
			throw std::runtime_error(
				"a trace is no text for a terminal: name a file, or redirect standard output");
		fd = memfd_create("falco-trace", MFD_CLOEXEC);
		if (fd < 0) fail("cannot make a file in memory");
		copy_ = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	} else if (stat(path_.c_str(), &info) == 0) {
		if (!options_.force) throw std::runtime_error(path_ + " exists; --force replaces it");
		if (S_ISDIR(info.st_mode)) throw std::runtime_error(path_ + " is a folder");
		fd = S_ISREG(info.st_mode) && info.st_nlink > 0 ? open_temporary()
								: open(path_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
		if (fd < 0) fail("cannot write " + path_);
	} else {
		fd = open_temporary();
	}
	file_ = std::make_unique<trace::BlockFile>(fd, path_, options_.compress || ends_in(path_, ".gz"));
}

OutputFile::~OutputFile()
{
	if (copy_ >= 0) close(copy_);
	if (!temporary_.empty()) unlink(temporary_.c_str());
}

int OutputFile::open_temporary()
{
	temporary_ = path_ + ".XXXXXX";
	const int fd = mkostemp(temporary_.data(), O_CLOEXEC);
	if (fd < 0) {
		temporary_.clear();
		fail("cannot write " + path_);
	}
	return fd;
}

void OutputFile::finish()
{
	if (copy_ >= 0) {
		char bytes[65536];
		off_t at = 0;
		for (ssize_t size = 0; (size = pread(copy_, bytes, sizeof bytes, at)) > 0; at += size)
			print_(std::string_view(bytes, static_cast<std::size_t>(size)));
	}
	if (temporary_.empty()) return;
	const mode_t mask = umask(0);
	umask(mask);
	if (chmod(temporary_.c_str(), 0666 & ~mask) != 0) fail("cannot write " + path_);
	// A file that came in between is not replaced unless that is wanted.
	const bool is_done = options_.force ? std::rename(temporary_.c_str(), path_.c_str()) == 0
					    : link(temporary_.c_str(), path_.c_str()) == 0;
	if (!is_done) fail("cannot write " + path_);
	if (options_.force) temporary_.clear();
}

} // namespace falco::trace_tool
