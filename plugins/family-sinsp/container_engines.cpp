// SPDX-License-Identifier: Apache-2.0
#include "container_engines.hpp"

#include <libsinsp/container_engine/sinsp_container_type.h>
#include <libsinsp/sinsp_cgroup.h>

#include <algorithm>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace falco::sinsp_family {

namespace {

bool is_enabled(const nlohmann::json &block, const char *engine)
{
	return !block.contains(engine) || block[engine].value("enabled", true);
}

// The sockets that libsinsp looks for itself, below HOST_ROOT.
constexpr const char *kDocker = "/var/run/docker.sock";
constexpr const char *kPodman = "/run/podman/podman.sock";
constexpr const char *kCri[] = {"/run/containerd/containerd.sock", "/run/crio/crio.sock",
				"/run/k3s/containerd/containerd.sock", "/run/host-containerd/containerd.sock"};
// Where nobody listens: with no socket at all libsinsp would take its own list.
constexpr const char *kNoSocket = "/nobody";

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
	const int fd = connect_at_once(path);
	if (fd < 0) {
		return false;
	}
	close(fd);
	return true;
}

bool is_among(const std::vector<std::string> &sockets, const std::string &socket)
{
	return std::find(sockets.begin(), sockets.end(), socket) != sockets.end();
}

// Of the container runtime interface, below HOST_ROOT: those that the user names, else all that are known.
std::vector<std::string> cri_sockets(const nlohmann::json &block)
{
	auto named = block.value("cri", nlohmann::json::object()).value("sockets", std::vector<std::string>());
	return named.empty() ? std::vector<std::string>(std::begin(kCri), std::end(kCri)) : named;
}

int64_t cri_timeout_ms(const nlohmann::json &block)
{
	return block.value("cri", nlohmann::json::object()).value("timeout_ms", int64_t{1000});
}

// Whom libsinsp is to ask. It keeps them for the whole process.
void ask_cri_at(sinsp &inspector, const std::vector<std::string> &sockets)
{
	inspector.set_cri_socket_path(sockets.empty() ? kNoSocket : sockets.front());
	for (size_t i = 1; i < sockets.size(); i++) {
		inspector.add_cri_socket_path(sockets[i]);
	}
}

// The threads that ask the engines share a table of where the groups' controllers are mounted, which is made at the
// first question and locked by none of them: two at a time crash. Once it is full it is only read.
void find_controllers()
{
	int version = 0;
	for (const char *controller : {"cpu", "memory", "cpuset"}) {
		sinsp_cgroup::instance().lookup_cgroup_dir(controller, version);
	}
}

} // namespace

std::chrono::milliseconds longest_answer(const nlohmann::json &block)
{
	return std::chrono::milliseconds(std::max(int64_t{1000}, cri_timeout_ms(block)));
}

SilentEngines find_silent_engines(const nlohmann::json &block, std::chrono::milliseconds longest)
{
	const auto end = std::chrono::steady_clock::now() + longest;
	const auto ask = [](const std::string &socket, EngineProbe::Speaks language) {
		return std::make_unique<EngineProbe>(scap_get_host_root() + socket, language);
	};
	const auto is_silent = [&](EngineProbe &probe) { return probe.wait_until(end) == EngineProbe::State::waiting; };
	const auto sockets = is_enabled(block, "cri") ? cri_sockets(block) : std::vector<std::string>();
	std::vector<std::unique_ptr<EngineProbe>> probes;
	for (const std::string &socket : sockets) {
		probes.push_back(ask(socket, EngineProbe::Speaks::cri));
	}
	SilentEngines silent;
	if (is_enabled(block, "docker")) {
		silent.docker = is_silent(*ask(kDocker, EngineProbe::Speaks::docker));
	}
	for (size_t i = 0; i < sockets.size(); i++) {
		if (is_silent(*probes[i])) {
			silent.runtimes.push_back(sockets[i]);
		}
	}
	return silent;
}

void ask_docker(sinsp &inspector)
{
	inspector.set_docker_socket_path(kDocker);
}

void set_container_engines(sinsp &inspector, const nlohmann::json &block, const SilentEngines &silent)
{
	find_controllers();
	const auto enabled = [&block](const char *engine) { return is_enabled(block, engine); };
	uint64_t mask = 0;
	const auto allow = [&mask](sinsp_container_type type) { mask |= uint64_t{1} << type; };
	if (enabled("docker")) {
		allow(CT_DOCKER);
		inspector.set_docker_socket_path(silent.docker ? kNoSocket : kDocker);
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
		auto sockets = cri_sockets(block);
		const auto is_silent = [&](const std::string &socket) { return is_among(silent.runtimes, socket); };
		sockets.erase(std::remove_if(sockets.begin(), sockets.end(), is_silent), sockets.end());
		ask_cri_at(inspector, sockets);
		inspector.set_cri_async(!cri.value("disable_async", false));
		inspector.set_cri_timeout(cri_timeout_ms(block));
	}
	inspector.set_container_engine_mask(mask);
	inspector.set_container_labels_max_len(block.value("label_max_len", 100U));
}

LateEngines::LateEngines(const nlohmann::json &block, const SilentEngines &silent)
{
	const auto add = [&](const std::string &path, bool is_cri) {
		Socket socket;
		socket.name = path;
		socket.path = scap_get_host_root() + path;
		socket.is_cri = is_cri;
		if (!is_among(silent.runtimes, path) && takes_connections(socket.path)) {
			socket.answered = identity_of(socket.path); // libsinsp asks it when the capture opens
		}
		sockets_.push_back(std::move(socket));
	};
	if (is_enabled(block, "podman")) {
		add(kPodman, false);
	}
	if (is_enabled(block, "cri")) {
		for (const std::string &path : cri_sockets(block)) {
			add(path, true);
		}
	}
}

// Connects only to what has changed since the engine was last there.
bool LateEngines::Socket::has_come()
{
	const std::string identity = identity_of(path);
	if (identity == answered || identity.empty()) {
		probe.reset();
		return false;
	}
	if (is_cri ? !runtime_answers(identity) : !takes_connections(path)) {
		return false;
	}
	answered = identity;
	return true;
}

// Asks at one look, and sees at a later one whether it has answered.
bool LateEngines::Socket::runtime_answers(const std::string &identity)
{
	if (!probe || probed != identity) {
		probe = std::make_unique<EngineProbe>(path);
		probed = identity;
	}
	const EngineProbe::State state = probe->look();
	if (state != EngineProbe::State::waiting) {
		probe.reset();
	}
	return state == EngineProbe::State::answered;
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
		std::vector<std::string> answering;
		for (const Socket &socket : sockets_) {
			if (socket.is_cri && !socket.answered.empty()) {
				answering.push_back(socket.name);
			}
		}
		ask_cri_at(inspector, answering);
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
