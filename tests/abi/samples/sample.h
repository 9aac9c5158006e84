/* SPDX-License-Identifier: Apache-2.0 */
/* What the sample plugins share. They are built against every frozen header, which the include path names, and run in
   today's falco. Each uses all that its kind must have, and one optional function; an output all of them. */
#include "plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_FAMILY                                                                                                  \
	{                                                                                                              \
		"abi-sample/1", NULL                                                                                   \
	}

#define SAMPLE_TABLE(KIND, MEMBER, SCHEMA)                                                                             \
	const falco_plugin falco_plugin_entry = {                                                                      \
		.magic = FALCO_ABI_MAGIC,                                                                              \
		.struct_size = sizeof(falco_plugin),                                                                   \
		.abi_major = FALCO_ABI_MAJOR,                                                                          \
		.abi_minor = FALCO_ABI_TARGET_MINOR,                                                                   \
		.kind = KIND,                                                                                          \
		.name = "sample",                                                                                      \
		.version = "1.0.0",                                                                                    \
		.description = "a plugin of its time",                                                                 \
		.config_schema = SCHEMA,                                                                               \
		.MEMBER = &ops,                                                                                        \
	}
