# SPDX-License-Identifier: Apache-2.0
#
# A recording for which the disk has no room ends, and says so; the rules go on, and what was recorded can be replayed.
. /vm/guest.sh
mkdir /tmp/small
mount -t tmpfs -o size=8m tmpfs /tmp/small || give_up "no small disk"
configure "syscall_event_drops: {actions: [ignore]}"

start_falco -w /tmp/small/full.scap -o base_syscalls.all=true
/bin/cat /etc/shadow >/dev/null
expect read_sensitive_file_untrusted 'command=cat /etc/shadow'
await_alerts
ended() {
	crowd storm 30000 || fail "no calls to record"
	log_has 'No space left on device'
}
wait_for ended || fail "the log does not say that the disk is full"
grep 'No space left' $log
# What happens while the buffer is still full of the calls of before is lost.
seen() {
	/bin/sh -c ': >/etc/after_the_recording'
	usleep 500000
	grep -q 'file=/etc/after_the_recording' $alerts
}
wait_for seen || fail "nothing is seen after the recording has ended"
expect write_below_etc 'file=/etc/after_the_recording'
stop_falco
judge

falco -c /tmp/falco.yaml -e /tmp/small/full.scap >/dev/null 2>/results/replay.err ||
	fail "what was recorded cannot be replayed: $(cat /results/replay.err)"
expect read_sensitive_file_untrusted 'command=cat /etc/shadow'
compare >/tmp/differences || fail "the replay: $(cat /tmp/differences)"
finish
