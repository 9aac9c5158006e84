#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Fetches the kernels that live capture is tested on: Debian's small ones for virtual machines, from the mirror that
# this machine's apt uses already, through lists of its own, so that apt checks the signatures and the machine stays
# as it is. They are unpacked into the dependency cache and never installed; a second run finds them there.
#
#   scripts/vm/fetch-kernels.sh [--headers] [6.1] [6.12] [newest]     default: all three
#   scripts/vm/fetch-kernels.sh --refresh newest                      fetch again what may have moved on
#
# --headers fetches also what kernel modules are built against. Each kernel is a folder CACHE/kernels/NAME with
# `vmlinuz`, `release`, lib/modules/RELEASE and, with headers, `headers`, a link to the folder to build against.
# Exit status: 0 all there; 77 they cannot be had here; 125 something else is wrong.
set -euo pipefail
vm_program=fetch-kernels
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

headers=0
refresh=0
kernels=()
while [ $# -gt 0 ]; do
	case $1 in
	--headers) headers=1 ;;
	--refresh) refresh=1 ;;
	6.1 | 6.12 | newest) kernels+=("$1") ;;
	*)
		echo "usage: scripts/vm/fetch-kernels.sh [--headers] [--refresh] [6.1] [6.12] [newest]" >&2
		exit 2
		;;
	esac
	shift
done
[ ${#kernels[@]} -gt 0 ] || kernels=(6.1 6.12 newest)

# apt with lists, sources and a package status of its own: nothing is installed there, so nothing conflicts.
private_apt() {
	local program=$1
	shift
	"$program" -o Dir::State="$apt/state" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache" \
		-o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::PreferencesParts=/dev/null -o APT::Architecture=amd64 -o APT::Architectures=amd64 \
		-o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2 "$@"
}

# Runs a command of apt quietly; its messages appear when it fails.
quietly() {
	local doing=$1 advice=$2
	shift 2
	if ! "$@" >"$apt/log" 2>&1; then
		tail -n 15 "$apt/log" >&2
		vm_fail $vm_unavailable "$doing" "$advice"
	fi
}

open_suite() {
	local suite=$1 mirror
	apt=$vm_kernels/.apt-$suite
	[ "${opened:-}" = "$suite" ] && return
	command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
		vm_fail $vm_unavailable "looking for apt-get and dpkg-deb" "the kernels are Debian's packages: use Debian or a descendant"
	mkdir -p "$apt"/state/lists/partial "$apt"/cache/archives/partial
	: >"$apt/status"
	mirror=$(apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' |
		awk '$2 == "Debian" {print $1; exit}')
	[ -n "$mirror" ] || vm_fail $vm_unavailable "looking for a Debian mirror" \
		"add one to apt's sources and run apt-get update: none of the configured ones is labelled Debian"
	printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite" \
		>"$apt/sources.list"
	vm_say "reading the package lists of Debian $suite"
	quietly "reading the package lists of Debian $suite from $mirror" \
		"check that apt reaches the mirror ('apt-get update')" private_apt apt-get update
	opened=$suite
}

# The packages of a pattern that a package depends on.
depends() { private_apt apt-cache depends "$1" | sed -n 's/^ *Depends: //p' | grep -E "$2" || true; }

download() {
	local into=$1 package
	shift
	for package in "$@"; do
		vm_say "fetching $package"
		rm -rf "$apt/download"
		mkdir -p "$apt/download"
		(cd "$apt/download" && quietly "fetching $package" "check that apt reaches the mirror, then run this again" \
			private_apt apt-get download "$package") || exit $?
		dpkg-deb -x "$apt"/download/*.deb "$into" ||
			vm_fail $vm_broken "unpacking $package into $into" "is the disk full?"
		rm -rf "$apt/download"
	done
}

fetch_image() {
	local name=$1 to=$vm_kernels/$1 suite image release
	suite=$(vm_suite "$name")
	[ $refresh -eq 1 ] && rm -rf "$to"
	[ -e "$to/.image" ] && return
	open_suite "$suite"
	image=$(depends linux-image-cloud-amd64 '^linux-image-[0-9]' | head -n 1)
	[ -n "$image" ] || vm_fail $vm_unavailable "looking for the kernel of Debian $suite" \
		"linux-image-cloud-amd64 names none: does the mirror carry $suite for amd64?"
	rm -rf "$to"
	mkdir -p "$to"
	release=${image#linux-image-}
	# The newest kernels are in parts, and the image names them.
	download "$to" "$image" $(depends "$image" '^linux-(base|binary|modules)-[0-9]')
	# From Debian 13 on, modules are below usr/.
	if [ ! -d "$to/lib/modules" ] && [ -d "$to/usr/lib/modules" ]; then
		ln -sfn usr/lib "$to/lib"
	fi
	ln -sfn "$(cd "$to" && find . -name "vmlinuz-$release" -o -path "*/modules/$release/vmlinuz" | head -n 1)" "$to/vmlinuz"
	[ -e "$to/vmlinuz" ] && [ -d "$to/lib/modules/$release" ] ||
		vm_fail $vm_broken "unpacking $image" "the package has another layout than expected: see $to"
	depmod -b "$to" "$release" || vm_fail $vm_broken "listing the dependencies of modules with depmod" "install kmod"
	echo "$release" >"$to/release"
	touch "$to/.image"
}

fetch_headers() {
	local name=$1 to=$vm_kernels/$1 release common kbuild
	[ -e "$to/.headers" ] && return
	open_suite "$(vm_suite "$name")"
	release=$(vm_release "$name")
	common=$(depends "linux-headers-$release" '^linux-headers-.*-common$' | head -n 1)
	kbuild=$(depends "linux-headers-$release" '^linux-kbuild-' | head -n 1)
	[ -n "$common" ] && [ -n "$kbuild" ] || vm_fail $vm_unavailable "looking for the headers of $release" \
		"the mirror has moved on: run scripts/vm/fetch-kernels.sh --refresh --headers $name"
	download "$to" "linux-headers-$release" "$common" "$kbuild"
	# The headers name their common part by the place where a package is installed.
	grep -rlI --include=Makefile --include='*.mk' "/usr/src/$common" "$to/usr/src/linux-headers-$release" 2>/dev/null |
		xargs -r sed -i "s#/usr/src/$common#$to/usr/src/$common#g"
	ln -sfn "usr/src/linux-headers-$release" "$to/headers"
	touch "$to/.headers"
}

mkdir -p "$vm_kernels" || vm_fail $vm_broken "preparing $vm_kernels" "make it writable, or set FALCO_DEPS_CACHE"
exec 9>"$vm_kernels/.lock"
flock 9 # tests that start at the same time fetch once
for kernel in "${kernels[@]}"; do
	fetch_image "$kernel"
	[ $headers -eq 0 ] || fetch_headers "$kernel"
done
