/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

struct falco_matcher {
	int unused;
};

static falco_matcher *create(const falco_host *host, const char *config, falco_error *err)
{
	(void)host, (void)config, (void)err;
	return calloc(1, sizeof(falco_matcher));
}

static falco_status load(falco_matcher *self, const falco_load_request *request, const falco_report *report,
			 const falco_rule_sink *rules, falco_error *err)
{
	static const char *const fields[] = {"sample.number"};
	static const char *const tags[] = {"sample", NULL};
	const falco_piece output[] = {{{"number ", 7}, -1, 0}, {{NULL, 0}, 0, 0}};
	const falco_rule rule = {
		.struct_size = sizeof rule,
		.priority = 4,
		.name = "every_event",
		.desc = "every event",
		.source = "sample",
		.tags = tags,
		.output = output,
		.output_size = 2,
		.field_count = 1,
		.fields = fields,
	};
	FILE *file = fopen(request->paths[0], "r");
	const int first = file ? fgetc(file) : 255; /* a file that begins with no ASCII is no file of rules */
	falco_finding finding = {
		.struct_size = sizeof finding,
		.level = first > 127 ? FALCO_LOG_ERROR : FALCO_LOG_WARN,
		.code = "sample",
		.file = request->paths[0],
		.line = 1,
		.message = first > 127 ? "is no text" : "is not read",
	};
	(void)self;
	if (file) fclose(file);
	report->add(report->ctx, &finding);
	if (first > 127) {
		err->status = FALCO_ERR_CONFIG;
		strcpy(err->message, "the rules are no text");
		return FALCO_ERR_CONFIG;
	}
	rules->add(rules->ctx, &rule);
	return FALCO_OK;
}

static falco_status bind(falco_matcher *self, void *context, falco_error *err)
{
	(void)self, (void)err;
	return context ? FALCO_OK : FALCO_ERR_FATAL;
}

static falco_status match(falco_matcher *self, const falco_event *event, const falco_match_sink *sink, falco_error *err)
{
	char text[32];
	const falco_value value = {{text, 0}, {NULL, 0}};
	falco_value values[1] = {value};
	const falco_match found = {
		.struct_size = sizeof found,
		.time_ns = event->time_ns,
		.event_number = event->number,
		.values = values,
	};
	(void)self, (void)err;
	values[0].text.size = (size_t)snprintf(text, sizeof text, "%u", (unsigned)*(uint64_t *)event->object);
	sink->emit(sink->ctx, &found);
	return FALCO_OK;
}

static void unbind(falco_matcher *self)
{
	(void)self;
}

static void destroy(falco_matcher *self)
{
	free(self);
}

static void interests(falco_matcher *self, const falco_text_sink *sink)
{
	(void)self;
	sink->write(sink->ctx, "all", 3);
}

static const falco_matcher_ops ops = {
	.struct_size = sizeof ops,
	.family = SAMPLE_FAMILY,
	.create = create,
	.load = load,
	.bind = bind,
	.match = match,
	.unbind = unbind,
	.destroy = destroy,
	.interests = interests,
};

SAMPLE_TABLE(FALCO_KIND_MATCHER, matcher, NULL);
