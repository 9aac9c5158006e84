// SPDX-License-Identifier: Apache-2.0
#include "common/descriptor.hpp"
#include "common/yaml_tree.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace falco::yaml {
namespace {

// Far above any configuration or rules file; /dev/zero ends here.
constexpr size_t kMaxFileSize = size_t{64} << 20;

[[noreturn]] void fail(const std::string &path, const std::string &message)
{
	throw Error(Place{std::make_shared<const std::string>(path), 0, 0}, message);
}

} // namespace

std::string read_text(const std::string &path)
{
	const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
	struct stat status;
	if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
		fail(path, std::string("cannot be opened: ") + strerror(errno));
	}
	if (S_ISDIR(status.st_mode)) fail(path, std::string("cannot be read: ") + strerror(EISDIR));
	// Pipes and terminals too: a shell's <(...) is a way to pass a file.
	if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode)) {
		fail(path, "cannot be read: neither a file nor a pipe");
	}

	std::string text;
	char buffer[1 << 16];
	for (;;) {
		const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
		if (count < 0 && errno == EINTR) continue;
		if (count < 0) fail(path, std::string("cannot be read: ") + strerror(errno));
		if (count == 0) return text;
		text.append(buffer, static_cast<size_t>(count));
		if (text.size() > kMaxFileSize) fail(path, "cannot be read: larger than 64 MiB");
	}
}

Document read_file(const std::string &path)
{
	return parse(read_text(path), path);
}

} // namespace falco::yaml
