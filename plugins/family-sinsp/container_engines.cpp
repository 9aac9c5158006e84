// SPDX-License-Identifier: Apache-2.0
#include "container_engines.hpp"

#include <libsinsp/container_engine/sinsp_container_type.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace falco::sinsp_family {

namespace {

bool is_enabled(const nlohmann::json &block, const char *engine)
{
	return !block.contains(engine) || block[engine].value("enabled", true);
}

// The sockets that libsinsp looks for itself, below HOST_ROOT.
constexpr const char *kPodman = "/run/podman/podman.sock";
constexpr const char *kCri[] = {"/run/containerd/containerd.sock", "/run/crio/crio.sock",
				"/run/k3s/containerd/containerd.sock", "/run/host-containerd/containerd.sock"};

// Tells one socket of a path from the next one. Empty: there is none.
std::string identity_of(const std::string &path)
{
	struct stat info = {};
	if (stat(path.c_str(), &info) != 0 || !S_ISSOCK(info.st_mode)) {
		return {};
	}
	return std::to_string(info.st_dev) + ' ' + std::to_string(info.st_ino) + ' ' +
	       std::to_string(info.st_ctim.tv_sec) + '.' + std::to_string(info.st_ctim.tv_nsec);
}

// Whether somebody takes connections at the socket. An engine that ended without removing its socket does not.
bool takes_connections(const std::string &path)
{
	sockaddr_un address = {};
	address.sun_family = AF_UNIX;
	if (path.size() >= sizeof address.sun_path) {
		return false;
	}
	path.copy(address.sun_path, sizeof address.sun_path - 1);
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return false;
	}
	const bool taken = connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
	close(fd);
	return taken;
}

} // namespace

void set_container_engines(sinsp &inspector, const nlohmann::json &block)
{
	const auto enabled = [&block](const char *engine) { return is_enabled(block, engine); };
	uint64_t mask = 0;
	const auto allow = [&mask](sinsp_container_type type) { mask |= uint64_t{1} << type; };
	if (enabled("docker")) {
		allow(CT_DOCKER);
	}
	if (enabled("podman")) {
		allow(CT_PODMAN);
	}
	if (enabled("lxc")) {
		allow(CT_LXC);
	}
	if (enabled("libvirt_lxc")) {
		allow(CT_LIBVIRT_LXC);
	}
	if (enabled("bpm")) {
		allow(CT_BPM);
	}
	if (enabled("cri")) {
		allow(CT_CRI);
		allow(CT_CRIO);
		allow(CT_CONTAINERD);
		const auto cri = block.value("cri", nlohmann::json::object());
		bool first = true;
		for (const auto &socket : cri.value("sockets", nlohmann::json::array())) {
			// libsinsp keeps these for the whole process: the first takes the place of an earlier capture's
			const auto path = socket.get<std::string>();
			if (first) {
				inspector.set_cri_socket_path(path);
			} else {
				inspector.add_cri_socket_path(path);
			}
			first = false;
		}
		inspector.set_cri_async(!cri.value("disable_async", false));
		inspector.set_cri_timeout(cri.value("timeout_ms", int64_t{1000}));
	}
	inspector.set_container_engine_mask(mask);
	inspector.set_container_labels_max_len(block.value("label_max_len", 100U));
}

LateEngines::LateEngines(const nlohmann::json &block)
{
	std::vector<std::string> paths;
	if (is_enabled(block, "podman")) {
		paths.emplace_back(kPodman);
	}
	if (is_enabled(block, "cri")) {
		const auto named =
			block.value("cri", nlohmann::json::object()).value("sockets", std::vector<std::string>());
		paths.insert(paths.end(), named.begin(), named.end());
		if (named.empty()) {
			paths.insert(paths.end(), std::begin(kCri), std::end(kCri));
		}
	}
	for (const std::string &path : paths) {
		Socket socket;
		socket.path = scap_get_host_root() + path;
		socket.has_come();
		sockets_.push_back(std::move(socket));
	}
}

// Connects only to what has changed since the engine last took a connection.
bool LateEngines::Socket::has_come()
{
	const std::string identity = identity_of(path);
	if (identity == answered || identity.empty() || !takes_connections(path)) {
		return false;
	}
	answered = identity;
	return true;
}

bool LateEngines::is_due(uint64_t now_s)
{
	bool due = false;
	for (Socket &socket : sockets_) {
		if (socket.has_come()) {
			socket.asked = 0;
			socket.came_s = now_s;
		}
		while (socket.asked < kAskedAfter.size() && now_s - socket.came_s >= kAskedAfter[socket.asked]) {
			++socket.asked;
			due = true;
		}
	}
	return due;
}

void LateEngines::look(sinsp &inspector, uint64_t now_s)
{
	if (is_due(now_s)) {
		// libsinsp makes them anew with the next process of a container. What those of before are asking still
		// comes.
		former_.splice(former_.end(), *inspector.m_container_manager.get_container_engines());
	}
}

void LateEngines::end()
{
	for (const auto &engine : former_) {
		engine->cleanup();
	}
	former_.clear();
}

} // namespace falco::sinsp_family
