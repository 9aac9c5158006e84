# SPDX-License-Identifier: Apache-2.0
#
# What the scripts of this folder share: where things are kept, and how a failure is told. Sourced, not run.
# shellcheck shell=bash

vm_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vm_cache=${FALCO_DEPS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/falco-deps}
vm_kernels=$vm_cache/kernels

# Exit statuses besides those of a job.
vm_unavailable=77 # no QEMU, or no kernel to be had: tests skip
vm_broken=125     # the virtual machine itself failed

vm_say() { printf '%s: %s\n' "${vm_program:-vm}" "$*" >&2; }

# vm_fail STATUS WHAT ADVICE
vm_fail() {
	vm_say "FAILED while $2"
	vm_say "what to do: $3"
	exit "$1"
}

# The suite of Debian that carries a kernel.
vm_suite() {
	case $1 in
	6.1) echo bookworm ;;
	6.12) echo trixie ;;
	newest) echo sid ;;
	*) return 1 ;;
	esac
}

# The release (as uname -r says it) of a fetched kernel.
vm_release() { cat "$vm_kernels/$1/release"; }
