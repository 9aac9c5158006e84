#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the fuzzers with clang and runs each for a while, beginning with the inputs in fuzz/corpus/. What they find on
# the way is kept in build-fuzz/corpus/; the input that ended one is build-fuzz/NAME-crash-*. libsinsp is not
# instrumented: what happens in it is only seen when it crashes.
#
#   scripts/fuzz.sh [SECONDS [NAME...]]      60 seconds each of: rules condition configuration
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1:-60}
shift || true
names=("$@")
[ $# -gt 0 ] || names=(rules condition configuration)

targets=("${names[@]/#/fuzz-}")
log=build-fuzz.log
if ! { cmake --preset fuzz && cmake --build --preset fuzz -j "$(nproc)" --target "${targets[@]}"; } >"$log" 2>&1; then
	grep -E "error|FAILED|undefined" "$log" | head -n 40 >&2 || tail -n 40 "$log" >&2
	echo "fuzz: FAILED to build: the whole output is in $log" >&2
	exit 1
fi

# Where std::vector of libsinsp grows, its new bytes are not known to ours.
export ASAN_OPTIONS=detect_container_overflow=0 UBSAN_OPTIONS=print_stacktrace=1
status=0
for name in "${names[@]}"; do
	echo "fuzz: $name, $seconds seconds" >&2
	found=build-fuzz/corpus/$name
	mkdir -p "$found"
	if ! build-fuzz/fuzz/fuzz-"$name" -max_total_time="$seconds" -dict="fuzz/$name.dict" -artifact_prefix="build-fuzz/$name-" \
		-timeout=20 -rss_limit_mb=3000 -max_len=16384 -print_final_stats=1 "$found" "fuzz/corpus/$name" \
		>"build-fuzz/$name.log" 2>&1; then
		tail -n 40 "build-fuzz/$name.log" >&2
		echo "fuzz: $name FAILED: the input is build-fuzz/$name-*, the whole output build-fuzz/$name.log" >&2
		status=1
		continue
	fi
	grep -E "stat::number_of_executed_units" "build-fuzz/$name.log" | sed "s/^.*: */fuzz: $name: inputs tried: /" >&2
done
exit $status
