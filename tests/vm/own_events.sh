# SPDX-License-Identifier: Apache-2.0
#
# falco live, with rules that match what falco itself does: writing its alerts to files, also from a process of the
# output's own, and running programs for each of them that start others, one of which outlives its parents. Neither may cause an alert, or one would cause the next.
# With PID_NAMESPACE falco has process ids of its own and the host's /proc below HOST_ROOT.
[ "$SOURCE" != source-kmod ] || insmod /vm/scap.ko || exit 1
cat >/tmp/rules.yaml <<'EOF'
- rule: alerts_opened
  desc: the file of alerts
  condition: evt.type in (open, openat) and evt.dir = < and fd.name startswith /results/alerts
  output: "%evt.type alerts %proc.name %proc.pid %proc.ppid"
  priority: WARNING
- rule: marker_opened
  desc: a file that others open, too
  condition: evt.type in (open, openat) and evt.dir = < and fd.name contains /tmp/marker
  output: "%evt.type marker %fd.name by %proc.cmdline %proc.pid %proc.ppid"
  priority: WARNING
EOF
cat >/tmp/falco.yaml <<EOF
log_stderr: true
log_syslog: false
source: $SOURCE
file_output: {enabled: true, filename: /results/alerts}
program_output: {enabled: true, program: /tmp/command}
plugins:
  - library: output-run
    config: {command: "/tmp/command"}
  - {library: output-run, name: isolated, isolation: process, config: {command: "/tmp/command"}}
  - {library: output-file, name: isolated_file, isolation: process, config: {filename: /results/alerts.isolated}}
EOF
cat >/tmp/command <<'EOF'
#!/bin/sh
cat /tmp/marker.own >/dev/null
setsid sh -c 'sleep 0.3; cat /tmp/marker.orphan >/tmp/done.$$' >/dev/null 2>&1 &
EOF
chmod 755 /tmp/command
touch /tmp/marker.own /tmp/marker.orphan /tmp/marker.other
if [ -n "$PID_NAMESPACE" ]; then
	mkdir -p /host/proc /host/dev && mount --bind /proc /host/proc && mount --bind /dev /host/dev || exit 1
	HOST_ROOT=/host unshare -p -f --mount-proc falco -c /tmp/falco.yaml -r /tmp/rules.yaml >/results/out 2>/results/err &
else
	falco -c /tmp/falco.yaml -r /tmp/rules.yaml >/results/out 2>/results/err &
fi
falco=$!
until grep -q 'Reading events from' /results/err; do
	kill -0 $falco 2>/dev/null || { cat /results/err; echo "FAILED: falco does not capture"; exit 1; }
	usleep 50000
done

# Waits until the command prints at least so many lines.
wait_for() {
	count=$1
	tries=0
	shift
	until [ "$("$@" 2>/dev/null | wc -l)" -ge $count ] || [ $tries -ge 400 ]; do
		tries=$((tries + 1))
		usleep 50000
	done
}

# Somebody else's, three times: each makes one alert, and each alert the events that must not be seen. What is opened
# after the orphans are done makes the last alert.
for n in 1 2 3; do cat /tmp/marker.other; done
wait_for 9 sh -c 'ls /tmp/done.*' # three of each output that runs the command
cat /tmp/marker.other
wait_for 4 grep marker.other /results/alerts
wait_for 4 grep marker.other /results/alerts.isolated

kill -TERM $(pidof falco)
wait $falco
cat /results/err /results/out /results/alerts
failed=0
for file in /results/alerts /results/alerts.isolated; do
	[ "$(grep -c marker.other $file)" = 4 ] || { echo "FAILED: four events of others are not four alerts in $file"; failed=1; }
done
[ "$(ls /tmp/done.* | wc -l)" -ge 9 ] || { echo "FAILED: the orphans did not run"; failed=1; }
if grep -E 'marker.own|marker.orphan|alerts falco' /results/alerts; then
	echo "FAILED: falco watches itself"
	failed=1
fi
exit $failed
