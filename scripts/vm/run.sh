#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs a shell script as root in a virtual machine: Debian's kernel, a root in memory made of busybox, falco and what
# a test adds, no network but the loopback. It works without KVM, in about eight seconds.
#
#   scripts/vm/run.sh --kernel 6.1|6.12|newest --job FILE.sh --out DIR [more options]
#
#   --falco DIR            a build folder or an installed tree (default: build): /usr/bin/falco, its plugins, /etc/falco
#   --no-falco             leave falco out
#   --module               put the kernel module in the guest: /vm/scap.ko, not loaded (not for every kernel)
#   --other-module         put a module whose API has major version 9 in the guest: /vm/other.ko
#   --add FILE:GUESTPATH   a file, with its mode; of a program the shared libraries come along. Can be repeated
#   --env NAME=VALUE       set in the job's environment. Can be repeated
#   --memory 1G  --cpus 1  --timeout 120 (seconds)
#   --console              show the guest's console while it runs
#
# In the guest, `in_container COMMAND...` runs a command as a container's process looks (scripts/vm/in_container).
# What the job leaves in /results is copied to DIR, along with job.log (what it printed), dmesg.log and console.log.
# Exit status: the job's; 77 QEMU or the kernel cannot be had here; 125 the guest died or timed out.
# Environment: FALCO_VM_ACCEL, QEMU's accelerator (default tcg, which works everywhere).
set -euo pipefail
vm_program=vm
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
	sed -n '/^#   scripts/,/^# Environment/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
	exit 2
}

kernel='' job='' out='' falco=build with_falco=1 with_module=0 with_other=0 memory=1G cpus=1 timeout=120 console=0
adds=() environment=()
while [ $# -gt 0 ]; do
	case $1 in
	--no-falco) with_falco=0 ;;
	--module) with_module=1 ;;
	--other-module) with_other=1 ;;
	--console) console=1 ;;
	--kernel | --job | --out | --falco | --add | --env | --memory | --cpus | --timeout)
		[ $# -ge 2 ] || usage
		case $1 in
		--kernel) kernel=$2 ;;
		--job) job=$2 ;;
		--out) out=$2 ;;
		--falco) falco=$2 ;;
		--add) adds+=("$2") ;;
		--env) environment+=("$2") ;;
		--memory) memory=$2 ;;
		--cpus) cpus=$2 ;;
		--timeout) timeout=$2 ;;
		esac
		shift
		;;
	*) usage ;;
	esac
	shift
done
vm_suite "$kernel" >/dev/null || usage
[ -n "$job" ] && [ -n "$out" ] || usage
[ -r "$job" ] || vm_fail 2 "reading the job $job" "name a shell script"

for tool in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static cpio:cpio depmod:kmod xz:xz-utils; do
	PATH=$PATH:/usr/sbin:/sbin command -v "${tool%%:*}" >/dev/null ||
		vm_fail $vm_unavailable "looking for ${tool%%:*}" "apt-get install ${tool#*:}, or run scripts/setup.sh"
done
PATH=$PATH:/usr/sbin:/sbin
"$vm_here/fetch-kernels.sh" "$kernel"
release=$(vm_release "$kernel")

parts=$vm_cache/vm
mkdir -p "$parts" "$out"
work=$(mktemp -d "${TMPDIR:-/tmp}/falco-vm-XXXXXX")
trap 'rm -rf "$work"' EXIT

# pack FOLDER FILE: as an archive of the kind the kernel unpacks as its first root. Several are read one after another.
pack() { (cd "$1" && find . -mindepth 1 | LC_ALL=C sort | cpio -o -H newc --owner 0:0 --quiet) >"$2.new.$$" && mv "$2.new.$$" "$2"; }

# copy_program FROM ROOT TO: with symbols stripped and with the shared libraries it needs, where it finds them.
copy_program() {
	local from=$1 root=$2 to=$3 library place
	mkdir -p "$root$(dirname "$to")"
	cp -L "$from" "$root$to"
	[ "$(head -c 4 "$from" | tr -d '\0')" = $'\x7fELF' ] || return 0
	strip --strip-unneeded "$root$to" 2>/dev/null || true
	{ ldd "$from" 2>/dev/null || true; } | sed -nE 's/^.*=> (\/[^ ]+) .*$/\1/p; s/^\t(\/[^ ]+) .*$/\1/p' | while read -r library; do
		# What is not in the system's places here is found in the guest all the same, whatever it mounts there.
		case $library in
		/lib/* | /lib64/* | /usr/lib/*) place=$library ;;
		*) place=/usr/lib/$(basename "$library") ;;
		esac
		[ -e "$root$place" ] && continue
		mkdir -p "$root$(dirname "$place")"
		cp -L "$library" "$root$place"
		strip --strip-unneeded "$root$place" 2>/dev/null || true
	done
}

# The module of the kernel and all that it needs, in the order of loading.
module_order() {
	local modules=$vm_kernels/$kernel/lib/modules/$release name
	for name in "$@"; do
		modprobe -d "$vm_kernels/$kernel" -S "$release" --show-depends --ignore-install "$name" 2>/dev/null |
			sed -n 's/^insmod \([^ ]*\).*/\1/p'
	done | awk '!seen[$0]++'
}

# The part that depends on the kernel and busybox alone.
make_base() {
	local root=$work/base module name
	mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,etc,proc,sys,dev,tmp,run,root,home/user,var/log,vm/modules.d,lib,lib64}
	cp -L "$(command -v busybox)" "$root/bin/busybox"
	for name in $("$root/bin/busybox" --list); do
		[ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
	done
	cp "$vm_here/init" "$root/init"
	cp "$vm_here/in_container" "$root/usr/bin/in_container"
	chmod 755 "$root/init" "$root/usr/bin/in_container"
	printf 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:a user:/home/user:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\nuser:x:1000:\n' >"$root/etc/group"
	printf 'root:*:19000:0:99999:7:::\nuser:*:19000:0:99999:7:::\n' >"$root/etc/shadow"
	chmod 600 "$root/etc/shadow"
	printf '127.0.0.1 localhost vmtest\n' >"$root/etc/hosts"
	printf 'hosts: files\npasswd: files\ngroup: files\n' >"$root/etc/nsswitch.conf"
	cp -L /lib/x86_64-linux-gnu/libnss_files.so.2 "$root/lib/" 2>/dev/null || true
	: >"$root/vm/modules"
	for module in $(module_order virtio_pci virtio_blk); do
		name=$(basename "$module")
		case $name in
		*.xz) xz -dc "$module" >"$root/vm/modules.d/${name%.xz}" ;;
		*.zst) zstd -qdc "$module" >"$root/vm/modules.d/${name%.zst}" ;;
		*) cp "$module" "$root/vm/modules.d/$name" ;;
		esac
		echo "/vm/modules.d/${name%%.ko*}.ko" >>"$root/vm/modules"
	done
	pack "$root" "$1"
}

# The files of falco as FROM TO, one a line: from a build folder, else from an installed tree.
falco_files() {
	local from=$1 plugin source=$vm_here/../..
	if [ -x "$from/falco" ] && [ -d "$from/plugins" ]; then
		printf '%s %s\n' "$from/falco" /usr/bin/falco
		for plugin in "$from"/plugins/*.so; do
			printf '%s %s\n' "$plugin" "/usr/lib/falco/plugins/$(basename "$plugin")"
		done
		printf '%s %s\n' "$source/falco.yaml" /etc/falco/falco.yaml
		printf '%s %s\n' "$source/rules/falco_rules.yaml" /etc/falco/falco_rules.yaml
	elif [ -x "$from/bin/falco" ]; then
		(cd "$from" && find bin lib etc -type f -o -type l | grep -v '/cmake/\|/pkgconfig/\|\.a$') | while read -r plugin; do
			case $plugin in
			etc/*) printf '%s %s\n' "$from/$plugin" "/$plugin" ;;
			*) printf '%s %s\n' "$from/$plugin" "/usr/$plugin" ;;
			esac
		done
	else
		return 1
	fi
}

make_falco() {
	local from to root=$work/falco
	mkdir -p "$root"
	while read -r from to; do copy_program "$from" "$root" "$to"; done <"$work/falco.files"
	pack "$root" "$1"
}

# A part is made once for what it is made of: its name carries a digest. Old ones are swept out.
cached_part() {
	local kind=$1 digest=$2 make=$3
	part=$parts/$kind-$digest.cpio
	if [ ! -e "$part" ]; then
		$make "$part"
		find "$parts" -name "$kind-*.cpio" -mmin +1440 ! -path "$part" -delete
	fi
	touch "$part"
}

cached_part base "$kernel-$({ echo "$release"; cat "$vm_here/init" "$vm_here/in_container" "${BASH_SOURCE[0]}"; busybox --help | head -n 1; } | sha256sum | cut -c1-12)" make_base
images=("$part")
if [ $with_falco -eq 1 ]; then
	falco=$(cd "$falco" 2>/dev/null && pwd) && falco_files "$falco" >"$work/falco.files" ||
		vm_fail 2 "looking for falco in ${falco:-the folder given}" "build it (make build), or name a build folder or an installed tree with --falco"
	digest=$({
		cat "${BASH_SOURCE[0]}" "$work/falco.files"
		cut -d' ' -f1 "$work/falco.files" | xargs stat -L -c '%n %s %Y'
	} | sha256sum | cut -c1-12)
	cached_part falco "$digest" make_falco
	images+=("$part")
fi

# The part of this run.
run=$work/run
mkdir -p "$run/vm"
cp "$job" "$run/vm/job"
: >"$run/vm/environment"
for assignment in "${environment[@]+"${environment[@]}"}"; do
	printf "export %s='%s'\n" "${assignment%%=*}" "$(printf %s "${assignment#*=}" | sed "s/'/'\\\\''/g")" >>"$run/vm/environment"
done
if [ $with_other -eq 1 ]; then
	module=$("$vm_here/build-module.sh" "$kernel" 9)
	cp "$module" "$run/vm/other.ko"
fi
if [ $with_module -eq 1 ]; then
	module=$("$vm_here/build-module.sh" "$kernel")
	cp "$module" "$run/vm/scap.ko"
fi
for add in "${adds[@]+"${adds[@]}"}"; do
	[ -r "${add%%:*}" ] || vm_fail 2 "reading ${add%%:*}" "--add takes FILE:GUESTPATH"
	copy_program "${add%%:*}" "$run" "${add#*:}"
done
pack "$run" "$work/run.cpio"
images+=("$work/run.cpio")
# Each archive must begin at a multiple of four bytes; cpio pads to 512.
cat "${images[@]}" >"$work/initrd"

truncate -s 256M "$work/disk"
rm -f "$out/status"
status=0
timeout --kill-after=5 "$timeout" qemu-system-x86_64 -accel "${FALCO_VM_ACCEL:-tcg}" -cpu qemu64 -m "$memory" -smp "$cpus" \
	-nographic -no-reboot -nic none -kernel "$vm_kernels/$kernel/vmlinuz" -initrd "$work/initrd" \
	-drive "file=$work/disk,format=raw,if=virtio" -append "console=ttyS0 quiet panic=-1 rdinit=/init" \
	</dev/null 2>&1 | if [ $console -eq 1 ]; then tee "$out/console.log"; else cat >"$out/console.log"; fi || status=$?

if ! grep -q 'vm: results written' "$out/console.log" || ! tar xf "$work/disk" -C "$out" 2>/dev/null || [ ! -s "$out/status" ]; then
	echo "--- the end of the guest's console ($out/console.log)" >&2
	tail -n 30 "$out/console.log" >&2
	if [ $status -eq 124 ] || [ $status -eq 137 ]; then
		vm_fail $vm_broken "running $job on $release: not done after $timeout s" "see what it waits for, or give it longer with --timeout"
	fi
	vm_fail $vm_broken "running $job on $release: the guest ended without results" "see its console above"
fi
exit "$(cat "$out/status")"
