#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the kernel module for a kernel that scripts/vm/fetch-kernels.sh fetched, and prints where it is. The module
# is kept in the dependency cache beside the libraries of the same version; a second run finds it there.
#
#   scripts/vm/build-module.sh 6.1
#   scripts/vm/build-module.sh 6.1 9     with this major version of its API instead of its own
#
# Exit status: 0 built; 77 the kernel's headers cannot be had here; else the build failed.
set -euo pipefail
vm_program=build-module
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ $# -ge 1 ] && [ $# -le 2 ] && vm_suite "$1" >/dev/null || {
	echo "usage: scripts/vm/build-module.sh 6.1|6.12|newest [API]" >&2
	exit 2
}
"$vm_here/fetch-kernels.sh" --headers "$1"

release=$(vm_release "$1")
prefix=$("$vm_here/../setup.sh" --prefix)
api=${2:-}
module=$prefix/modules/$release/${api:+api-$api/}scap.ko
[ -d "$prefix/src" ] || vm_fail $vm_broken "looking for the module's sources in $prefix/src" "run scripts/setup.sh"
mkdir -p "$(dirname "$module")"
exec 9>"$(dirname "$module")/.lock"
flock 9
if [ ! -e "$module" ]; then
	vm_say "building the kernel module for $release${api:+ with API version $api} (half a minute)"
	source=$(echo "$prefix"/src/scap-*)
	if [ -n "$api" ]; then
		changed=$(mktemp -d "${TMPDIR:-/tmp}/falco-module-XXXXXX")
		trap 'rm -rf "$changed"' EXIT
		cp -r "$source/." "$changed"
		sed -i "s/^\(#define PPM_API_CURRENT_VERSION_MAJOR\) .*/\1 $api/" "$changed/driver_config.h"
		source=$changed
	fi
	"$vm_here/../falco-driver" build --source "$source" --headers "$vm_kernels/$1/headers" \
		--kernel "$release" --output "$module" >&2
fi
echo "$module"
