# SPDX-License-Identifier: Apache-2.0
#
# More system calls than the smallest buffer takes: falco says what was lost, in its log, as an alert of its own and in
# the statistics, and sees what happens afterwards.
. /vm/guest.sh
configure "json_include_source_property: true
plugins:
  - library: $SOURCE
    config: {buffer_bytes: ${BUFFER_BYTES:-1048576}}
syscall_event_drops: {threshold: 0, actions: [log, alert], rate: 1, max_burst: 10}"
start_falco

crowd storm ${CALLS:-300000} || fail "the storm did not blow"
echo "after the storm: $(uptime_s) s"
expect 'Falco internal: syscall event drop' '"source":"internal"'
await_alerts
# What happens while the buffer is still full is lost, too.
seen_again() {
	/bin/cat /etc/shadow >/dev/null
	usleep 500000
	grep -q '"rule":"read_sensitive_file_untrusted"' $alerts
}
wait_for seen_again || fail "no alert after the storm"
echo "seen again: $(uptime_s) s"
expect read_sensitive_file_untrusted 'command=cat /etc/shadow'
log_has 'Falco internal: syscall event drop' || fail "the log says nothing of lost events"
grep '"rule":"Falco internal' $alerts | head -n 3
stop_falco
grep '^Events \|^   n_\|buffer' $log
grep -q '^Events dropped: [1-9]' $log || fail "the statistics say nothing of lost events"
judge
finish
