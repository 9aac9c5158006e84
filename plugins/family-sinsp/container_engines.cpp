// SPDX-License-Identifier: Apache-2.0
#include "container_engines.hpp"

#include <libsinsp/container_engine/sinsp_container_type.h>

#include <string>

namespace falco::sinsp_family {

void set_container_engines(sinsp &inspector, const nlohmann::json &block)
{
	const auto enabled = [&block](const char *engine) {
		return !block.contains(engine) || block[engine].value("enabled", true);
	};
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

} // namespace falco::sinsp_family
