# SPDX-License-Identifier: Apache-2.0
#
# Tasks that are preempted in the middle of eBPF programs: no event is a mix of two, falco goes on, and says how many
# events the kernel did not show it.
. /vm/guest.sh
configure
start_falco -o base_syscalls.all=true
for storm in 1 2 3; do
	crowd storm ${CALLS:-30000} &
	storms="$storms $!"
done
wait $storms
kill -0 $falco || fail "falco is gone"
seen() {
	/bin/cat /etc/shadow >/dev/null
	usleep 500000
	grep -q '"rule":"read_sensitive_file_untrusted"' $alerts
}
wait_for seen || fail "no alert after the storms"
expect read_sensitive_file_untrusted 'command=cat /etc/shadow'
stop_falco
log_has 'cannot be read' && fail "there were events that cannot be read: $(grep 'cannot be read' $log)"
grep -q '^   preempted: [1-9]' $log || fail "no event was lost: is this a kernel that preempts programs?"
grep -A 3 '^Events captured' $log
judge
finish
