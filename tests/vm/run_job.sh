#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# One test: a job in the guest, with its words shown, and a failure instead of a skip where FALCO_REQUIRE_VM=1 asks for
# it. Arguments are those of scripts/vm/run.sh.
set -u
arguments=("$@")
out=''
while [ $# -gt 0 ]; do
	[ "$1" = --out ] && out=$2
	shift
done
mkdir -p "$out"
rm -f "$out/job.log"
"$(dirname "${BASH_SOURCE[0]}")/../../scripts/vm/run.sh" "${arguments[@]}"
status=$?
[ ! -e "$out/job.log" ] || cat "$out/job.log"
if [ $status -eq 77 ]; then
	if [ "${FALCO_REQUIRE_VM:-0}" = 1 ]; then
		echo "FAILED: the virtual machine cannot be had here (see above), and FALCO_REQUIRE_VM=1 asks for it" >&2
		exit 1
	fi
	echo "SKIPPED: the virtual machine cannot be had here, see above; FALCO_REQUIRE_VM=1 makes this a failure" >&2
fi
exit $status
