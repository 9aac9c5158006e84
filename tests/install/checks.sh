# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0
# What the tests of installed trees share; they have a folder $work of their own.

# Runs a command and keeps what it prints in $work/out; shows that when it fails.
run() {
	"$@" >"$work/out" 2>&1 || { echo "FAILED: $*"; cat "$work/out"; exit 1; }
}
# expect PATTERN FILE: a line of the file is like it.
expect() {
	grep -qE -- "$1" "$2" || { echo "FAILED: no line like '$1' in $2:"; cat "$2"; exit 1; }
}
# refute PATTERN FILE: none is.
refute() {
	if grep -E -- "$1" "$2"; then echo "FAILED: $2 should not hold this"; exit 1; fi
}
