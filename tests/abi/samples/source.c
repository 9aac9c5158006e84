/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

struct falco_source {
	int starts;
	uint64_t number;
	uint64_t object;
};

static falco_source *create(const falco_host *host, const char *config, falco_error *err)
{
	(void)config, (void)err;
	host->log(host, FALCO_LOG_INFO, "sample source", 13);
	return calloc(1, sizeof(falco_source));
}

static falco_status start(falco_source *self, const falco_capture_request *request, falco_error *err)
{
	(void)request, (void)err;
	self->number = 0;
	return self->starts++ == 0 ? FALCO_OK : FALCO_END;
}

static void *context(falco_source *self)
{
	return self;
}

static falco_status next(falco_source *self, falco_event *out, falco_error *err)
{
	(void)err;
	if (self->number == 3) return FALCO_END;
	self->object = ++self->number;
	out->number = self->number;
	out->time_ns = 1465256864080226697u;
	out->object = &self->object;
	return FALCO_OK;
}

static void stop(falco_source *self)
{
	(void)self;
}

static void destroy(falco_source *self)
{
	free(self);
}

static void metrics(falco_source *self, const falco_metric_sink *sink)
{
	sink->counter(sink->ctx, "events", self->number);
}

static const falco_source_ops ops = {
	.struct_size = sizeof ops,
	.family = SAMPLE_FAMILY,
	.create = create,
	.start = start,
	.context = context,
	.next = next,
	.stop = stop,
	.destroy = destroy,
	.metrics = metrics,
};

SAMPLE_TABLE(FALCO_KIND_SOURCE, source, NULL);
