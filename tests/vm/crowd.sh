# SPDX-License-Identifier: Apache-2.0
#
# Two thousand processes are there when falco starts, threads come and go, and a CPU goes away and comes back.
. /vm/guest.sh
crowd processes 2000 >/tmp/ready &
processes=$!
wait_for grep -q ready /tmp/ready || give_up "there are no 2000 processes"
configure
start_falco
/bin/touch /etc/among_many
expect write_below_etc 'file=/etc/among_many'
await_alerts

crowd threads 2000 || fail "the threads did not come"
/bin/touch /etc/after_the_threads
expect write_below_etc 'file=/etc/after_the_threads'
await_alerts
kill $processes
wait $processes

# While the capture starts anew nothing is seen.
seen() {
	/bin/sh -c ": >/etc/$1" # touch opens only a file that is not there yet
	usleep 500000
	grep -q "\"fd.name\":\"/etc/$1\"" $alerts
}
began_anew() { [ "$(grep -c 'the capture starts anew' $log)" -ge "$1" ]; }
online=/sys/devices/system/cpu/cpu1/online
for cpu in 0 1; do
	if ! echo $cpu >$online; then
		fail "the kernel does not let CPU 1 go or come"
		break
	fi
	wait_for began_anew $((cpu + 1)) || fail "falco does not notice that CPU 1's state became $cpu"
	wait_for seen cpus_$cpu || fail "nothing is seen after CPU 1's state became $cpu"
	expect write_below_etc "file=/etc/cpus_$cpu"
done
kill -0 $falco || fail "falco is gone"
stop_falco
judge
finish
