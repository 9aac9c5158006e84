#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# falco-driver builds and installs the module by DKMS for a kernel that scripts/vm fetched, and tells what keeps it from
# that; `make driver` builds the same without DKMS. What is written below /usr and /var/lib is gone afterwards. A DKMS that is not installed is fetched.
#
#   dkms_test.sh FALCO_DRIVER
#
# Exit status: 77 without root, DKMS or the kernel's headers.
set -euo pipefail
driver=$(realpath "$1")
vm=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../scripts/vm")
vm_program=dkms-test
. "$vm/common.sh"
kernel=6.1

if [ "${2:-}" != inside ]; then
	[ "$(id -u)" -eq 0 ] || vm_fail $vm_unavailable "looking for root's rights" "run this test as root"
	"$vm/fetch-kernels.sh" --headers $kernel
	if ! command -v dkms >/dev/null && [ ! -x "$vm_cache/dkms/usr/sbin/dkms" ]; then
		mkdir -p "$vm_cache/dkms"
		(cd "$vm_cache/dkms" && apt-get download dkms 2>&1 && dpkg -x dkms_*.deb .) >"$vm_cache/dkms/log" ||
			vm_fail $vm_unavailable "fetching DKMS" "apt-get install dkms"
	fi
	exec unshare -m "${BASH_SOURCE[0]}" "$driver" inside
fi

fail() {
	echo "FAILED: $*" >&2
	exit 1
}
PATH=$PATH:/usr/sbin:/sbin:$vm_cache/dkms/usr/sbin
release=$(vm_release $kernel)
work=$(mktemp -d)
mount --make-rprivate /
mount -t tmpfs tmpfs "$work"
for folder in usr var/lib; do
	mkdir -p "$work/$folder" "$work/$folder.work"
	mount -t overlay overlay -o "lowerdir=/$folder,upperdir=$work/$folder,workdir=$work/$folder.work" "/$folder"
done
mkdir -p /lib/modules /var/lib/dkms
export TMPDIR=$work

said() { cat "$work/said"; }
build() { "$driver" build --kernel "$release" --source "$1" >"$work/said" 2>&1; }
source=$(echo "$("$vm/../setup.sh" --prefix)"/src/scap-*)

build "$source" && fail "built without headers: $(said)"
grep -qF "apt-get -y install linux-headers-$release" "$work/said" || fail "without headers it says: $(said)"

mkdir -p "/lib/modules/$release"
ln -s "$vm_kernels/$kernel/headers" "/lib/modules/$release/build"
build "$source" || fail "the build: $(said)"
cat "$work/said"
module=/lib/modules/$release/updates/dkms/scap.ko
[ -s "$module" ] || fail "there is no $module: $(find /lib/modules/ | head)"
[ "$(modinfo -F vermagic "$module" | cut -d' ' -f1)" = "$release" ] || fail "the module is for another kernel"
dkms status | tee "$work/status"
grep -q "^scap/[0-9.]*, $release, [^:]*: installed" "$work/status" || fail "DKMS does not have it installed"
build "$source" || fail "the second build: $(said)"

cp "$module" "$work/dkms.ko"
dkms remove -m scap -v "$(basename "$source" | cut -d- -f2)" --all >/dev/null
cp -r "$source" "$work/broken"
echo 'int broken(void) { return no_such_name; }' >>"$work/broken/main.c"
build "$work/broken" && fail "built what does not compile"
grep -q "no_such_name" "$work/said" || fail "it does not show what the compiler says: $(said)"

# With the broken sources in /usr/src, where DKMS has them: it takes those of the source tree.
make -C "$vm/../.." driver KERNEL="$release" HEADERS="$vm_kernels/$kernel/headers" OUTPUT="$work/made.ko" >"$work/said" 2>&1 ||
	fail "make driver: $(said)"
cat "$work/said"
[ -s "$work/made.ko" ] || fail "make driver wrote no $work/made.ko"
[ "$(modinfo -F vermagic "$work/made.ko" | cut -d' ' -f1)" = "$release" ] || fail "make driver: a module for another kernel"
[ "$(modinfo -F version "$work/made.ko")" = "$(modinfo -F version "$work/dkms.ko")" ] || fail "make driver: a module of another version"
make -C "$vm/../.." driver KERNEL=9.9.9 HEADERS="$work/none" OUTPUT="$work/none.ko" >"$work/said" 2>&1 &&
	fail "make driver succeeds without headers"
grep -qF "the headers of kernel 9.9.9 are missing: $work/none has no Makefile" "$work/said" ||
	fail "make driver without headers says: $(said)"
echo "all as expected"
