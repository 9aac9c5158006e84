#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# abidiff_test.sh CC NEW_HEADER FOLDER - the types of the new header are those that were described when its version was
# frozen in FOLDER. Any difference, also an allowed one, wants a new minor version and scripts/freeze-abi.sh.
set -euo pipefail
compiler=$1 header=$2 folder=$3
here=$(cd "$(dirname "$0")" && pwd)
number() { sed -nE "s/^#define FALCO_ABI_$1 ([0-9]+)u\$/\1/p" "$header"; }
frozen=$folder/$(number MAJOR).$(number MINOR).abi
[ -f "$frozen" ] || { echo "FAILED: $frozen is not there: scripts/freeze-abi.sh makes it"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# same HEADER
same() {
	cp "$1" "$work/plugin.h"
	"$compiler" -std=c99 -g -fPIC -shared "-I$work" "$here/witness.c" -o "$work/witness.so"
	abidiff "$frozen" "$work/witness.so" >"$work/out" 2>&1
}

same "$header" || { echo "FAILED: the contract differs from $frozen:"; cat "$work/out"; exit 1; }

# What the layout alone does not show: another type of the same size, in a function's parameter.
sed -E 's/(\(\*event\)\(falco_tap \*self, const )falco_event/\1falco_match/' "$header" >"$work/changed.h"
cmp -s "$header" "$work/changed.h" && { echo "FAILED: nothing was changed"; exit 1; }
if same "$work/changed.h"; then echo "FAILED: abidiff does not see another parameter"; exit 1; fi
