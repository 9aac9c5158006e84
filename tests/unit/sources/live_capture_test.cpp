// SPDX-License-Identifier: Apache-2.0
#include "plugins/family-sinsp/live_capture.hpp"
#include "tests/support/trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libscap/engine/test_input/test_input_public.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

using namespace falco::test;
using falco::sinsp_family::LiveCapture;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

constexpr uint64_t kThread = 1000;

// A live source whose events are made up, of one thread.
class MadeUp final : public LiveCapture {
public:
	MadeUp(falco::Host host, std::vector<EncodedEvent> events) : LiveCapture(host, "{}"), events_(std::move(events))
	{
	}

private:
	void check_machine() override {}
	void open(sinsp &inspector, const falco::sinsp_family::CapturedCalls &) override
	{
		for (EncodedEvent &event : events_) {
			headers_.push_back(reinterpret_cast<ppm_evt_hdr *>(event.data()));
		}
		thread_.tid = thread_.pid = kThread;
		thread_.ptid = 1;
		std::strcpy(thread_.comm, "cat");
		input_.events = headers_.data();
		input_.event_count = headers_.size();
		input_.threads = &thread_;
		input_.thread_count = 1;
		input_.fdinfo_data = &files_;
		inspector.open_test_input(&input_);
	}
	std::string explain(const std::string &text, const std::string &) const override { return text; }

	std::vector<EncodedEvent> events_;
	std::vector<ppm_evt_hdr *> headers_;
	scap_threadinfo thread_ = {};
	scap_test_fdinfo_data files_ = {};
	scap_test_input_data input_ = {};
};

EncodedEvent opened(uint64_t time, const std::string &name)
{
	return encode_event(time, kThread, PPME_SYSCALL_OPEN_X, {3, name, PPM_O_RDONLY, 0, 0, 0});
}

// Its name ends before it should.
EncodedEvent unreadable(uint64_t time)
{
	const std::string name = "/etc/hosts";
	EncodedEvent event = opened(time, name);
	*(std::search(event.begin(), event.end(), name.begin(), name.end()) + 4) = '\0';
	return event;
}

class ALiveCapture : public testing::Test {
protected:
	// The times of the events that come out until the capture ends.
	std::vector<uint64_t> times(std::vector<EncodedEvent> events)
	{
		MadeUp source(falco::Host(&host_), std::move(events));
		EXPECT_TRUE(source.start({sizeof(falco_capture_request), 0, {}}));
		std::vector<uint64_t> found;
		for (;;) {
			falco_event event = {};
			if (source.next(event) != falco::Next::event) {
				return found; // there are no more
			}
			found.push_back(event.time_ns);
		}
	}

	std::string log_;

private:
	falco_host host_ = {sizeof(falco_host),
			    0,
			    "",
			    "",
			    "",
			    &log_,
			    [](const falco_host *, falco_level) { return 1; },
			    [](const falco_host *host, falco_level level, const char *text, size_t size) {
				    if (level == FALCO_LOG_WARN) {
					    static_cast<std::string *>(host->ctx)->append(text, size).append("\n");
				    }
			    }};
};

} // namespace

TEST_F(ALiveCapture, passes_over_events_that_cannot_be_read)
{
	EXPECT_THAT(times({opened(1, "/a"), unreadable(2), unreadable(3), opened(4, "/b")}), ElementsAre(1, 4));
	EXPECT_THAT(log_, HasSubstr("an event cannot be read and is counted as dropped: could not parse param"));
	EXPECT_EQ(std::count(log_.begin(), log_.end(), '\n'), 1) << log_;
}

TEST_F(ALiveCapture, gives_up_when_no_event_can_be_read)
{
	std::vector<EncodedEvent> events;
	for (uint64_t time = 1; time <= 1100; time++) {
		events.push_back(unreadable(time));
	}
	EXPECT_THAT([&] { times(events); },
		    testing::ThrowsMessage<std::runtime_error>(HasSubstr("reading events: could not parse param")));
}
