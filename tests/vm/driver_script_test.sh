#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The error paths of falco-driver on a made-up system: FALCO_DRIVER_ROOT holds /sys, /proc, /dev and /lib/modules, and
# a folder in front of PATH holds the kernel's tools.
#
#   driver_script_test.sh FALCO_DRIVER
set -u
driver=$(realpath "$1")
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
failed=0

# A fresh system whose insmod and rmmod do what they are named after.
fresh() {
	rm -rf "$top"/*
	export FALCO_DRIVER_ROOT=$top/root
	mkdir -p "$top"/root/{sys/module,sys/class/scap,proc,dev} "$top/root/lib/modules/$(uname -r)/extra" "$top/bin"
	tool insmod 'mkdir -p $r/sys/module/scap; echo 0.20.0 >$r/sys/module/scap/version; touch $r/dev/scap0 $r/sys/class/scap/scap0'
	tool rmmod 'rm -rf $r/sys/module/scap $r/dev/scap* $r/sys/class/scap/*'
	mkdir "$top/source"
	touch "$top/source/dkms.conf" "$top/source/Makefile"
}
tool() {
	printf '#!/bin/sh\nr=$FALCO_DRIVER_ROOT\n%s\n' "$2" >"$top/bin/$1"
	chmod +x "$top/bin/$1"
}
built() { echo module >"$top/root/lib/modules/$(uname -r)/extra/scap.ko"; }

# expect STATUS TEXT ARGUMENT...: falco-driver ends with the status and says the text.
expect() {
	local status=$1 text=$2 said
	shift 2
	said=$(PATH=$top/bin:$PATH TMPDIR=$top "$driver" "$@" 2>&1)
	local got=$?
	if [ $got -ne "$status" ] || ! grep -qF -- "$text" <<<"$said"; then
		printf 'FAILED: falco-driver %s: expected status %s and "%s", got status %s and:\n%s\n' "$*" "$status" "$text" $got "$said"
		failed=1
	fi
}
# nothing_stays WHAT: after it the module is not loaded.
nothing_stays() {
	[ ! -e "$top/root/sys/module/scap" ] || {
		echo "FAILED: $1: the module stays loaded"
		failed=1
	}
}

fresh
expect 2 "say what to do"
expect 2 "there is no 'reload'" reload
expect 2 "--kernel needs a value" build --kernel
expect 2 "load does not know '--fast'" load --fast
expect 0 "usage: falco-driver build" --help

# build
expect 1 "apt-get -y install linux-headers-9.9.9" build --source "$top/source" --kernel 9.9.9
expect 1 "yum -y install kernel-devel-9.9.9" build --source "$top/source" --kernel 9.9.9
expect 1 "$top has no Makefile" build --source "$top/source" --kernel 9.9.9 --headers "$top"
expect 1 "does not hold the module's sources" build --source "$top/root" --kernel 9.9.9
mkdir "$top/headers"
printf 'modules:\n\t@echo "main.c: error: no such field" >&2; exit 1\n' >"$top/headers/Makefile"
expect 1 "main.c: error: no such field" build --source "$top/source" --kernel 9.9.9 --headers "$top/headers"
[ ! -e "$top/root/lib/modules/9.9.9/extra/scap.ko" ] || { echo "FAILED: a failed build leaves a module"; failed=1; }
printf 'modules:\n\techo module >$(M)/scap.ko\n' >"$top/headers/Makefile"
tool modinfo 'echo 8.8.8 SMP'
expect 1 "are the headers of 8.8.8, not of 9.9.9" build --source "$top/source" --kernel 9.9.9 --headers "$top/headers"
tool modinfo 'echo 9.9.9 SMP'
expect 0 "built /lib/modules/9.9.9/extra/scap.ko" build --source "$top/source" --kernel 9.9.9 --headers "$top/headers"
expect 0 "built $top/elsewhere/scap.ko" build --source "$top/source" --kernel 9.9.9 --headers "$top/headers" --output "$top/elsewhere/scap.ko"
expect 1 "cannot write" build --source "$top/source" --kernel 9.9.9 --headers "$top/headers" --output /proc/none/scap.ko

# Interrupted while it compiles, alone or with all that it started, as by Ctrl-C: neither the module nor a part of it
# stays, nor the folder in which it was built.
for whom in alone all; do
	fresh
	mkdir "$top/headers"
	mkfifo "$top/go_on"
	printf 'modules:\n\t@echo part >$(M)/scap.ko; touch %s; read word <%s\n' "$top/compiles" "$top/go_on" >"$top/headers/Makefile"
	set -m # a process group of its own
	PATH=$top/bin:$PATH TMPDIR=$top "$driver" build --source "$top/source" --kernel 9.9.9 --headers "$top/headers" \
		>"$top/said" 2>&1 &
	build=$!
	set +m
	until [ -e "$top/compiles" ]; do sleep 0.01; done
	if [ $whom = all ]; then kill -TERM -- -$build; else kill -TERM $build && echo word >"$top/go_on"; fi
	if wait $build; then
		echo "FAILED: interrupted ($whom), build succeeds: $(cat "$top/said")"
		failed=1
	fi
	left=$(find "$top" -name 'falco-driver-*' -o -name 'scap.ko*')
	[ -z "$left" ] || {
		echo "FAILED: interrupted ($whom), build leaves: $left"
		failed=1
	}
done

# load
fresh
expect 1 "was not built for the running kernel" load
expect 1 "cannot read $top/none.ko" load --module "$top/none.ko"
built
expect 0 "loaded scap 0.20.0: /dev/scap0" load
expect 0 "is loaded already" load
expect 0 "devices: /dev/scap0" status
for words in "Invalid module format:it was built for another kernel" "Required key not available:Secure Boot" \
	"Operation not permitted:locked down" "Function not implemented:takes no modules"; do
	fresh
	built
	tool insmod "mkdir -p \$r/sys/module/scap; echo 'insmod: ${words%%:*}' >&2; exit 1"
	expect 1 "${words#*:}" load
	nothing_stays "insmod said ${words%%:*}"
done
fresh
built
tool insmod 'mkdir -p $r/sys/module/scap; touch $r/sys/class/scap/scap0 $r/sys/class/scap/scap1 $r/dev/scap0'
expect 1 "these devices did not appear: /dev/scap1" load
nothing_stays "a device is missing"

# A packed file that is named is loaded itself, whatever is installed.
fresh
built
echo another >"$top/root/lib/modules/$(uname -r)/extra/scap.ko.xz"
echo mine | gzip >"$top/mine.ko.gz"
loads='mkdir -p $r/sys/module/scap; echo 0.20.0 >$r/sys/module/scap/version; touch $r/dev/scap0 $r/sys/class/scap/scap0'
tool insmod 'cat "$1" >$r/inserted; '"$loads"
tool modprobe "echo installed >\$r/inserted; $loads"
expect 0 "loaded scap 0.20.0" load --module "$top/mine.ko.gz"
[ "$(cat "$top/root/inserted")" = mine ] || { echo "FAILED: another module than the named one is loaded"; failed=1; }

# Interrupted while it waits for the devices.
fresh
built
tool insmod 'mkdir -p $r/sys/module/scap; touch $r/sys/class/scap/scap0'
PATH=$top/bin:$PATH TMPDIR=$top "$driver" load >"$top/said" 2>&1 &
until [ -e "$top/root/sys/class/scap/scap0" ]; do sleep 0.01; done
kill -TERM $!
if wait $!; then
	echo "FAILED: interrupted, load succeeds: $(cat "$top/said")"
	failed=1
fi
nothing_stays "load was interrupted"

# unload and status
fresh
expect 3 "not loaded, and not built for the running kernel" status
built
expect 3 "not loaded; built: /lib/modules/$(uname -r)/extra/scap.ko" status
expect 0 "the module is not loaded" unload
expect 0 "loaded scap" load
mkdir -p "$top/root/proc/42/fd"
echo falco >"$top/root/proc/42/comm"
ln -s /dev/scap0 "$top/root/proc/42/fd/7"
expect 0 "used by: falco (pid 42)" status
expect 1 "in use by falco (pid 42)" unload
rm -rf "$top/root/proc/42"
tool rmmod 'echo "rmmod: Module scap is in use" >&2; exit 1'
expect 1 "the kernel keeps the module: rmmod: Module scap is in use" unload
fresh
mkdir "$top/root/sys/module/scap"
expect 1 "its devices are missing: /dev/scap0" load

[ $failed -eq 0 ] && echo "all as expected"
exit $failed
