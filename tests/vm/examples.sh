# SPDX-License-Identifier: Apache-2.0
#
# The seven example rules of the founding document as they stand there (tests/rules/founding_rules.yaml), each provoked
# for real, with every alert in six forms: on standard output, in a file and at a syslog daemon, as text and as JSON.
. /vm/guest.sh

mkdir -p /opt/bin
for name in app java; do
	cp /usr/bin/actor /opt/bin/$name
done
cp /opt/real/bash /bin/bash
echo 'elasticsearch:x:990:990::/home/user:/bin/sh' >>/etc/passwd
mknod /dev/video0 c 1 3
ip addr add 203.0.113.9/32 dev lo
actor serve 0.0.0.0 4444 &
servers=$!
actor serve 0.0.0.0 9300 &
servers="$servers $!"
make_group
syslogd -O /results/messages
wait_for [ -S /dev/log ] || give_up "no syslog daemon"

configure '
stdout_output: {enabled: true, format: text}
syslog_output: {enabled: true, format: text}
plugins:
  - {library: output-stdout, name: json_on_stdout, format: json}
  - {library: output-syslog, name: json_to_syslog, format: json}
  - {library: output-file, name: text_in_file, format: text, config: {filename: /results/alerts.txt}}'
start_falco -r /vm/founding_rules.yaml

in_group /opt/bin/app run /bin/bash -c 'exit 0'
expect run_shell_in_container 'container_id=fedcba987654 container_name=<NA> shell=bash parent=app cmdline=bash -c exit 0'
in_container /bin/bash -c 'ls / >/dev/null; exit 0'
expect run_shell_in_container 'container_id=0123456789ab'
# Each call of a shell that is in a container is activity of it.
expect shell_in_container 'container_id=fedcba987654'
expect shell_in_container 'container_id=0123456789ab'

# The port of its cluster is the one that elasticsearch may connect to.
su elasticsearch -s /bin/sh -c '/opt/bin/java connect 203.0.113.9 9300; /opt/bin/java connect 203.0.113.9 4444'
expect elasticsearch_unexpected_network_outbound '->203.0.113.9:4444)'

/bin/cp /bin/busybox /usr/bin/tool
expect write_binary_dir '(user=root command=cp /bin/busybox /usr/bin/tool file=/usr/bin/tool)'

/bin/nsenter -t 1 -u /bin/true
expect change_thread_namespace 'command=nsenter -t 1 -u /bin/true container=host)'

/bin/sh -c ': >/dev/.hidden'
expect create_files_below_dev 'file=/dev/.hidden)'

actor open /dev/video0
expect access_camera '(command=actor open /dev/video0)'

# A program in the same container that is no shell, and shells outside.
in_group /opt/bin/app open /etc/hosts
/bin/bash -c 'ls / >/dev/null; exit 0'

await_alerts
kill $servers
stop_falco

# ---- every alert in every channel ------------------------------------------------------------------------------------
# lines_like PATTERN FILE
lines_like() { grep -c -- "$1" "$2"; }
written() { [ "$(lines_like ' user.* falco: ' /results/messages)" -ge $((2 * count)) ]; }
count=$(wc -l <$alerts)
# The daemon writes what it was given when it comes to it.
wait_for written
# `Warning` is the level of each rule; the daemon cuts lines at 256 bytes.
time='[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9]\{9\}'
for channel in "text on standard output|^$time: Warning [A-Zs]|$output" "JSON on standard output|^{\"output\":\"$time: Warning |$output" \
	"text in a file|^$time: Warning [A-Zs]|/results/alerts.txt" "JSON in a file|^{\"output\":\"$time: Warning |$alerts" \
	"text at syslog| user\.warn falco: [A-Zs]|/results/messages" "JSON at syslog| user\.warn falco: {\"output\":\"[A-Zs]|/results/messages"; do
	pattern=${channel#*|}
	found=$(lines_like "${pattern%|*}" "${channel##*|}")
	echo "${channel%%|*}: $found"
	[ "$found" -eq "$count" ] || fail "$found of $count alerts came as ${channel%%|*}"
done
for rule in $(sed -n 's/^- rule: //p' /vm/founding_rules.yaml); do
	[ -z "$LOSSY" ] || break
	grep -q "\"rule\":\"$rule\",\"time\":\"20" $output || fail "no alert of $rule on standard output"
	grep -q "^   $rule: [1-9]" $log || fail "the statistics do not count $rule"
done
judge
finish
