/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

struct falco_tool {
	int unused;
};

static falco_tool *create(const falco_host *host, const char *config, falco_error *err)
{
	(void)host, (void)config, (void)err;
	return calloc(1, sizeof(falco_tool));
}

static falco_status run(falco_tool *self, const falco_tool_request *request, int32_t *exit_status, falco_error *err)
{
	(void)self;
	if (strcmp(request->command, "greet") != 0) {
		err->status = FALCO_ERR_CONFIG;
		strcpy(err->message, "there is no such command");
		return FALCO_ERR_CONFIG;
	}
	request->out->write(request->out->ctx, "hello\n", 6);
	*exit_status = 0;
	return FALCO_OK;
}

static void destroy(falco_tool *self)
{
	free(self);
}

static const falco_tool_ops ops = {
	.struct_size = sizeof ops,
	.commands = "[{\"name\": \"greet\", \"description\": \"Says hello\", \"arguments\": []}]",
	.create = create,
	.run = run,
	.destroy = destroy,
};

SAMPLE_TABLE(FALCO_KIND_TOOL, tool, NULL);
