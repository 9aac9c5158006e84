// SPDX-License-Identifier: Apache-2.0
#include "host/app/config_watch.hpp"

#include "host/config/paths.hpp"
#include "host/error.hpp"

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <list>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <utility>

namespace falco::host {

namespace fs = std::filesystem;

namespace {

constexpr const char *kYaml = "*.yaml"; // stands for any rules file
constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR;
constexpr unsigned kMostLinks = 40; // as the kernel

void add_to(int epoll, int fd)
{
	epoll_event event = {};
	event.events = EPOLLIN;
	event.data.fd = fd;
	if (fd < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
		throw Error(std::string("cannot watch files: ") + std::strerror(errno));
	}
}

} // namespace

ConfigWatch::ConfigWatch()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC))
{
	add_to(epoll_, timer_);
}

ConfigWatch::~ConfigWatch()
{
	for (const int fd : {timer_, inotify_, epoll_}) {
		if (fd >= 0) {
			close(fd);
		}
	}
}

void ConfigWatch::watch(const std::vector<std::string> &paths)
{
	if (inotify_ < 0 && !paths.empty()) {
		inotify_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
		if (inotify_ < 0) {
			throw Error(std::string("cannot watch files: ") + std::strerror(errno) +
				    ". Raise /proc/sys/fs/inotify/max_user_instances");
		}
		add_to(epoll_, inotify_);
	}
	auto before = std::exchange(folders_, {});
	for (const auto &path : paths) {
		const fs::path end = follow(path);
		std::error_code error;
		if (!fs::is_directory(end, error)) {
			continue;
		}
		add(end, kYaml);
		for (fs::directory_iterator file(end, error), none; !error && file != none; file.increment(error)) {
			if (config::is_yaml_file(file->path().filename()) && file->is_symlink(error)) {
				follow(file->path());
			}
		}
	}
	for (const auto &[descriptor, folder] : before) {
		if (folders_.count(descriptor) == 0) {
			inotify_rm_watch(inotify_, descriptor);
		}
	}
}

// Goes along the path as the kernel does. Of interest are each link on the way and the place where the path ends, or
// where it ceases to exist.
fs::path ConfigWatch::follow(const fs::path &path)
{
	std::list<fs::path> rest(path.begin(), path.end());
	fs::path at = "/";
	unsigned links = 0;
	while (!rest.empty()) {
		const fs::path part = std::move(rest.front());
		rest.pop_front();
		if (part.empty() || part == "." || part == "/") {
			at = part == "/" ? part : at;
			continue;
		}
		if (part == "..") {
			at = at.parent_path();
			continue;
		}
		std::error_code error;
		const fs::path next = at / part;
		const fs::file_status status = fs::symlink_status(next, error);
		if (fs::is_symlink(status)) {
			add(at, part);
			const fs::path target = fs::read_symlink(next, error);
			if (error || ++links > kMostLinks) {
				return {};
			}
			rest.insert(rest.begin(), target.begin(), target.end());
			continue;
		}
		if (rest.empty() || !fs::is_directory(status)) {
			add(at, part);
		}
		if (!fs::is_directory(status)) {
			return {};
		}
		at = next;
	}
	return at;
}

void ConfigWatch::add(const std::string &folder, const std::string &name)
{
	const int descriptor = inotify_add_watch(inotify_, folder.c_str(), kEvents);
	if (descriptor >= 0) {
		auto &known = folders_[descriptor];
		known.first = folder;
		known.second.insert(name);
	} else if (errno == ENOSPC || errno == ENOMEM) {
		throw Error("cannot watch " + folder + ": " + std::strerror(errno) +
			    ". Raise /proc/sys/fs/inotify/max_user_watches");
	}
	// A folder that is gone again, or that falco may not read: reading the configuration is what tells of that.
}

bool ConfigWatch::has_changed()
{
	read_events();
	uint64_t expired = 0;
	return read(timer_, &expired, sizeof expired) == sizeof expired;
}

void ConfigWatch::read_events()
{
	alignas(inotify_event) char buffer[16 * (sizeof(inotify_event) + NAME_MAX + 1)];
	bool any = false;
	for (ssize_t size; (size = read(inotify_, buffer, sizeof buffer)) > 0;) {
		for (const char *at = buffer; at < buffer + size;) {
			const auto &event = *reinterpret_cast<const inotify_event *>(at);
			at += sizeof event + event.len;
			if ((event.mask & IN_Q_OVERFLOW) != 0) {
				changed_ = "a watched folder";
				any = true;
			}
			const auto folder = folders_.find(event.wd);
			if (folder == folders_.end() || event.len == 0) {
				continue;
			}
			const std::string name = event.name;
			const Names &names = folder->second.second;
			if (names.count(name) != 0 || (names.count(kYaml) != 0 && config::is_yaml_file(name))) {
				changed_ = (fs::path(folder->second.first) / name).string();
				any = true;
			}
		}
	}
	if (any) {
		const itimerspec quiet = {{0, 0}, {kQuietMs / 1000, kQuietMs % 1000 * 1000000}};
		timerfd_settime(timer_, 0, &quiet, nullptr);
	}
}

std::string ConfigWatch::what_changed() const
{
	return changed_ + " has changed";
}

} // namespace falco::host
