# SPDX-License-Identifier: Apache-2.0
#
# falco live asks docker, below HOST_ROOT, what a container is called; a docker that does not answer holds up nothing;
# and nobody is asked when container_engines says so.
. /vm/guest.sh
cat >/tmp/rules.yaml <<'END'
- rule: opened
  desc: a file that the test opens, here and in a container
  condition: evt.type in (open, openat) and evt.dir = < and fd.name contains /opt/marker
  output: "%fd.name %container.id %container.name %container.image.repository %container.image.tag"
  priority: WARNING
END
mkdir -p /opt /host
touch /opt/marker.inside /opt/marker.outside
mount --rbind / /host && mount -t tmpfs tmpfs /host/var && mkdir -p /host/var/run || give_up "no /host"
export HOST_ROOT=/host

# A container that opens its file until it is told to end.
inside() {
	touch /tmp/go_on
	in_container /bin/sh -c 'while [ -e /tmp/go_on ]; do /bin/cat /opt/marker.inside; usleep 100000; done' &
	container=$!
}
end_inside() {
	rm /tmp/go_on
	wait $container
}
docker() {
	fake_docker /host/var/run/docker.sock "$@" >/results/docker.log &
	docker=$!
	wait_for grep -q ready /results/docker.log || give_up "no docker"
}
asked() { grep -q "/containers/0123456789ab" /results/docker.log; }

configure "rules_file: /tmp/rules.yaml" # the last one counts
sed -i '/falco_rules.yaml/d' /tmp/falco.yaml
docker
start_falco
inside
expect opened '/opt/marker.inside 0123456789ab web shop/web 1.2'
await_alerts
end_inside
kill $docker
stop_falco
mv $alerts /results/alerts-answered.json
: >$expected

docker silent
start_falco
inside
wait_for asked || fail "docker was not asked"
/bin/cat /opt/marker.outside
expect opened '/opt/marker.outside host host'
expect opened '/opt/marker.inside 0123456789ab'
before=$(uptime_s)
await_alerts
[ $(($(uptime_s) - before)) -le 5 ] || fail "a docker that does not answer held up the alerts"
end_inside
kill $docker
stop_falco
mv $alerts /results/alerts-silent.json
: >$expected

docker
start_falco -o container_engines.docker.enabled=false -o container_engines.podman.enabled=false
inside
expect opened '/opt/marker.inside'
await_alerts
end_inside
asked && fail "docker was asked though it is not enabled"
kill $docker
stop_falco
finish
