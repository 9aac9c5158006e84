#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# layout_test.sh CXX NEW_HEADER FROZEN_HEADER... - the new header keeps the promises of each frozen one. Then the gate is
# tried itself: it must see a member that is inserted, removed, widened or moved, and a constant that changes; and must let
# a struct grow at its end.
set -euo pipefail
compiler=$1 new=$2
shift 2
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# keeps FROZEN NEW
keeps() {
	python3 "$here/layout_asserts.py" "$1" "$2" >"$work/asserts.cpp"
	[ "$(grep -c static_assert "$work/asserts.cpp")" -gt 100 ] || { echo "FAILED: hardly anything is asserted"; exit 1; }
	"$compiler" -std=c++17 -fsyntax-only -Wall -Wextra -Werror "$work/asserts.cpp" 2>"$work/errors"
}

for frozen in "$@"; do
	keeps "$frozen" "$new" || { echo "FAILED: $new breaks the promises of $frozen:"; cat "$work/errors"; exit 1; }
done

# breaks SED_EXPRESSION EXPECTED
breaks() {
	sed -E "$1" "$new" >"$work/changed.h"
	cmp -s "$new" "$work/changed.h" && { echo "FAILED: $1 changes nothing"; exit 1; }
	if keeps "$new" "$work/changed.h"; then echo "FAILED: nobody sees '$1'"; exit 1; fi
	grep -q "$2" "$work/errors" || { echo "FAILED: no '$2' in:"; cat "$work/errors"; exit 1; }
}
breaks 's/^(\s*)(const char \*rule;)/\1uint64_t inserted; \2/' 'falco_alert.rule has changed'
breaks 's/^\s*uint64_t sequence;.*$//' 'sequence'
breaks 's/uint32_t width;/uint64_t width;/' 'falco_piece'
breaks 's/FALCO_ERR_RETRY = -2/FALCO_ERR_RETRY = -7/' 'FALCO_ERR_RETRY has changed'
breaks 's/(#define FALCO_OUTPUT_BARE) 1u/\1 2u/' 'FALCO_OUTPUT_BARE has changed'
breaks 's/^(\s*)uint64_t reserved;/\1uint64_t reserved; uint64_t grown;/' 'the size of falco_event has changed'

sed -E 's/^(\} falco_alert;)/\tuint64_t grown;\n\1/' "$new" >"$work/grown.h"
cmp -s "$new" "$work/grown.h" && { echo "FAILED: nothing has grown"; exit 1; }
keeps "$new" "$work/grown.h" || { echo "FAILED: a struct with struct_size may grow:"; cat "$work/errors"; exit 1; }
