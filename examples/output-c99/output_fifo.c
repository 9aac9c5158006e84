/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output-fifo: writes each alert's line into a file or a named pipe that exists already. In C99, with nothing but the
 * contract's header; open(2) and write(2) are POSIX.
 */
#define _POSIX_C_SOURCE 200809L

#include <falco/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct falco_output {
	char *path;
	int fd; /* -1: is to be opened */
};

/* One string that needs no escapes, as the schema says. */
static const char schema[] =
	"{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"path\"], \"properties\": {"
	"\"path\": {\"type\": \"string\", \"pattern\": \"^/[A-Za-z0-9/._-]+$\", \"description\": \"absolute path\"}}}";

static falco_status fail(falco_error *err, falco_status status, const char *what, const char *why)
{
	err->status = status;
	snprintf(err->message, sizeof err->message, "%.400s: %.80s", what, why);
	return status;
}

/* The text between the last two quotes, allocated; NULL when there are none, or no memory. */
static char *last_string(const char *config)
{
	const char *end = strrchr(config, '"');
	const char *begin = end;
	while (begin && begin > config && begin[-1] != '"')
		--begin;
	if (!begin || begin == config) return NULL;
	const size_t size = (size_t)(end - begin);
	char *text = malloc(size + 1);
	if (!text) return NULL;
	memcpy(text, begin, size);
	text[size] = '\0';
	return text;
}

static int open_it(falco_output *self, int flags)
{
	if (self->fd < 0) self->fd = open(self->path, O_WRONLY | O_APPEND | O_CLOEXEC | flags);
	return self->fd;
}

static void destroy(falco_output *self)
{
	if (self->fd >= 0) close(self->fd);
	free(self->path);
	free(self);
}

static falco_output *create(const falco_host *host, const char *config, falco_error *err)
{
	(void)host;
	falco_output *self = calloc(1, sizeof *self);
	if (self) self->fd = -1;
	if (self) self->path = last_string(config);
	if (!self || !self->path) {
		free(self);
		fail(err, FALCO_ERR_CONFIG, "path", "is missing");
		return NULL;
	}
	/* A pipe that nobody reads yet is no mistake of the configuration. */
	if (open_it(self, O_NONBLOCK) < 0 && errno != ENXIO) {
		fail(err, FALCO_ERR_CONFIG, self->path, strerror(errno));
		destroy(self);
		return NULL;
	}
	return self;
}

static falco_status write_alert(falco_output *self, const falco_alert *alert, falco_error *err)
{
	if (open_it(self, O_NONBLOCK) < 0) return fail(err, FALCO_ERR_RETRY, self->path, strerror(errno));
	char *text = malloc(alert->line.size + 1);
	if (!text) return fail(err, FALCO_ERR_RETRY, self->path, "out of memory");
	memcpy(text, alert->line.data, alert->line.size);
	text[alert->line.size] = '\n';
	size_t done = 0;
	while (done <= alert->line.size) {
		const ssize_t size = write(self->fd, text + done, alert->line.size + 1 - done);
		if (size < 0 && errno == EINTR) continue;
		if (size < 0) break;
		done += (size_t)size;
	}
	free(text);
	if (done > alert->line.size) return FALCO_OK;
	const int why = errno;
	close(self->fd);
	self->fd = -1;
	return fail(err, FALCO_ERR_RETRY, self->path, strerror(why));
}

static falco_status reopen(falco_output *self, falco_error *err)
{
	if (self->fd >= 0) close(self->fd);
	self->fd = -1;
	if (open_it(self, O_NONBLOCK) >= 0) return FALCO_OK;
	return fail(err, FALCO_ERR_RETRY, self->path, strerror(errno));
}

static const falco_output_ops ops = {
	.struct_size = sizeof ops,
	.create = create,
	.write = write_alert,
	.destroy = destroy,
	.reopen = reopen,
};

const falco_plugin falco_plugin_entry = {
	.magic = FALCO_ABI_MAGIC,
	.struct_size = sizeof falco_plugin_entry,
	.abi_major = FALCO_ABI_MAJOR,
	.abi_minor = FALCO_ABI_TARGET_MINOR,
	.kind = FALCO_KIND_OUTPUT,
	.name = "fifo",
	.version = "1.0.0",
	.description = "writes alerts into a file or named pipe that exists",
	.config_schema = schema,
	.output = &ops,
};
