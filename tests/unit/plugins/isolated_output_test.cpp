// SPDX-License-Identifier: Apache-2.0
//
// An output in a process of its own, called as its worker calls it, and the messages that go to and fro. The process is
// this program, as `falco plugin host`.
#include "host/config/instance.hpp"
#include "host/isolation/isolated_output.hpp"
#include "host/isolation/spawner.hpp"
#include "host/isolation/wire.hpp"
#include "tests/unit/plugins/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <unistd.h>

using testing::Contains;
using testing::HasSubstr;

namespace falco::host {
namespace {

using isolation::AlertList;
using isolation::BadMessage;
using isolation::Reader;
using isolation::Writer;

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
	Writer writer;
	isolation::write_alert(writer, alert);
	isolation::write_alert(writer, alert);
	AlertList list;
	Reader reader(writer.get());
	list.read(reader, 2);
	EXPECT_TRUE(reader.at_end());
	ASSERT_EQ(list.pointers().size(), 2u);
	for (const falco_alert *read : list.pointers()) {
		EXPECT_EQ(read->priority, 2);
		EXPECT_EQ(read->time_ns, 1u);
		EXPECT_EQ(read->sequence, UINT64_MAX);
		EXPECT_STREQ(read->rule, alert.rule);
		EXPECT_STREQ(read->tags[1], "fs");
		EXPECT_EQ(read->tags[2], nullptr);
		EXPECT_EQ(std::string(read->line.data, read->line.size), "line");
		EXPECT_EQ(read->message.size, 0u);
		ASSERT_EQ(read->field_count, 2u);
		EXPECT_EQ(std::string(read->fields[0].value.text.data, 3), std::string("a\0b", 3));
		EXPECT_EQ(read->fields[0].value.json.data, nullptr);
		EXPECT_EQ(read->fields[1].value.text.data, nullptr);
		EXPECT_EQ(std::string(read->fields[1].value.json.data, 1), "7");
	}
}

TEST(Wire, refuses_every_message_that_is_cut)
{
	Writer writer;
	isolation::write_alert(writer, LineAlert("line").get());
	for (size_t size = 0; size < writer.get().size(); ++size) {
		AlertList list;
		Reader reader(std::string_view(writer.get()).substr(0, size));
		EXPECT_THROW(list.read(reader, 1), BadMessage) << size;
	}
}

} // namespace
} // namespace falco::host
