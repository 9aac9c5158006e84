// SPDX-License-Identifier: Apache-2.0
//
// Loaded before the C library: every name is this host, which is known after a while; each question is told on standard
// error, with the kind of thread that asks.
#define _GNU_SOURCE
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
	(void)service, (void)hints;
	dprintf(STDERR_FILENO, "%s asked for %s\n", gettid() == getpid() ? "the capture" : "a thread", name);
	const struct timespec late = {0, 100000000};
	nanosleep(&late, NULL);
	struct addrinfo *one = calloc(1, sizeof *one);
	struct sockaddr_in *address = calloc(1, sizeof *address);
	if (!one || !address) {
		abort();
	}
	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	one->ai_family = AF_INET;
	one->ai_addr = (struct sockaddr *)address;
	*found = one;
	return 0;
}

void freeaddrinfo(struct addrinfo *found)
{
	free(found->ai_addr);
	free(found);
}
