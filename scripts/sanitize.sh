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
	cmake --preset "$preset" >/dev/null
	cmake --build --preset "$preset" -j "$jobs" --target "$@" >/dev/null
	local pattern
	pattern=$(printf '%s\n' "$@" | sed -n 's/^test-\(.*\)/\1/p' | paste -sd '|')
	ctest --preset "$preset" -j "$jobs" -R "^($pattern)\." --no-tests=error
}
run asan-ubsan falco test-common test-config test-plugins test-pipeline test-log test-outputs
run tsan test-pipeline test-log
