/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes system calls at a known rate, and measures how long an alert takes to reach the disk. Runs in the guest.
 *
 *   load rate CALLS_PER_SECOND SECONDS   calls that the shipped rules look at, evenly spread; 0: as many as possible
 *   load probe COUNT PAUSE_MS ALERTS     opens /tmp/probe-N for writing and waits until the file ALERTS names it
 *   load spawn COUNT                     short-lived processes, one after the other
 *
 * Each prints one line of key=value pairs. Exit status 1 with a message when a call fails that must not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int fail(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void rest(double seconds)
{
	const struct timespec pause = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
	nanosleep(&pause, NULL);
}

/* One round is ten calls that rules and state both look at; none of them matches a shipped rule. */
enum { kCallsOfARound = 10 };

static void round_of_calls(void)
{
	int fd = open("/etc/hosts", O_RDONLY);
	if (fd < 0) fail("open /etc/hosts");
	close(fd);
	fd = open("/tmp/load", O_WRONLY | O_CREAT, 0600);
	if (fd < 0) fail("open /tmp/load");
	close(fd);
	rename("/tmp/load", "/tmp/load.1");
	unlink("/tmp/load.1");
	mkdir("/tmp/load.d", 0700);
	rmdir("/tmp/load.d");
	close(open("/no/such/file", O_RDONLY));
}

static int rate(double calls_per_second, double seconds)
{
	const double begun = now();
	unsigned long long calls = 0;
	double time = begun;
	while (time - begun < seconds) {
		round_of_calls();
		calls += kCallsOfARound;
		time = now();
		const double due = calls_per_second > 0 ? begun + (double)calls / calls_per_second : 0;
		if (due > time + 0.002) {
			rest(due - time);
			time = now();
		}
	}
	printf("calls=%llu seconds=%.3f calls_per_s=%.0f\n", calls, time - begun, (double)calls / (time - begun));
	return 0;
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Whether the file, read from where it was read last, names the probe. */
static int named(int alerts, const char *probe)
{
	static char kept[65536];
	static size_t size;
	for (;;) {
		if (size > sizeof kept / 2) { /* what is this old is no longer asked for */
			memmove(kept, kept + size - 4096, 4096);
			size = 4096;
		}
		const ssize_t got = read(alerts, kept + size, sizeof kept - 1 - size);
		if (got <= 0) break;
		size += (size_t)got;
	}
	return memmem(kept, size, probe, strlen(probe)) != NULL;
}

static int probe(int count, int pause_ms, const char *path)
{
	const int watch = inotify_init1(IN_CLOEXEC);
	if (watch < 0 || inotify_add_watch(watch, path, IN_MODIFY) < 0) fail(path);
	const int alerts = open(path, O_RDONLY);
	if (alerts < 0) fail(path);
	double *took = calloc((size_t)count, sizeof *took);
	int missing = 0, seen = 0;
	for (int i = 0; i < count; i++) {
		char name[64], end[64];
		snprintf(name, sizeof name, "/tmp/probe-%d.", i);
		snprintf(end, sizeof end, "probe-%d.", i);
		const double begun = now();
		close(open(name, O_WRONLY | O_CREAT, 0600));
		int found = 0;
		while (!(found = named(alerts, end)) && now() - begun < 5) {
			struct pollfd wait = {watch, POLLIN, 0};
			if (poll(&wait, 1, 100) > 0) {
				char ignored[4096];
				if (read(watch, ignored, sizeof ignored) < 0) fail("inotify");
			}
		}
		if (found) {
			took[seen++] = now() - begun;
		} else {
			missing++;
		}
		unlink(name);
		rest((double)pause_ms / 1e3);
	}
	qsort(took, (size_t)seen, sizeof *took, ascending);
	if (seen > 0) {
		printf("probes=%d missing=%d median_ms=%.2f p99_ms=%.2f max_ms=%.2f\n", count, missing,
		       took[seen / 2] * 1e3, took[(seen * 99 + 99) / 100 - 1] * 1e3, took[seen - 1] * 1e3);
	} else {
		printf("probes=%d missing=%d\n", count, missing);
	}
	return missing > 0;
}

static int spawn(int count)
{
	const double begun = now();
	for (int i = 0; i < count; i++) {
		const pid_t child = fork();
		if (child < 0) fail("fork");
		if (child == 0) _exit(0);
		waitpid(child, NULL, 0);
	}
	printf("processes=%d seconds=%.3f\n", count, now() - begun);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "rate") == 0) return rate(atof(argv[2]), atof(argv[3]));
	if (argc == 5 && strcmp(argv[1], "probe") == 0) return probe(atoi(argv[2]), atoi(argv[3]), argv[4]);
	if (argc == 3 && strcmp(argv[1], "spawn") == 0) return spawn(atoi(argv[2]));
	fputs("usage: load rate CALLS_PER_SECOND SECONDS | load probe COUNT PAUSE_MS ALERTS | load spawn COUNT\n",
	      stderr);
	return 2;
}
