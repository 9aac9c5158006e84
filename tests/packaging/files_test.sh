#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# files_test.sh SOURCE_DIR BUILD_DIR - what systemd-analyze, shellcheck and logrotate say of the installed service files,
# where there are such programs; and that nothing in them was left to be filled in.
set -euo pipefail
source_dir=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake -DFALCO_PREFIX="$work" "-DFALCO_SUBDIRS=bin;etc;doc" -DFALCO_SOURCE="$source_dir/packaging" \
	-P "$source_dir/packaging/fill.cmake" >/dev/null 2>&1
mkdir "$work/bin" "$work/doc"
ln -s "$build/falco" "$work/bin/falco"
touch "$work/doc/README.md"
if grep -rnE '@[A-Z_]+@' "$work/etc" "$work/lib"; then echo "FAILED: left to be filled in"; exit 1; fi
grep -q "^ExecStart=$work/bin/falco " "$work/lib/systemd/system/falco.service"
[ -x "$work/etc/init.d/falco" ]
# Where falco.yaml suggests to keep spools, the service can write.
grep -q 'spool: {dir: /var/lib/falco/' "$source_dir/falco.yaml"
grep -qx 'StateDirectory=falco' "$work/lib/systemd/system/falco.service"

if command -v systemd-analyze >/dev/null; then
	echo "-- systemd-analyze verify"
	systemd-analyze verify --man=no "$work/lib/systemd/system/falco.service" >"$work/out" 2>&1 || true
	if grep -F falco.service "$work/out"; then exit 1; fi
	echo "-- systemd-analyze security"
	# 3.5 of 10 is how much a monitor that is root and sees the whole machine leaves open; no more.
	if systemd-analyze --help | grep -q -e --threshold && systemd-analyze --help | grep -q -e --offline; then
		systemd-analyze security --no-pager --offline=yes --threshold=36 "$work/lib/systemd/system/falco.service" |
			tail -n 1
	fi
fi
if command -v shellcheck >/dev/null; then
	echo "-- shellcheck"
	shellcheck "$work/etc/init.d/falco" "$source_dir"/tests/packaging/*.sh
fi
if command -v logrotate >/dev/null; then
	echo "-- logrotate"
	logrotate --debug "$work/etc/logrotate.d/falco" 2>&1 | (! grep -i error)
fi
sh -n "$work/etc/init.d/falco"
echo "-- done"
