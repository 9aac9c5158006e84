// SPDX-License-Identifier: Apache-2.0
#include "open_trace.hpp"

#include "common/nearest.hpp"
#include "plugins/family-sinsp/event_filter.hpp"
#include "plugins/family-sinsp/scap_error.hpp"

#include <libsinsp/filter_check_list.h>
#include <libsinsp/sinsp_filtercheck.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

namespace falco::trace_tool {

namespace {

constexpr unsigned char kSectionHeader[4] = {0x0a, 0x0d, 0x0d, 0x0a};                           // as in pcapng
constexpr const char *kNoField = "nonexistent field ", *kNoToken = "invalid formatting token "; // libsinsp's words
constexpr const char *kFieldCharacters = "abcdefghijklmnopqrstuvwxyz0123456789._";

// What comes from a pipe is read twice, so it is copied.
int copy_of_stdin()
{
	const int fd = memfd_create("falco-trace", MFD_CLOEXEC);
	char bytes[65536];
	for (ssize_t size = 0; fd >= 0 && (size = read(STDIN_FILENO, bytes, sizeof bytes)) > 0;)
		if (write(fd, bytes, static_cast<std::size_t>(size)) != size) break;
	return fd;
}

std::vector<std::string> field_names()
{
	std::vector<const filter_check_info *> classes;
	sinsp_filter_check_list().get_all_fields(classes);
	std::vector<std::string> names;
	for (const filter_check_info *info : classes)
		for (int32_t i = 0; i < info->m_nfields; ++i)
			names.emplace_back(info->m_fields[i].m_name);
	return names;
}

} // namespace

DamageError::DamageError(const std::string &file, std::uint64_t at_byte, std::uint64_t after_events, std::string reason)
    : std::runtime_error(file + ": damaged or truncated at byte " + std::to_string(at_byte) +
			 " of the (unpacked) data, after " + std::to_string(after_events) + " events: " + reason),
      byte(at_byte), events(after_events), why(std::move(reason))
{
}

TraceInput::TraceInput(const std::string &path) : name_(path == "-" ? "standard input" : path)
{
	fd_ = path == "-" ? copy_of_stdin() : open(path.c_str(), O_RDONLY | O_CLOEXEC);
	struct stat info = {};
	if (fd_ < 0 || fstat(fd_, &info) != 0)
		throw std::runtime_error("cannot read " + name_ + ": " + std::strerror(errno));
	const auto refuse = [&](const char *why) {
		close(fd_);
		throw std::runtime_error(name_ + ": " + why);
	};
	if (S_ISDIR(info.st_mode)) refuse("is a folder, a trace file is expected");
	if (!S_ISREG(info.st_mode)) refuse("is no regular file; - reads standard input");
	size_ = static_cast<std::uint64_t>(info.st_size);
	unsigned char start[4] = {};
	const ssize_t got = pread(fd_, start, sizeof start, 0);
	if (got == 0) refuse("the file is empty");
	const bool is_gzip = got >= 2 && start[0] == 0x1f && start[1] == 0x8b;
	if (!is_gzip && std::memcmp(start, kSectionHeader, sizeof start) != 0) refuse("not a .scap file");
}

TraceInput::~TraceInput()
{
	close(fd_);
}

std::string TraceInput::path() const
{
	return "/proc/self/fd/" + std::to_string(fd_);
}

OpenTrace::OpenTrace(const TraceInput &input) : input_(input), inspector_(std::make_unique<sinsp>())
{
	try {
		inspector_->open_savefile(input.path());
	} catch (const std::exception &e) {
		throw std::runtime_error(input.name() +
					 ": not a trace that can be read: " + sinsp_family::without_place(e.what()));
	}
}

// libsinsp's count of bytes is of the unpacked ones.
std::uint64_t OpenTrace::bytes_read() const
{
	return static_cast<std::uint64_t>(inspector_->get_read_progress() / 100 * static_cast<double>(input_.size()));
}

sinsp_evt *OpenTrace::next()
{
	for (;;) {
		bool is_hidden = false;
		sinsp_evt *const event = next(is_hidden);
		if (!event || !is_hidden) return event;
	}
}

sinsp_evt *OpenTrace::next(bool &is_hidden)
{
	std::string why;
	std::uint64_t block = 0; // where the one begins that is read
	try {
		for (;;) {
			sinsp_evt *event = nullptr;
			block = inspector_->get_bytes_read();
			const int32_t result = inspector_->next(&event);
			is_hidden = result == SCAP_FILTERED_EVENT;
			if (result == SCAP_EOF) return nullptr;
			if (result == SCAP_TIMEOUT || (is_hidden && !event)) continue;
			if (is_hidden || result == SCAP_SUCCESS) return event;
			why = inspector_->getlasterr();
			break;
		}
	} catch (const std::exception &e) {
		why = e.what();
	}
	throw DamageError(input_.name(), block, inspector_->get_num_events(), sinsp_family::without_place(why));
}

std::unique_ptr<sinsp_filter> compile_filter(sinsp &inspector, const std::string &filter)
{
	try {
		return sinsp_family::compile_event_filter(inspector, filter);
	} catch (const std::exception &e) {
		throw std::runtime_error("--filter: " + with_nearest_field(e.what()));
	}
}

std::string with_nearest_field(const std::string &text)
{
	for (const char *const words : {kNoField, kNoToken}) {
		const auto at = text.find(words);
		if (at == std::string::npos) continue;
		const std::size_t begin = at + std::strlen(words);
		const std::string field = text.substr(begin, text.find_first_not_of(kFieldCharacters, begin) - begin);
		const std::vector<std::string> names = field_names();
		if (std::find(names.begin(), names.end(), field) == names.end())
			return "there is no field '" + field + "'" + did_you_mean(field, names);
	}
	return text;
}

} // namespace falco::trace_tool
