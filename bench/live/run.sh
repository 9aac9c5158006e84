#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Live capture under load, in the virtual machine: falco with the shipped rules beside a program that only asks
# libsinsp for the next event. See docs/PERFORMANCE.md.
#
#   bench/live/run.sh [BUILD_DIR]      default: build
#
# Environment: KERNEL (default 6.1), ENGINES (default "kmod ebpf"), MEMORY_SECONDS (default 15: how long each of the
# four parts of the memory measurement makes system calls), VM_TIMEOUT (seconds an engine may take, default 1500).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${1:-build}
kernel=${KERNEL:-6.1}
results=$build/bench/live
mkdir -p "$results"
for engine in ${ENGINES:-kmod ebpf}; do
	echo "bench-live: $engine on $kernel, load of the machine: $(cut -d' ' -f1-3 /proc/loadavg)" >&2
	module=()
	[ "$engine" != kmod ] || module=(--module)
	out=$results/$engine
	rm -rf "$out"
	scripts/vm/run.sh --kernel "$kernel" --job bench/live/measure.sh --out "$out" --falco "$build" "${module[@]}" \
		--add "$build/bench/live-load:/usr/bin/load" --add "$build/tests/vm/next_only:/usr/bin/next_only" \
		--env ENGINE="$engine" --env MEMORY_SECONDS="${MEMORY_SECONDS:-15}" --timeout "${VM_TIMEOUT:-1500}" ||
		{ status=$?; cat "$out/job.log" >&2 || true; echo "bench-live: FAILED on $engine" >&2; exit $status; }
done
python3 bench/live/report.py "$results" ${ENGINES:-kmod ebpf}
