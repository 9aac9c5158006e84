# SPDX-License-Identifier: Apache-2.0
#
# falco live asks docker, podman, containerd and cri-o, below HOST_ROOT, what a container is called; the names are in a
# recording, too. Engines that do not answer hold up nothing; and nobody is asked when container_engines says so.
. /vm/guest.sh
cat >/tmp/rules.yaml <<'END'
- rule: opened
  desc: a file that the test opens, here and in a container
  condition: evt.type in (open, openat) and evt.dir = < and fd.name contains /opt/marker
  output: >
    %fd.name %container.id %container.type %container.name %container.image.repository %container.image.tag
    %container.image %container.image.digest %container.privileged %container.ip %k8s.pod.name
  priority: WARNING
END
mkdir -p /opt /host
touch /opt/marker.inside /opt/marker.outside
mount --rbind / /host && mount -t tmpfs tmpfs /host/var && mount -t tmpfs tmpfs /host/run || give_up "no /host"
mkdir -p /host/var/run /host/run/podman /host/run/containerd /host/run/crio
export HOST_ROOT=/host

# Of each engine: its containers' number, and what their group's name begins with.
number() { printf "$1%.0s" $(seq 64); }
docker=$(number d) podman=$(number b) containerd=$(number c) crio=$(number a)
engines='docker podman containerd crio'
group_of() {
	case $1 in
	docker | crio) echo "$1" ;;
	podman) echo libpod ;;
	containerd) echo cri-containerd ;;
	esac
}

# Containers of all engines, which open their file until they are told to end.
containers_run() {
	containers=''
	touch /tmp/go_on
	for engine in $engines; do
		eval "in_container --id \$$engine --group $(group_of $engine)" \
			"/bin/sh -c 'while [ -e /tmp/go_on ]; do /bin/cat /opt/marker.inside; usleep 100000; done'" &
		containers="$containers $!"
	done
}
containers_end() {
	rm /tmp/go_on
	wait $containers
}

# serve NAME PROGRAM ARGUMENT...
serve() {
	local name=$1
	shift
	"$@" >/tmp/$name.log 2>&1 &
	servers="$servers $!"
	wait_for grep -q ready /tmp/$name.log || give_up "no $name: $(cat /tmp/$name.log)"
}
# engines_run [silent]
engines_run() {
	servers=''
	serve docker fake_docker /host/var/run/docker.sock "$@"
	serve podman fake_docker /host/run/podman/podman.sock "$@"
	# In this order: what libsinsp has asked one runtime about, it never asks those behind it (containerd comes before
	# cri-o), also if they came later.
	serve crio fake_cri /host/run/crio/crio.sock cri-o a "$@"
	serve containerd fake_cri /host/run/containerd/containerd.sock containerd c "$@"
}
engines_end() {
	kill $servers
	wait $servers
}
# asked ENGINE: for its container.
asked() { eval "grep -q \"\$(echo \$$1 | cut -c1-12)\"" /tmp/$1.log; }
all_asked() { for engine in $engines; do asked $engine || return 1; done; }

expect_names() {
	# docker's API says no digest with the container, and a runtime no address.
	expect opened "/opt/marker.inside dddddddddddd docker web shop/web 1.2 shop/web:1.2 <NA> true 172.17.0.2 <NA>"
	expect opened "/opt/marker.inside bbbbbbbbbbbb podman web shop/web 1.2 shop/web:1.2 <NA> true 172.17.0.2 <NA>"
	of_runtime='web shop/web 1.2 shop/web:1.2 sha256'
	expect opened "/opt/marker.inside cccccccccccc containerd $of_runtime:cccccccccccc false 0.0.0.0 shop-front-0"
	expect opened "/opt/marker.inside aaaaaaaaaaaa cri-o $of_runtime:aaaaaaaaaaaa false 0.0.0.0 shop-front-0"
}

# next_part NAME
next_part() {
	mv $alerts /results/alerts-$1.json
	: >$expected
}

configure "rules_file: /tmp/rules.yaml" # the last one counts
sed -i '/falco_rules.yaml/d' /tmp/falco.yaml

# ---- engines that answer, and their answers in a recording: of containers that were there before and of later ones.
engines_run
start_falco -w /tmp/containers.scap
containers_run
expect_names
await_alerts
stop_falco
next_part answered

start_falco -w /tmp/containers-there.scap
/bin/cat /opt/marker.outside
expect_names
expect opened '/opt/marker.outside host host host'
await_alerts
stop_falco
next_part answered-at-start
containers_end
engines_end

for recording in containers containers-there; do
	HOST_ROOT='' falco -c /tmp/falco.yaml -e /tmp/$recording.scap >/dev/null 2>/results/replay.err ||
		fail "the replay of $recording.scap: $(cat /results/replay.err)"
	expect_names
	compare >/tmp/differences || fail "the replay of $recording.scap: $(cat /tmp/differences)"
	next_part replayed-$recording
done

# ---- engines that accept and never answer.
engines_run silent
start_falco
containers_run
wait_for all_asked || fail "not each engine was asked"
/bin/cat /opt/marker.outside
expect opened '/opt/marker.outside host host host'
for id in dddddddddddd bbbbbbbbbbbb cccccccccccc aaaaaaaaaaaa; do
	expect opened "/opt/marker.inside $id"
done
before=$(uptime_s)
await_alerts
[ $(($(uptime_s) - before)) -le 5 ] || fail "engines that do not answer held up the alerts"
stop_falco
next_part silent

# At the start libsinsp waits for what it asks about containers that are there; docker, and a runtime that does not even
# say who it is, are found to be silent before that.
mkdir -p /host/run/k3s/containerd
fake_docker /host/run/k3s/containerd/containerd.sock silent >/tmp/k3s.log 2>&1 &
k3s=$!
wait_for grep -q ready /tmp/k3s.log || give_up "no k3s: $(cat /tmp/k3s.log)"
: >/tmp/docker.log
before=$(uptime_s)
start_falco
echo "with four containers of silent engines the start took $(($(uptime_s) - before)) s"
log_has 'docker takes connections and does not answer' || fail "falco does not warn of docker"
log_has 'the container runtime at /run/k3s/containerd/containerd.sock takes connections and does not answer' ||
	fail "falco does not warn of the runtime that does not answer"
asked docker && fail "docker, which does not answer, was asked while the capture opened"
/bin/cat /opt/marker.outside
expect opened '/opt/marker.outside host host host'
for id in dddddddddddd bbbbbbbbbbbb cccccccccccc aaaaaaaaaaaa; do
	expect opened "/opt/marker.inside $id"
done
await_alerts
stop_falco
next_part silent-at-start
kill $k3s && wait $k3s
rm /host/run/k3s/containerd/containerd.sock
containers_end
engines_end

# ---- engines that come after falco.
# Of two the sockets are there, left behind, but nobody takes connections; another one takes them and never answers.
rm /host/run/podman/podman.sock /host/run/containerd/containerd.sock
start_falco
containers_run
expect opened '/opt/marker.inside dddddddddddd'
await_alerts
fake_docker /host/run/k3s/containerd/containerd.sock silent >/tmp/k3s.log 2>&1 &
k3s=$!
engines_run
expect_names
await_alerts
stop_falco
next_part late
containers_end
engines_end
kill $k3s && wait $k3s
rm /host/run/k3s/containerd/containerd.sock

# ---- engines that are not to be asked.
engines_run
start_falco -o container_engines.docker.enabled=false -o container_engines.podman.enabled=false \
	-o container_engines.cri.enabled=false
containers_run
expect opened '/opt/marker.inside'
/bin/cat /opt/marker.outside
expect opened '/opt/marker.outside'
await_alerts
containers_end
for engine in $engines; do
	asked $engine && fail "$engine was asked though it is not enabled"
done
engines_end
stop_falco
next_part nobody

# ---- what the settings of an engine do: a runtime at a socket that is named, and its first event waits for the answer.
mkdir -p /host/run/own
servers=''
serve containerd fake_cri /host/run/own/cri.sock containerd c
serve crio fake_cri /host/run/crio/crio.sock cri-o a
engines=containerd
start_falco -o 'container_engines.cri={sockets: [/run/own/cri.sock], disable_async: true, timeout_ms: 20000}' \
	-o container_engines.label_max_len=3
containers_run
expect opened '/opt/marker.inside cccccccccccc containerd web'
await_alerts
containers_end
stop_falco
grep cccccccccccc $alerts | grep -v 'containerd web' && fail "an event did not wait for the answer"
grep -F 'shop-front-0' $alerts && fail "a label is there that is longer than label_max_len"
asked crio && fail "cri-o was asked though another socket is named"
awk '$2 > 1000 { longer = 1 } END { exit !longer }' /tmp/containerd.log ||
	fail "the runtime has less time to answer than timeout_ms says: $(cat /tmp/containerd.log)"
next_part settings
engines_end

# ---- engines that are not asked anything: a group's name says all, unless they are not enabled.
in_path() { # PATH COMMAND...
	local path=/sys/fs/cgroup/$1
	shift
	mkdir -p $path
	for controller in $(cat ${path%/*}/cgroup.controllers); do
		echo "+$controller" >${path%/*}/cgroup.subtree_control
	done 2>/dev/null
	/bin/sh -c "echo \$\$ >$path/cgroup.procs && exec \"\$@\"" sh "$@"
}
open_in_groups() {
	in_path lxc/inlxc unshare -p -f /bin/cat /opt/marker.inside
	in_path machine/invirt.libvirt-lxc unshare -p -f /bin/cat /opt/marker.inside
	in_path bosh/bpm-inbpm.scope unshare -p -f /bin/cat /opt/marker.inside
	/bin/cat /opt/marker.outside
	expect opened '/opt/marker.outside host host host'
}
start_falco
open_in_groups
expect opened '/opt/marker.inside inlxc lxc'
expect opened '/opt/marker.inside invirt libvirt-lxc'
expect opened '/opt/marker.inside inbpm bpm'
await_alerts
stop_falco
next_part groups
start_falco -o container_engines.lxc.enabled=false -o container_engines.libvirt_lxc.enabled=false \
	-o container_engines.bpm.enabled=false
open_in_groups
await_alerts
stop_falco
grep -E 'inlxc|invirt|inbpm' $alerts && fail "a container's group was looked at though its engine is not enabled"
finish
