# SPDX-License-Identifier: Apache-2.0
#
# The eBPF engine on this kernel: its programs are accepted, events come, and a process in a container's cgroup is seen
# with the group's whole path. WITHOUT names a capability to do without.
group=/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope

begun=$(cut -d' ' -f1 /proc/uptime)
if [ -n "${WITHOUT:-}" ]; then
	capsh --drop="$WITHOUT" --shell=/bin/sh -- -c 'grep CapBnd /proc/self/status; exec next_only ebpf' >/tmp/seen 2>/tmp/errors &
else
	next_only ebpf >/tmp/seen 2>/tmp/errors &
fi
reader=$!
while ! grep -q capturing /tmp/seen; do
	kill -0 $reader 2>/dev/null || break
	usleep 50000
done
echo "from start to capturing: $begun to $(cut -d' ' -f1 /proc/uptime)"

in_container sh -c 'cat /etc/hosts >/dev/null; ls / >/dev/null'
find /etc /vm >/dev/null

kill -TERM $reader 2>/dev/null
wait $reader
status=$?
tail -n 20 /tmp/errors
cat /tmp/seen
if [ $status -ne 0 ]; then
	echo "FAILED: the engine ended with status $status"
	exit 1
fi
events=$(sed -n 's/^events=\([0-9]*\) .*/\1/p' /tmp/seen)
if [ "${events:-0}" -lt 100 ]; then
	echo "FAILED: too few events"
	exit 1
fi
if ! grep -q "longest_cgroup=$group\$" /tmp/seen; then
	echo "FAILED: no process was seen in the cgroup $group"
	exit 1
fi
