// SPDX-License-Identifier: Apache-2.0
#include "container_engines.hpp"

#include <libsinsp/container_engine/sinsp_container_type.h>

#include <sys/stat.h>

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

bool is_socket(const std::string &path)
{
	struct stat info = {};
	return stat((scap_get_host_root() + path).c_str(), &info) == 0 && S_ISSOCK(info.st_mode);
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
	if (is_enabled(block, "podman")) {
		sockets_.emplace_back(kPodman);
	}
	if (is_enabled(block, "cri")) {
		const auto named =
			block.value("cri", nlohmann::json::object()).value("sockets", std::vector<std::string>());
		sockets_.insert(sockets_.end(), named.begin(), named.end());
		if (named.empty()) {
			sockets_.insert(sockets_.end(), std::begin(kCri), std::end(kCri));
		}
	}
	for (const std::string &socket : sockets_) {
		if (is_socket(socket)) {
			there_.insert(socket);
		}
	}
}

void LateEngines::look(sinsp &inspector)
{
	bool came = false;
	for (const std::string &socket : sockets_) {
		if (!is_socket(socket)) {
			there_.erase(socket);
		} else {
			came |= there_.insert(socket).second;
		}
	}
	if (came) {
		// libsinsp makes them anew with the next process of a container. It also keeps those of before, so what
		// these are asking still comes.
		inspector.m_container_manager.get_container_engines()->clear();
	}
}

} // namespace falco::sinsp_family
