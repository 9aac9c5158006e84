// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace falco::host {

// Tells when configuration files have changed. It is the folders that are watched, so it is noticed when a file is
// written, replaced by another one (as editors do), removed, or made; symbolic links are followed and watched on the
// way, so it is noticed when one of them is turned to another target (as Kubernetes does with a ConfigMap). Changes
// that come one upon the other count as one, which is over when nothing has happened for kQuietMs. One thread.
class ConfigWatch {
public:
	static constexpr long kQuietMs = 500;

	// Watches nothing yet. Throws Error.
	ConfigWatch();
	~ConfigWatch();
	ConfigWatch(const ConfigWatch &) = delete;
	ConfigWatch &operator=(const ConfigWatch &) = delete;

	// From now on these files, and the .yaml and .yml files of these folders; absolute paths. They need not exist.
	// Throws Error when the kernel has no watch left.
	void watch(const std::vector<std::string> &paths);

	// Readable when `has_changed` is to be called.
	int fd() const { return epoll_; }
	// Whether a change is over now.
	bool has_changed();
	// The last file that was seen to change: "/etc/falco.yaml has changed".
	std::string what_changed() const;

private:
	// The names of interest in a folder; kYaml among them: any rules file.
	using Names = std::set<std::string>;

	// Returns the folder that the path ends in; empty when it is none.
	std::filesystem::path follow(const std::filesystem::path &path);
	void add(const std::string &folder, const std::string &name);
	void read_events();

	int epoll_ = -1;
	int inotify_ = -1;
	int timer_ = -1;
	std::map<int, std::pair<std::string, Names>> folders_; // by watch descriptor
	std::string changed_;
};

} // namespace falco::host
