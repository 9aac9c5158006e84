#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the kernel module for a kernel that scripts/vm/fetch-kernels.sh fetched, and prints where it is. The module
# is kept in the dependency cache beside the libraries of the same version; a second run finds it there.
#
#   scripts/vm/build-module.sh 6.1
#
# Exit status: 0 built; 77 the kernel's headers cannot be had here; else the build failed.
set -euo pipefail
vm_program=build-module
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ $# -eq 1 ] && vm_suite "$1" >/dev/null || {
	echo "usage: scripts/vm/build-module.sh 6.1|6.12|newest" >&2
	exit 2
}
"$vm_here/fetch-kernels.sh" --headers "$1"

release=$(vm_release "$1")
prefix=$("$vm_here/../setup.sh" --prefix)
module=$prefix/modules/$release/scap.ko
[ -d "$prefix/src" ] || vm_fail $vm_broken "looking for the module's sources in $prefix/src" "run scripts/setup.sh"
mkdir -p "$(dirname "$module")"
exec 9>"$(dirname "$module")/.lock"
flock 9
if [ ! -e "$module" ]; then
	vm_say "building the kernel module for $release (half a minute)"
	"$vm_here/../falco-driver" build --source "$(echo "$prefix"/src/scap-*)" --headers "$vm_kernels/$1/headers" \
		--kernel "$release" --output "$module" >&2
fi
echo "$module"
