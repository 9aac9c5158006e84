/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FALCO_TESTS_FAKE_EVENT_H
#define FALCO_TESTS_FAKE_EVENT_H

#include <stdint.h>

/* What a falco_event's object points to in the family "fake/1". */
struct fake_event {
	uint64_t number;
	const char *name;
};

#endif
