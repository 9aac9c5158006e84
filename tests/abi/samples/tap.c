/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

struct falco_tap {
	const falco_host *host;
	unsigned events;
};

static falco_tap *create(const falco_host *host, const char *config, falco_error *err)
{
	falco_tap *self = calloc(1, sizeof *self);
	(void)config, (void)err;
	if (self) self->host = host;
	return self;
}

static falco_status bind(falco_tap *self, void *context, falco_error *err)
{
	(void)context, (void)err;
	self->events = 0;
	return FALCO_OK;
}

static falco_status event(falco_tap *self, const falco_event *event, falco_error *err)
{
	(void)event, (void)err;
	++self->events;
	return FALCO_OK;
}

static falco_status flush(falco_tap *self, falco_error *err)
{
	(void)self, (void)err;
	return FALCO_OK;
}

static void unbind(falco_tap *self)
{
	char text[32];
	const int size = snprintf(text, sizeof text, "saw %u events", self->events);
	if (self->host->log_enabled(self->host, FALCO_LOG_INFO))
		self->host->log(self->host, FALCO_LOG_INFO, text, (size_t)size);
}

static void destroy(falco_tap *self)
{
	free(self);
}

static const falco_tap_ops ops = {
	.struct_size = sizeof ops,
	.family = SAMPLE_FAMILY,
	.create = create,
	.bind = bind,
	.event = event,
	.flush = flush,
	.unbind = unbind,
	.destroy = destroy,
};

SAMPLE_TABLE(FALCO_KIND_TAP, tap, NULL);
