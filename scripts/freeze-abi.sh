#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# freeze-abi.sh - puts down what the plugin header of now promises, under its version: tests/abi/M.N/plugin.h and
# tests/abi/M.N.abi (needs abigail-tools). For a new minor version, or, before a release, for the one that is not yet
# promised to anybody.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
header=$root/sdk/include/falco/plugin.h
number() { sed -nE "s/^#define FALCO_ABI_$1 ([0-9]+)u\$/\1/p" "$header"; }
version=$(number MAJOR).$(number MINOR)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$root/tests/abi/$version"
cp "$header" "$root/tests/abi/$version/plugin.h"
"${CC:-cc}" -std=c99 -g -fPIC -shared "-I$root/tests/abi/$version" "$root/tests/abi/witness.c" -o "$work/witness.so"
abidw --no-corpus-path --no-comp-dir-path --short-locs "$work/witness.so" >"$root/tests/abi/$version.abi"
echo "frozen: tests/abi/$version/plugin.h, tests/abi/$version.abi"
