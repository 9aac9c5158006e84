# SPDX-License-Identifier: Apache-2.0
#
# falco killed at any moment while it records a busy machine leaves files that can be replayed to their ends; only one
# that was being written at that moment may end in the middle of an event, and is replayed up to there.
. /vm/guest.sh
configure
while :; do
	/bin/cat /etc/hosts >/dev/null
	crowd storm 3000
done 2>/dev/null &
busy=$!
ends_early() {
	[ $recording = /tmp/killed.scap ] && grep 'damaged or truncated at byte .*, after [1-9][0-9]* events' /tmp/replay.err
}
for time in $(seq 12); do
	compress=$([ $((time % 2)) -eq 0 ] && echo true || echo false)
	# Files of a megabyte: it may be killed between two, too.
	start_falco -w /tmp/killed.scap -o record.compress=$compress -o record.max_size_mb=1 -o base_syscalls.all=true
	wait_for [ -s /tmp/killed.scap ] || give_up "no recording is begun"
	usleep $((time * 137000))
	kill -KILL $falco
	wait $falco
	for recording in /tmp/killed*.scap; do
		falco -c /tmp/falco.yaml -e $recording >/tmp/replay.out 2>/tmp/replay.err || ends_early ||
			fail "killed after $((time * 137)) ms: the replay of $recording: $(cat /tmp/replay.err)"
		echo "after $((time * 137)) ms, compress $compress: $recording, $(stat -c %s $recording) bytes"
	done
	rm -f /tmp/killed*.scap
done
kill $busy
finish
