#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds and runs the unit tests of common/, host/ and the outputs under sanitizers. libsinsp is not built with them, so
# what needs it is left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
jobs=$(nproc)
run() { # PRESET TARGET...
	local preset=$1
	shift
	echo "sanitize: $preset" >&2
	local log="build-$preset.log"
	if ! { cmake --preset "$preset" && cmake --build --preset "$preset" -j "$jobs" --target "$@"; } >"$log" 2>&1; then
		grep -E "error|FAILED|undefined" "$log" | head -n 40 >&2 || tail -n 40 "$log" >&2
		echo "sanitize: FAILED to build preset $preset: the whole output is in $log" >&2
		exit 1
	fi
	local pattern
	pattern=$(printf '%s\n' "$@" | sed -n 's/^test-\(.*\)/\1\\./p; s/^fuzz-\(.*\)/fuzz\\.\1$/p' | paste -sd '|')
	ctest --preset "$preset" -j "$jobs" -R "^($pattern)" --no-tests=error
}
run asan-ubsan falco test-common test-config test-plugins test-plugins-all test-pipeline test-log test-outputs \
	fuzz-configuration
run tsan test-pipeline test-log
