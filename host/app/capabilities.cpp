// SPDX-License-Identifier: Apache-2.0
//
// Which capabilities falco needs while it reads events, and what it says about them.
#include "host/app/capabilities.hpp"

#include <cap-ng.h>

#include <algorithm>
#include <cctype>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace falco::host {

namespace {

constexpr const char *kProcesses = "to see what other users' processes are";
constexpr const char *kFiles = "to read files and folders of other users, in /proc among others";
constexpr const char *kChange = "to read the capture's counters and to change it at a reload";
constexpr const char *kAsked = "named in capabilities.keep";

// For sources that libsinsp serves: it goes on reading /proc when it meets a process that it does not know.
void add_live(std::vector<KeptCapability> &needed)
{
	needed.push_back({CAP_SYS_PTRACE, kProcesses});
	needed.push_back({CAP_DAC_READ_SEARCH, kFiles});
}

// As a root without privileges; also when there is no such file: its folder decides then.
bool root_may_write(const char *path)
{
	struct stat status = {};
	if (stat(path, &status) != 0 || (status.st_mode & S_IWOTH) != 0) {
		return true;
	}
	return (status.st_uid == 0 && (status.st_mode & S_IWUSR) != 0) ||
	       (status.st_gid == 0 && (status.st_mode & S_IWGRP) != 0 && status.st_uid != 0);
}

} // namespace

std::vector<KeptCapability> needed_capabilities(const std::string &source, const CapabilitiesConfig &config)
{
	std::vector<KeptCapability> needed;
	if (source == "source-kmod") {
		add_live(needed); // its device stays open, which is enough to change it
	} else if (source == "source-ebpf") {
		add_live(needed);
		if (config.keep_capture) {
			// Kernels before 5.8 have CAP_SYS_ADMIN for both.
			const bool own = prctl(PR_CAPBSET_READ, CAP_BPF, 0, 0, 0) >= 0;
			needed.push_back({own ? CAP_BPF : CAP_SYS_ADMIN, kChange});
			if (own) {
				needed.push_back({CAP_PERFMON, kChange});
			}
		}
	} else if (source == "source-scapfile") {
		needed.push_back({CAP_DAC_READ_SEARCH, "to open the next recording"});
	}
	for (const int number : config.keep) {
		const auto same = [number](const KeptCapability &one) { return one.number == number; };
		if (std::none_of(needed.begin(), needed.end(), same)) {
			needed.push_back({number, kAsked});
		}
	}
	return needed;
}

std::vector<KeptCapability> needed_to_write(const std::vector<std::string> &files)
{
	if (geteuid() != 0) {
		return {};
	}
	for (const std::string &file : files) {
		const std::string folder = file.substr(0, file.rfind('/') + 1);
		if (root_may_write(folder.c_str()) && root_may_write(file.c_str())) {
			continue;
		}
		return {{CAP_DAC_OVERRIDE, "to write " + file + ", which is another user's"}};
	}
	return {};
}

std::string capability_name(int number)
{
	const char *known = capng_capability_to_name(static_cast<unsigned>(number));
	std::string name = std::string("CAP_") + (known ? known : std::to_string(number).c_str());
	std::transform(name.begin(), name.end(), name.begin(),
		       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
	return name;
}

std::string drop_capabilities(const std::vector<KeptCapability> &needed, std::string &warning)
{
	std::vector<int> numbers;
	for (const KeptCapability &one : needed) {
		numbers.push_back(one.number);
	}
	DroppedCapabilities result = drop_capabilities_except(numbers);
	for (const int thread : result.threads_that_did_not) {
		warning +=
			(warning.empty() ? "these threads keep their capabilities, since they do not answer a signal: "
					 : ", ") +
			std::to_string(thread);
	}
	if (!result.any_dropped && result.kept.empty()) {
		return {};
	}
	std::string kept;
	for (const KeptCapability &one : needed) {
		if (std::count(result.kept.begin(), result.kept.end(), one.number) > 0) {
			result.kept.erase(std::find(result.kept.begin(), result.kept.end(), one.number)); // each once
			kept += (kept.empty() ? "" : "; ") + capability_name(one.number) + " " + one.reason;
		}
	}
	return "Capabilities kept: " + (kept.empty() ? "none" : kept);
}

} // namespace falco::host
