// SPDX-License-Identifier: Apache-2.0
//
// How the values of events' parameters are written, by their types.
#pragma once

#include <libscap/scap.h>

#include <cstddef>

namespace falco::sinsp_family {

// How many bytes a number of this type takes; 0: it is no number.
constexpr std::size_t number_width(ppm_param_type type)
{
	switch (type) {
	case PT_INT8:
	case PT_UINT8:
	case PT_FLAGS8:
	case PT_ENUMFLAGS8:
	case PT_SIGTYPE:
	case PT_L4PROTO:
	case PT_SOCKFAMILY:
		return 1;
	case PT_INT16:
	case PT_UINT16:
	case PT_FLAGS16:
	case PT_ENUMFLAGS16:
	case PT_SYSCALLID:
	case PT_PORT:
		return 2;
	case PT_INT32:
	case PT_UINT32:
	case PT_FLAGS32:
	case PT_ENUMFLAGS32:
	case PT_BOOL:
	case PT_UID:
	case PT_GID:
	case PT_MODE:
	case PT_SIGSET:
		return 4;
	case PT_INT64:
	case PT_UINT64:
	case PT_ERRNO:
	case PT_FD:
	case PT_PID:
	case PT_RELTIME:
	case PT_ABSTIME:
		return 8;
	default:
		return 0;
	}
}

// Whether a number of this type may be below zero.
constexpr bool is_signed(ppm_param_type type)
{
	switch (type) {
	case PT_INT8:
	case PT_INT16:
	case PT_INT32:
	case PT_INT64:
	case PT_ERRNO:
	case PT_FD:
	case PT_PID:
		return true;
	default:
		return false;
	}
}

// Text that ends in NUL.
constexpr bool is_text(ppm_param_type type)
{
	return type == PT_CHARBUF || type == PT_FSPATH || type == PT_FSRELPATH;
}

} // namespace falco::sinsp_family
