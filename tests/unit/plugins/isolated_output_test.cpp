// SPDX-License-Identifier: Apache-2.0
//
// An output in a process of its own, called as its worker calls it, and the messages that go to and fro. The process is
// this program, as `falco plugin host`.
#include "host/config/instance.hpp"
#include "host/isolation/alert_wire.hpp"
#include "host/isolation/isolated_output.hpp"
#include "host/isolation/shared_memory.hpp"
#include "host/isolation/spawner.hpp"
#include "host/isolation/wire.hpp"
#include "tests/unit/plugins/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>

#include <cstring>
#include <fcntl.h>
#include <map>
#include <unistd.h>

using testing::Contains;
using testing::HasSubstr;

namespace falco::host {
namespace {

using isolation::AlertList;
using isolation::BadMessage;

class IsolatedOutput : public testing::Test {
protected:
	IsolatedOutput() { fake_.services.spawner = &spawner_; }

	std::unique_ptr<Output> make(const std::string &library, const std::map<std::string, std::string> &config = {})
	{
		InstanceConfig instance;
		instance.library = library;
		instance.name = "mine";
		instance.isolation.process = true;
		for (const auto &[key, value] : config)
			config::set_config(instance, key, config::make_scalar(value, {}));
		return make_isolated_output(instance, test_plugin_dir(), fake_.services);
	}

	static std::map<std::string, uint64_t> metrics_of(Output &output)
	{
		std::map<std::string, uint64_t> values;
		for (const Metric &metric : output.metrics())
			values[(metric.is_counter ? "counter " : "gauge ") + metric.name] = metric.value;
		return values;
	}

	isolation::Spawner spawner_;
	FakeServices fake_;
	const TempDir dir_;
};

TEST_F(IsolatedOutput, passes_every_call_on)
{
	const std::string path = dir_.path() + "/alerts";
	auto output = make("output-fake", {{"path", path}, {"calls", "true"}});
	EXPECT_TRUE(output->has_flush());
	EXPECT_TRUE(output->write(LineAlert("one").get()).ok());
	EXPECT_TRUE(output->flush().ok());
	EXPECT_TRUE(output->reopen().ok());
	const LineAlert two("two"), three("three");
	size_t taken = 0;
	EXPECT_TRUE(output->write_batch({&two.get(), &three.get()}, taken).ok());
	EXPECT_EQ(taken, 2u);
	output.reset();
	EXPECT_EQ(read_text(path), "one\nflush\nreopen\ntwo\nthree\ndestroy\n");
}

TEST_F(IsolatedOutput, has_the_flags_and_functions_of_its_plugin)
{
	EXPECT_FALSE(make("output-fake")->bare());
	EXPECT_TRUE(make("output-fake-bare")->bare());
	EXPECT_FALSE(make("output-rogue")->has_flush());
	EXPECT_TRUE(make("output-rogue-flush")->has_flush());
}

TEST_F(IsolatedOutput, brings_its_metrics)
{
	auto output = make("output-rogue");
	EXPECT_TRUE(output->write(LineAlert("x").get()).ok());
	auto values = metrics_of(*output);
	EXPECT_EQ(values["counter rogue.writes"], 1u);
	EXPECT_GT(values["gauge rogue.pid"], 1u);
	EXPECT_NE(values["gauge rogue.pid"], static_cast<uint64_t>(getpid()));
}

TEST_F(IsolatedOutput, tells_what_the_plugin_told)
{
	auto busy = make("output-fake", {{"busy", "1"}});
	const Status later = busy->write(LineAlert("x").get());
	EXPECT_EQ(later.code, FALCO_ERR_RETRY);
	EXPECT_EQ(later.message, "the fake destination is busy");
	EXPECT_TRUE(busy->write(LineAlert("x").get()).ok());
	const Status never = make("output-fake", {{"fatal_at", "1"}})->write(LineAlert("x").get());
	EXPECT_EQ(never.code, FALCO_ERR_FATAL);
	EXPECT_EQ(never.message, "the fake destination is gone");
}

TEST_F(IsolatedOutput, says_how_many_of_a_batch_were_written_before_the_end)
{
	const std::string path = dir_.path() + "/alerts";
	auto output = make("output-rogue", {{"path", path}, {"habit", "crash"}, {"at", "3"}});
	const LineAlert one("one"), two("two"), three("three"), four("four");
	size_t taken = 0;
	const Status lost = output->write_batch({&one.get(), &two.get(), &three.get(), &four.get()}, taken);
	EXPECT_EQ(lost.code, FALCO_ERR_RETRY);
	EXPECT_THAT(lost.message, HasSubstr("its process was lost in write"));
	EXPECT_EQ(taken, 2u);
	EXPECT_TRUE(output->write_batch({&three.get(), &four.get()}, taken).ok());
	EXPECT_EQ(read_text(path), "one\ntwo\nthree\nfour\n");
}

TEST_F(IsolatedOutput, writes_again_what_was_taken_of_a_batch_and_no_more)
{
	const std::string path = dir_.path() + "/alerts";
	auto output = make("output-rogue-flush",
			   {{"path", path}, {"habit", "crash"}, {"at", "3"}, {"once", dir_.path() + "/mark"}});
	const LineAlert one("one"), two("two"), three("three"), four("four");
	size_t taken = 0;
	EXPECT_EQ(output->write_batch({&one.get(), &two.get(), &three.get(), &four.get()}, taken).code,
		  FALCO_ERR_RETRY);
	EXPECT_EQ(taken, 2u);
	EXPECT_TRUE(output->write_batch({&three.get(), &four.get()}, taken).ok());
	EXPECT_EQ(taken, 2u);
	EXPECT_TRUE(output->flush().ok());
	EXPECT_EQ(read_text(path), "one\ntwo\nthree\nfour\n");
}

// More than the memory that both have is made for, and again after a loss.
TEST_F(IsolatedOutput, carries_alerts_of_any_size)
{
	const std::string path = dir_.path() + "/alerts";
	auto output = make("output-rogue-flush",
			   {{"path", path}, {"habit", "crash_in_flush"}, {"once", dir_.path() + "/mark"}});
	const std::string large(size_t{1} << 20, 'l');
	const LineAlert one("one"), two(large), three("three");
	size_t taken = 0;
	EXPECT_TRUE(output->write_batch({&one.get(), &two.get(), &three.get()}, taken).ok());
	EXPECT_EQ(taken, 3u);
	EXPECT_EQ(output->flush().code, FALCO_ERR_RETRY);
	EXPECT_TRUE(output->flush().ok());
	EXPECT_EQ(read_text(path), "one\n" + large + "\nthree\n");
}

// What was taken and lost with its process is written again, unless the host has given it up, which it tells by going
// on after a flush that failed.
TEST_F(IsolatedOutput, forgets_what_the_host_has_given_up)
{
	const std::string path = dir_.path() + "/alerts";
	const std::string mark = dir_.path() + "/mark";
	auto output = make("output-rogue-flush", {{"path", path}, {"habit", "crash_in_flush"}, {"once", mark}});
	EXPECT_TRUE(output->write(LineAlert("one").get()).ok());
	EXPECT_EQ(output->flush().code, FALCO_ERR_RETRY);
	EXPECT_TRUE(output->flush().ok()); // by the next process
	EXPECT_EQ(read_text(path), "one\n");

	EXPECT_TRUE(output->write(LineAlert("two").get()).ok());
	unlink(mark.c_str());
	EXPECT_EQ(output->flush().code, FALCO_ERR_RETRY);
	EXPECT_TRUE(output->write(LineAlert("three").get()).ok());
	EXPECT_TRUE(output->flush().ok());
	EXPECT_EQ(read_text(path), "one\nthree\n");
}

TEST_F(IsolatedOutput, can_only_be_an_output)
{
	EXPECT_THAT(error_of([&] { make("tap-fake"); }),
		    HasSubstr("is of kind tap, and only an output can have a process of its own"));
	EXPECT_THAT(error_of([&] { make("table-no-write"); }), HasSubstr("does not set the required function write"));
}

std::string encoded(const std::vector<const falco_alert *> &alerts, std::vector<size_t> *ends = nullptr)
{
	isolation::AlertEncoder encoder;
	std::string bytes;
	for (const falco_alert *alert : alerts) {
		const size_t begin = bytes.size();
		bytes.resize(begin + encoder.measure(*alert));
		encoder.write(bytes.data() + begin);
		if (ends) ends->push_back(bytes.size());
	}
	return bytes;
}

TEST(Wire, carries_alerts_as_they_are)
{
	const char *const tags[] = {"net", "fs", nullptr};
	const falco_field fields[] = {{"proc.name", {{"a\0b", 3}, {nullptr, 0}}},
				      {"proc.pid", {{nullptr, 0}, {"7", 1}}}};
	const LineAlert line("line");
	falco_alert alert = line.get();
	alert.priority = 2;
	alert.time_ns = 1;
	alert.sequence = UINT64_MAX;
	alert.tags = tags;
	alert.message = {"", 0};
	alert.fields = fields;
	alert.field_count = 2;
	AlertList list;
	const std::string bytes = encoded({&alert, &alert});
	list.read(bytes, 2);
	ASSERT_EQ(list.pointers().size(), 2u);
	for (const falco_alert *read : list.pointers()) {
		EXPECT_EQ(read->priority, 2);
		EXPECT_EQ(read->time_ns, 1u);
		EXPECT_EQ(read->sequence, UINT64_MAX);
		EXPECT_STREQ(read->rule, alert.rule);
		EXPECT_STREQ(read->tags[1], "fs");
		EXPECT_EQ(read->tags[2], nullptr);
		EXPECT_EQ(std::string(read->line.data, read->line.size), "line");
		EXPECT_GT(read->line.data, bytes.data()); // where it is, not a copy
		EXPECT_LT(read->line.data, bytes.data() + bytes.size());
		EXPECT_EQ(read->message.size, 0u);
		ASSERT_EQ(read->field_count, 2u);
		EXPECT_EQ(std::string(read->fields[0].value.text.data, 3), std::string("a\0b", 3));
		EXPECT_EQ(read->fields[0].value.json.data, nullptr);
		EXPECT_EQ(read->fields[1].value.text.data, nullptr);
		EXPECT_EQ(std::string(read->fields[1].value.json.data, 1), "7");
	}
}

// Of an alert with all parts, where which begins: 4 texts, a tag, line and message, a field of 3.
struct Bytes {
	const char *const tags[2] = {"net", nullptr};
	const falco_field field{"proc.name", {{"sh", 2}, {nullptr, 0}}};
	static constexpr size_t kTags = 24, kFields = 28, kSizes = 32, kTexts = kSizes + 10 * sizeof(uint32_t);
	std::string bytes;

	Bytes()
	{
		const LineAlert line("line");
		falco_alert alert = line.get();
		alert.tags = tags;
		alert.fields = &field;
		alert.field_count = 1;
		bytes = encoded({&alert});
	}
	void set(size_t at, uint32_t number) { std::memcpy(bytes.data() + at, &number, sizeof number); }
	std::string refused(size_t count = 1) const
	{
		return error_of([&] { AlertList().read(bytes, count); });
	}
};

TEST(Wire, refuses_every_batch_that_is_cut)
{
	const Bytes whole;
	EXPECT_NO_THROW(AlertList().read(whole.bytes, 1));
	for (size_t size = 0; size < whole.bytes.size(); ++size) {
		const std::string cut = whole.bytes.substr(0, size); // of this size, so that AddressSanitizer looks on
		EXPECT_THROW(AlertList().read(cut, 1), BadMessage) << size;
	}
}

TEST(Wire, refuses_numbers_that_do_not_fit_the_batch)
{
	for (const size_t at : {Bytes::kTags, Bytes::kFields}) {
		Bytes many;
		many.set(at, UINT32_MAX);
		EXPECT_EQ(many.refused(), "an alert is too short") << at;
	}
	for (size_t i = 0; i < 10; ++i) {
		Bytes long_one;
		long_one.set(Bytes::kSizes + i * sizeof(uint32_t), UINT32_MAX - 1);
		EXPECT_EQ(long_one.refused(), "a text of an alert is too short") << i;
	}
	EXPECT_EQ(Bytes().refused(2), "an alert is too short");
	EXPECT_EQ(Bytes().refused(SIZE_MAX), "a batch is too short");
	EXPECT_EQ(Bytes().refused(0), "a batch is too long");
	Bytes more;
	more.bytes += '\0';
	EXPECT_EQ(more.refused(), "a batch is too long");
}

TEST(Wire, refuses_texts_that_do_not_end_or_are_missing)
{
	Bytes endless;
	endless.bytes.back() = 'x';
	EXPECT_EQ(endless.refused(), "a text of an alert does not end");
	for (const size_t name : {size_t{0}, size_t{1}, size_t{2}, size_t{3}, size_t{4}, size_t{7}}) {
		Bytes nameless;
		nameless.set(Bytes::kSizes + name * sizeof(uint32_t), UINT32_MAX);
		EXPECT_EQ(nameless.refused(), "a text of an alert is missing") << name;
	}
}

TEST(Wire, keeps_what_is_to_be_sent_again)
{
	const LineAlert one("one"), two("two"), three("three");
	std::vector<size_t> ends;
	const std::string bytes = encoded({&one.get(), &two.get(), &three.get()}, &ends);
	isolation::EncodedAlerts kept;
	const auto lines = [&](size_t first, size_t count) {
		AlertList list;
		list.read(kept.bytes(first, count), count);
		std::string all;
		for (const falco_alert *alert : list.pointers())
			all += std::string(alert->line.data, alert->line.size) + " ";
		return all;
	};
	kept.add(bytes, ends);
	kept.add(bytes, ends);
	EXPECT_EQ(lines(0, 6), "one two three one two three ");
	EXPECT_EQ(lines(2, 2), "three one ");
	kept.remove(1);
	kept.cut(4);
	EXPECT_EQ(lines(0, 4), "one three one two ");
	kept.remove(0);
	EXPECT_EQ(lines(0, 3), "three one two ");
	kept.cut(0);
	EXPECT_EQ(kept.count(), 0u);
}

// Two ends that have answered, or not.
class Frames : public testing::Test {
protected:
	Frames() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_), 0); }
	~Frames() override
	{
		close(ends_[0]);
		close(ends_[1]);
	}
	void send(const std::string &bytes) const
	{
		isolation::send_frame(ends_[0], isolation::Frame::result, bytes, soon());
	}
	std::string receive(size_t longest = SIZE_MAX) const
	{
		return isolation::receive_frame(ends_[1], longest, soon()).bytes;
	}
	static isolation::Clock::time_point soon() { return isolation::Clock::now() + std::chrono::seconds(20); }

	int ends_[2];
};

TEST_F(Frames, of_every_size_arrive)
{
	for (const size_t size : {0, 1, 4095, 4096, 4097, 100000}) {
		const std::string bytes(size, 'x');
		send(bytes);
		EXPECT_EQ(receive(), bytes);
	}
}

TEST_F(Frames, that_are_too_long_or_two_are_refused)
{
	send("12345");
	EXPECT_THROW(receive(4), BadMessage);
	send("one");
	send("two");
	EXPECT_THROW(receive(), BadMessage);
}

TEST(SharedMemory, grows_and_keeps_what_is_there)
{
	isolation::SharedMemory memory;
	isolation::SharedMemoryView view(memory.fd());
	std::memcpy(memory.room(5), "alert", 5);
	EXPECT_EQ(view.batch(5), "alert");
	constexpr size_t kLarge = size_t{3} << 20;
	memory.room(kLarge)[kLarge - 1] = 'x';
	const std::string_view large = view.batch(kLarge);
	EXPECT_EQ(large.substr(0, 5), "alert");
	EXPECT_EQ(large.back(), 'x');
	EXPECT_EQ(view.batch(5), "alert");
	view.progress() = 7;
	EXPECT_EQ(memory.progress(), 7u);
	EXPECT_THROW(view.batch(size_t{1} << 40), BadMessage);
}

TEST(SharedMemory, is_for_the_process_to_read)
{
	isolation::SharedMemory memory;
	isolation::SharedMemoryView view(memory.fd());
	std::memcpy(memory.room(5), "alert", 5);
	int ends[2];
	ASSERT_EQ(pipe(ends), 0);
	ASSERT_EQ(write(ends[1], "x", 1), 1);
	EXPECT_LT(read(ends[0], const_cast<char *>(view.batch(5).data()), 1), 0);
	EXPECT_EQ(errno, EFAULT);
	close(ends[0]);
	close(ends[1]);
}

// A page that falco has and the file no longer would end falco.
TEST(SharedMemory, is_not_the_process_s_to_make_smaller)
{
	isolation::SharedMemory memory;
	EXPECT_NE(ftruncate(memory.fd(), 0), 0);
	EXPECT_EQ(errno, EPERM);
	EXPECT_NE(fcntl(memory.fd(), F_ADD_SEALS, F_SEAL_GROW), 0);
	memory.room(size_t{1} << 20)[0] = 'x';
}

} // namespace
} // namespace falco::host
