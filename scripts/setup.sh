#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs what falco is built from: Debian packages, libbpf and falcosecurity-libs. The two libraries are built from
# Debian 13's source packages, which apt fetches and verifies through a private state directory, so that the
# machine's own package lists stay as they are. The result is kept in a cache directory whose name depends on the
# versions, the options and the patches; a second run, or a second clone, finds it there and takes a second.
#
#   scripts/setup.sh               set everything up (root, or sudo for the packages)
#   scripts/setup.sh --prefix      print the directory of the built libraries and exit
#   scripts/setup.sh --servers     print the directory of the servers that tests use and exit
#
# Environment: FALCO_DEPS_CACHE (default ~/.cache/falco-deps), FALCO_JOBS (default: number of processors).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
patches=$here/../patches/falcosecurity-libs

LIBS_UPSTREAM=0.20.0
LIBS_DEBIAN=0.20.0-3
LIBBPF_SOURCE=libbpf
SUITE=trixie
RECIPE=1 # raise when the way of building changes without the options below changing

LIBS_OPTIONS=(
	-DCMAKE_BUILD_TYPE=Release
	-DUSE_BUNDLED_DEPS=OFF -DUSE_BUNDLED_VALIJSON=OFF -DVALIJSON_INCLUDE=/usr/include
	-DBUILD_SHARED_LIBS=ON -DBUILD_DRIVER=OFF -DBUILD_LIBSCAP_GVISOR=OFF
	-DBUILD_LIBSCAP_MODERN_BPF=ON -DENABLE_ENGINE_BPF=OFF -DHAS_ENGINE_TEST_INPUT=ON
	-DCREATE_TEST_TARGETS=OFF -DBUILD_LIBSCAP_EXAMPLES=OFF -DBUILD_LIBSINSP_EXAMPLES=OFF
	-DFALCOSECURITY_LIBS_VERSION=$LIBS_UPSTREAM -DDRIVER_VERSION=$LIBS_UPSTREAM
)

PACKAGES=(
	# build tools
	build-essential cmake ninja-build pkg-config git ca-certificates dpkg-dev patch
	clang llvm libclang-rt-14-dev clang-format-14 clang-tidy-14 bpftool
	# what libs 0.20.0 is built with
	libvalijson-dev libcurl4-openssl-dev libgrpc++-dev protobuf-compiler protobuf-compiler-grpc
	libprotobuf-dev libjsoncpp-dev libtbb-dev libelf-dev libre2-dev libcap-dev uthash-dev libabsl-dev
	zlib1g-dev libssl-dev libzstd-dev
	# what falco itself is built with
	nlohmann-json3-dev libyaml-cpp-dev libspdlog-dev libfmt-dev libcli11-dev
	libboost-dev libboost-filesystem-dev libboost-system-dev libsystemd-dev libcap-ng-dev librdkafka-dev libisal-dev
	libsqlite3-dev
	# tests and benchmarks
	libgtest-dev libgmock-dev libbenchmark-dev python3 abigail-tools openssl kcat valgrind heaptrack groff-base rustc
	# live capture: the kernel module, and the virtual machine in which it is tested
	qemu-system-x86 busybox-static cpio kmod xz-utils
)
# What tests use where apt has it: a test that misses its program is skipped and says so.
TEST_PROGRAMS=(sysdig zsh fish)
# The versioned LLVM tools are Debian 12's; later releases carry newer ones under the plain names.
. /etc/os-release
if [ "${VERSION_ID:-0}" != 12 ]; then
	PACKAGES=("${PACKAGES[@]/libclang-rt-14-dev/libclang-rt-dev}")
	PACKAGES=("${PACKAGES[@]/clang-format-14/clang-format}")
	PACKAGES=("${PACKAGES[@]/clang-tidy-14/clang-tidy}")
fi

cache=${FALCO_DEPS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/falco-deps}
jobs=${FALCO_JOBS:-$(nproc)}

key=$({
	printf '%s\n' "$RECIPE" "$LIBS_DEBIAN" "${VERSION_ID:-unknown}" "$(uname -m)" "${LIBS_OPTIONS[@]}"
	if [ -d "$patches" ]; then (cd "$patches" && cat -- *.patch 2>/dev/null || true); fi
} | sha256sum | cut -c1-12)
prefix=$cache/libs-$LIBS_UPSTREAM-$key

# Unpacked, never installed: Debian's packages would start them as services of this machine.
SERVERS=(rsyslog rsyslog-openssl libestr0 libfastjson4 nginx)
servers=$cache/servers-${VERSION_ID:-unknown}-$(uname -m)

if [ "${1:-}" = --prefix ]; then
	echo "$prefix"
	exit 0
elif [ "${1:-}" = --servers ]; then
	echo "$servers"
	exit 0
elif [ $# -gt 0 ]; then
	echo "usage: scripts/setup.sh [--prefix|--servers]" >&2
	exit 2
fi

step="starting"
advice="see the messages above"
log=""
trap 'status=$?; if [ $status -ne 0 ]; then
	if [ -n "$log" ] && [ -f "$log" ]; then echo "--- last lines of $log" >&2; tail -n 25 "$log" >&2; fi
	echo "setup: FAILED while $step." >&2
	echo "setup: what to do: $advice" >&2
fi' EXIT
say() { printf 'setup: %s\n' "$*" >&2; }

as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Runs a long command with its output in a log and a line of progress every ten seconds.
run_logged() {
	log=$1
	shift
	"$@" >"$log" 2>&1 &
	local pid=$! begun=$SECONDS shown=$SECONDS
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.5
		if [ $((SECONDS - shown)) -ge 10 ]; then
			shown=$SECONDS
			say "  $step: $((SECONDS - begun)) s $(grep -oE '^\[[0-9]+/[0-9]+\]' "$log" | tail -n 1 || true)"
		fi
	done
	wait "$pid"
	log=""
}

install_packages() {
	step="installing Debian packages"
	advice="run 'apt-get update' and 'apt-get install' by hand for the package named above; root or sudo is needed"
	local missing=() package
	for package in "${PACKAGES[@]}"; do
		dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || missing+=("$package")
	done
	[ ${#missing[@]} -eq 0 ] && return 0
	say "installing ${#missing[@]} Debian packages: ${missing[*]}"
	mkdir -p "$cache"
	run_logged "$cache/apt-update.log" as_root apt-get update
	run_logged "$cache/apt-install.log" as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends "${missing[@]}"
}

# As they come, without what they recommend: sysdig's module is not needed to read traces.
install_test_programs() {
	step="installing programs that tests use: ${TEST_PROGRAMS[*]}"
	local missing=() package
	for package in "${TEST_PROGRAMS[@]}"; do
		dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' && continue
		apt-cache show "$package" >/dev/null 2>&1 && missing+=("$package")
	done
	[ ${#missing[@]} -eq 0 ] && return 0
	say "installing what some tests use: ${missing[*]}"
	mkdir -p "$cache"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" \
		>"$cache/apt-test-programs.log" 2>&1 ||
		say "left out, their tests will be skipped: ${missing[*]} (see $cache/apt-test-programs.log)"
}

unpack_servers() {
	step="fetching the servers that outputs are tested with: ${SERVERS[*]}"
	advice="check that the machine's apt reaches its Debian mirror: 'apt-get update', then 'apt-get download ${SERVERS[0]}'"
	say "$step"
	rm -rf "$servers" "$cache/servers-download"
	mkdir -p "$servers" "$cache/servers-download"
	cd "$cache/servers-download"
	local download=(apt-get -o APT::Sandbox::User=root download "${SERVERS[@]}")
	if ! "${download[@]}" >"$cache/servers.log" 2>&1; then # the lists are old, perhaps
		run_logged "$cache/apt-update.log" as_root apt-get update
		run_logged "$cache/servers.log" "${download[@]}"
	fi
	local package
	for package in *.deb; do
		dpkg-deb -x "$package" "$servers"
	done
	touch "$servers/.complete"
	cd "$cache" && rm -rf "$cache/servers-download"
}

# apt-get with lists and sources of its own: Debian 13's sources from the mirror this machine uses already.
private_apt() {
	apt-get -o Dir::State="$work/apt/state" -o Dir::State::status=/var/lib/dpkg/status \
		-o Dir::Cache="$work/apt/cache" -o Dir::Etc::SourceList="$work/apt/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=root "$@"
}

fetch_sources() {
	step="fetching the source packages of Debian $SUITE"
	advice="check that the machine's apt reaches its Debian mirror ('apt-get update') and that it still carries $SUITE"
	mkdir -p "$work"/apt/{state/lists/partial,cache/archives/partial}
	local mirror
	mirror=$(apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' |
		awk '$2 == "Debian" {print $1; exit}')
	if [ -z "$mirror" ]; then
		advice="add a Debian mirror to apt's sources: none of the configured ones is labelled Debian"
		false
	fi
	printf 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$SUITE" \
		>"$work/apt/sources.list"
	run_logged "$work/apt-update.log" private_apt update
	cd "$work"
	run_logged "$work/apt-source.log" private_apt source --download-only "falcosecurity-libs=$LIBS_DEBIAN" "$LIBBPF_SOURCE"
	dpkg-source --no-check -x "falcosecurity-libs_$LIBS_DEBIAN.dsc" libs >>"$work/unpack.log" 2>&1
	dpkg-source --no-check -x libbpf_*.dsc libbpf >>"$work/unpack.log" 2>&1
	local patch
	for patch in "$patches"/*.patch; do
		[ -e "$patch" ] || continue
		step="applying $(basename "$patch") to falcosecurity-libs"
		patch -d "$work/libs" -p1 <"$patch"
	done
}

build_libbpf() {
	step="building libbpf"
	advice="see the log above; it needs libelf-dev and zlib1g-dev"
	run_logged "$work/libbpf.log" make -C "$work/libbpf/src" -j "$jobs" install \
		PREFIX="$staging" LIBDIR="$staging/lib"
}

build_libs() {
	step="building falcosecurity-libs $LIBS_UPSTREAM (about five minutes on two cores)"
	advice="see the log above; removing $cache and running again starts afresh"
	say "$step"
	run_logged "$work/configure.log" cmake -S "$work/libs" -B "$work/build" -G Ninja "${LIBS_OPTIONS[@]}" \
		-DCMAKE_INSTALL_PREFIX="$staging" -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_INSTALL_RPATH='$ORIGIN' \
		-DLIBBPF_INCLUDE="$staging/include" -DLIBBPF_LIB="$staging/lib/libbpf.so"
	run_logged "$work/build.log" ninja -C "$work/build" -j "$jobs"
	run_logged "$work/install.log" ninja -C "$work/build" install
	find "$staging/lib" -name '*.so*' -type f -exec strip --strip-unneeded {} +
}

install_packages
install_test_programs
if [ ! -e "$servers/.complete" ]; then
	mkdir -p "$cache"
	exec 8>"$cache/.servers-lock"
	flock 8
	[ -e "$servers/.complete" ] || unpack_servers
fi
if [ ! -e "$prefix/.complete" ]; then
	step="preparing $cache"
	advice="make $cache writable, or set FALCO_DEPS_CACHE to a directory that is"
	mkdir -p "$cache"
	exec 9>"$cache/.lock"
	flock 9 # two clones that set up at the same time build once
	if [ ! -e "$prefix/.complete" ]; then
		work=$cache/work-$key
		staging=$prefix
		rm -rf "$work" "$prefix"
		mkdir -p "$work" "$prefix"
		fetch_sources
		build_libbpf
		build_libs
		touch "$prefix/.complete"
		cd "$cache" && rm -rf "$work"
	fi
fi
step="done"
say "libraries are in $prefix"
