/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

struct falco_output {
	FILE *file;
	char path[512];
	uint64_t written;
};

/* The text between the last two quotes: the schema allows one string without escapes. */
static FILE *open_last_string(const char *config, char *path, size_t room)
{
	const char *end = strrchr(config, '"');
	const char *begin = end;
	while (begin && begin > config && begin[-1] != '"')
		--begin;
	if (!begin || begin == config || (size_t)(end - begin) >= room) return NULL;
	memcpy(path, begin, (size_t)(end - begin));
	path[end - begin] = '\0';
	return fopen(path, "a");
}

static falco_output *create(const falco_host *host, const char *config, falco_error *err)
{
	falco_output *self = calloc(1, sizeof *self);
	static const char made[] = "the sample was made";
	if (self) self->file = open_last_string(config, self->path, sizeof self->path);
	if (self && self->file && FALCO_HAS(host, log)) host->log(host, FALCO_LOG_INFO, made, sizeof made - 1);
	if (self && self->file) return self;
	free(self);
	err->status = FALCO_ERR_CONFIG;
	strcpy(err->message, "the sample cannot open its file");
	return NULL;
}

static falco_status write_alert(falco_output *self, const falco_alert *alert, falco_error *err)
{
	(void)err;
	fprintf(self->file, "%s/%s/%d/%u/%.*s\n", alert->rule, alert->tags[0] ? alert->tags[0] : "",
		(int)alert->priority, (unsigned)alert->field_count, (int)alert->message.size, alert->message.data);
	++self->written;
	return FALCO_OK;
}

static falco_status write_batch(falco_output *self, const falco_alert *const *alerts, size_t count, size_t *taken,
				falco_error *err)
{
	for (*taken = 0; *taken < count; ++*taken)
		write_alert(self, alerts[*taken], err);
	return FALCO_OK;
}

static falco_status flush(falco_output *self, falco_error *err)
{
	(void)err;
	return fflush(self->file) == 0 ? FALCO_OK : FALCO_ERR_RETRY;
}

static falco_status reopen(falco_output *self, falco_error *err)
{
	FILE *file = fopen(self->path, "a");
	if (!file) {
		strcpy(err->message, "the sample cannot open its file again");
		return FALCO_ERR_RETRY;
	}
	fclose(self->file);
	self->file = file;
	return FALCO_OK;
}

static void metrics(falco_output *self, const falco_metric_sink *sink)
{
	sink->counter(sink->ctx, "sample.written", self->written);
}

static void destroy(falco_output *self)
{
	fclose(self->file);
	free(self);
}

static const falco_output_ops ops = {
	.struct_size = sizeof ops,
	.create = create,
	.write = write_alert,
	.destroy = destroy,
	.write_batch = write_batch,
	.flush = flush,
	.reopen = reopen,
	.metrics = metrics,
};

SAMPLE_TABLE(FALCO_KIND_OUTPUT, output,
	     "{\"type\": \"object\", \"properties\": {\"path\": {\"type\": \"string\", \"default\": \"/dev/null\"}}}");
