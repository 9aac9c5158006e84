# SPDX-License-Identifier: Apache-2.0
#
# Nothing that a killed falco leaves behind keeps the next one from capturing; and the kernel keeps the module for as
# long as falco uses it.
. /vm/guest.sh
module_goes() { rmmod scap 2>/tmp/rmmod; }
pid_file_goes() { [ ! -e /run/falco.pid ]; }

configure

# In the foreground.
start_falco
/bin/cat /etc/shadow >/dev/null
expect read_sensitive_file_untrusted 'command=cat /etc/shadow'
await_alerts
kill -9 $falco
wait $falco
start_falco
/bin/touch /etc/after_the_kill
expect write_below_etc 'file=/etc/after_the_kill'
await_alerts

if [ "$SOURCE" = source-kmod ]; then
	module_goes && fail "the module went away under falco"
	/bin/touch /etc/after_the_refusal
	expect write_below_etc 'file=/etc/after_the_refusal'
	await_alerts
fi
kill -9 $falco
wait $falco

# As a daemon, whose process id file stays when it is killed.
for time in first second; do
	falco -c /tmp/falco.yaml -d -p /run/falco.pid 2>/results/daemon.err || give_up "the $time daemon: $(cat /results/daemon.err)"
	kill -0 "$(cat /run/falco.pid)" || fail "the $time daemon does not run, or is not the one in /run/falco.pid"
	/bin/touch /etc/the_$time
	expect write_below_etc "file=/etc/the_$time"
	await_alerts
	[ $time = second ] || kill -9 "$(cat /run/falco.pid)"
done
kill "$(cat /run/falco.pid)"
wait_for pid_file_goes || fail "the daemon does not remove its process id file"

if [ "$SOURCE" = source-kmod ]; then
	wait_for module_goes || fail "the module cannot be unloaded: $(cat /tmp/rmmod)"
	insmod /vm/scap.ko || fail "the module cannot be loaded again"
fi
judge
finish
