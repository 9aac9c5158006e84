// SPDX-License-Identifier: Apache-2.0
//
// What a replay costs at the least: libsinsp reads a trace and keeps its state, and nobody looks at the events. falco
// is measured against this. Prints the number of events.
#include <libsinsp/sinsp.h>

#include <cinttypes>
#include <cstdio>
#include <exception>

namespace {

uint64_t count_events(const char *path)
{
	sinsp inspector;
	inspector.open_savefile(path);
	uint64_t events = 0;
	for (;;) {
		sinsp_evt *event = nullptr;
		switch (inspector.next(&event)) {
		case SCAP_SUCCESS:
			++events;
			break;
		case SCAP_FILTERED_EVENT:
		case SCAP_TIMEOUT:
			break;
		case SCAP_EOF:
			return events;
		default:
			throw std::runtime_error(inspector.getlasterr());
		}
	}
}

} // namespace

int main(int argc, char **argv)
{
	if (argc != 2) {
		std::fputs("usage: bench-floor TRACE\n", stderr);
		return 2;
	}
	try {
		std::printf("%" PRIu64 "\n", count_events(argv[1]));
		return 0;
	} catch (const std::exception &e) {
		std::fprintf(stderr, "bench-floor: %s: %s\n", argv[1], e.what());
		return 1;
	}
}
