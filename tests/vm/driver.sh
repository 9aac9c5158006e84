# SPDX-License-Identifier: Apache-2.0
#
# falco-driver with a real kernel: loads the module it built, describes it, unloads it, and refuses what it must.
fail() {
	echo "FAILED: $*"
	exit 1
}
falco-driver status >/tmp/said && fail "status: a module that is not loaded is reported as loaded"
grep -q 'not loaded' /tmp/said || fail "status: $(cat /tmp/said)"
falco-driver load >/tmp/said 2>&1 && fail "load: there is no module yet"
grep -q 'was not built for the running kernel' /tmp/said || fail "load: $(cat /tmp/said)"

# A module of which a part is missing is refused, and nothing stays loaded.
mkdir -p "/lib/modules/$(uname -r)/extra"
head -c 10000 /vm/scap.ko >/tmp/part.ko
falco-driver load --module /tmp/part.ko >/tmp/said 2>&1 && fail "load: half a module was taken"
grep -q 'the kernel refuses /tmp/part.ko' /tmp/said || fail "load: $(cat /tmp/said)"
[ ! -d /sys/module/scap ] || fail "load: half a module stays"

cp /vm/scap.ko "/lib/modules/$(uname -r)/extra/"
falco-driver load || fail "load: status $?"
[ -c /dev/scap0 ] || fail "load: there is no /dev/scap0"
falco-driver load | grep -q 'loaded already' || fail "load: not said that it is loaded already"
falco-driver status >/tmp/said || fail "status: $?"
cat /tmp/said
grep -q 'loaded, scap 0.20.0' /tmp/said && grep -q 'devices: /dev/scap0' /tmp/said && grep -q 'used by: nobody' /tmp/said ||
	fail "status: $(cat /tmp/said)"

sleep 1000 3</dev/scap0 &
user=$!
until [ -e /proc/$user/fd/3 ]; do usleep 10000; done
falco-driver status | grep -q "used by: sleep (pid $user)" || fail "status does not name the user: $(falco-driver status)"
falco-driver unload >/tmp/said 2>&1 && fail "unload: removed a module in use"
grep -q "in use by sleep (pid $user)" /tmp/said || fail "unload: $(cat /tmp/said)"
kill $user
wait $user
falco-driver unload || fail "unload: status $?"
[ ! -d /sys/module/scap ] && [ ! -e /dev/scap0 ] || fail "unload: something is left"
falco-driver unload | grep -q 'is not loaded' || fail "unload again"
