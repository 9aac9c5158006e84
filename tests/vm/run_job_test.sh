#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Where QEMU cannot be had, a job is skipped with what is missing and what to do about it; FALCO_REQUIRE_VM=1 makes that
# a failure. QEMU is kept away by a PATH of links to all other programs.
#
#   run_job_test.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
mkdir "$top/bin" "$top/out"
IFS=: read -ra folders <<<"$PATH"
for folder in "${folders[@]}"; do
	[ -d "$folder" ] && find "$folder/" -maxdepth 1 ! -type d ! -name 'qemu-system-*' -exec ln -sft "$top/bin" {} +
done
echo 'echo the job runs' >"$top/job.sh"

# expect STATUS TEXT [NAME=VALUE]: the job ends with the status, after the text.
expect() {
	local status=$1 text=$2 got=0
	env -u FALCO_REQUIRE_VM ${3:+"$3"} PATH="$top/bin" "$here/run_job.sh" --kernel 6.1 --no-falco \
		--job "$top/job.sh" --out "$top/out" >"$top/said" 2>&1 || got=$?
	if [ $got -ne "$status" ] || ! grep -qF -- "$text" "$top/said"; then
		echo "FAILED: expected status $status and '$text', got status $got and:"
		cat "$top/said"
		exit 1
	fi
}

expect 77 'SKIPPED: the virtual machine cannot be had here'
expect 77 'looking for qemu-system-x86_64'
expect 77 'apt-get install qemu-system-x86'
expect 77 'SKIPPED: ' FALCO_REQUIRE_VM=0
expect 1 'FAILED: the virtual machine cannot be had here (see above), and FALCO_REQUIRE_VM=1' FALCO_REQUIRE_VM=1
echo "all as expected"
