// SPDX-License-Identifier: Apache-2.0
//
// The family "lines/1": an event is a line of a text file. It is plain data, so the anchor is NULL: there is no library
// that source and matcher must share.
#pragma once

#include <falco/plugin.h>

// What falco_event.object points to.
struct LineEvent {
	falco_str text;   // without its end; valid until the next event
	const char *file; // where it stands; ends in NUL
};

inline constexpr falco_family line_family = {"lines/1", nullptr};
