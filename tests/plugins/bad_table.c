/* SPDX-License-Identifier: Apache-2.0 */
/* An output that does nothing. Each variant spoils one member of its table. */
#include <falco/plugin.h>

#include <stdlib.h>

#ifndef BAD_MAGIC
#define BAD_MAGIC FALCO_ABI_MAGIC
#endif
#ifndef BAD_SIZE
#define BAD_SIZE sizeof(falco_plugin)
#endif
#ifndef BAD_MAJOR
#define BAD_MAJOR FALCO_ABI_MAJOR
#endif
#ifndef BAD_MINOR
#define BAD_MINOR FALCO_ABI_MINOR
#endif
#ifndef BAD_KIND
#define BAD_KIND FALCO_KIND_OUTPUT
#endif
#ifndef BAD_FLAGS
#define BAD_FLAGS 0
#endif
#ifndef BAD_NAME
#define BAD_NAME "bad"
#endif
#ifndef BAD_VERSION
#define BAD_VERSION "1.0.0"
#endif
#ifndef BAD_DESCRIPTION
#define BAD_DESCRIPTION "does nothing"
#endif
#ifndef BAD_SCHEMA
#define BAD_SCHEMA NULL
#endif
#ifndef BAD_MATCHER
#define BAD_MATCHER NULL
#endif
#ifndef BAD_OUTPUT
#define BAD_OUTPUT &ops
#endif
#ifndef BAD_OPS_SIZE
#define BAD_OPS_SIZE sizeof(falco_output_ops)
#endif
#ifndef BAD_OPS_FLAGS
#define BAD_OPS_FLAGS 0
#endif
#ifndef BAD_CREATE
#define BAD_CREATE create
#endif
#ifndef BAD_WRITE
#define BAD_WRITE write_alert
#endif
#ifdef BAD_REST /* what stands where an older plugin's table has ended: nobody may look */
#define REST(member) (__typeof__(((falco_output_ops *)0)->member))(uintptr_t)1
#define BAD_TAP (const falco_tap_ops *)(uintptr_t)1
#define CALLED (void)0
#else
#define CALLED abort() /* the host only looks at such a table */
#define REST(member) NULL
#define BAD_TAP NULL
#endif
#ifndef BAD_DESTROY
#define BAD_DESTROY destroy
#endif

static int instance;

__attribute__((unused)) static falco_output *create(const falco_host *host, const char *config, falco_error *err)
{
	(void)host, (void)config, (void)err;
	CALLED;
	return (falco_output *)&instance;
}

__attribute__((unused)) static falco_status write_alert(falco_output *self, const falco_alert *alert, falco_error *err)
{
	(void)self, (void)alert, (void)err;
	CALLED;
	return FALCO_OK;
}

__attribute__((unused)) static void destroy(falco_output *self)
{
	(void)self;
	CALLED;
}

__attribute__((unused)) static const falco_matcher_ops matcher_ops;

__attribute__((unused)) static const falco_output_ops ops = {BAD_OPS_SIZE, BAD_OPS_FLAGS, BAD_CREATE,
							     BAD_WRITE,    BAD_DESTROY,   REST(write_batch),
							     REST(flush),  REST(reopen),  REST(metrics)};

const falco_plugin falco_plugin_entry = {BAD_MAGIC,   BAD_SIZE,    BAD_MAJOR,       BAD_MINOR, BAD_KIND,   BAD_FLAGS,
					 BAD_NAME,    BAD_VERSION, BAD_DESCRIPTION, NULL,      BAD_SCHEMA, NULL,
					 BAD_MATCHER, BAD_OUTPUT,  BAD_TAP,         NULL};
