// SPDX-License-Identifier: Apache-2.0
//
// Every type of event of libscap's table: what is written, as YAML and as a file, is what is read.
#include "plugins/family-sinsp/param_types.hpp"
#include "plugins/tool-trace/event_type.hpp"
#include "plugins/tool-trace/open_trace.hpp"
#include "tests/unit/trace/built.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace falco::trace_tool {
namespace {

constexpr trace::Pid kProcess = 1000;

// Any value of the parameter's type, as its bytes.
std::string any_value(const ppm_param_info &param, std::mt19937 &random)
{
	const auto any_bytes = [&](std::size_t size) {
		std::string bytes;
		for (std::size_t i = 0; i < size; ++i)
			bytes += static_cast<char>(random());
		return bytes;
	};
	if (const std::size_t width = sinsp_family::number_width(param.type)) return any_bytes(width);
	if (sinsp_family::is_text(param.type)) return "text " + std::to_string(random() % 1000) + '\0';
	switch (param.type) {
	case PT_SOCKADDR:
		return random() % 2 == 0 ? '\2' + any_bytes(6) : '\1' + std::string("/run/x.sock\0", 12);
	case PT_SOCKTUPLE:
		return random() % 2 == 0 ? '\2' + any_bytes(12) : '\12' + any_bytes(36);
	case PT_FDLIST:
		return std::string("\2\0", 2) + any_bytes(20);
	case PT_DYN: { // a byte chooses the type
		const auto *variants = static_cast<const ppm_param_info *>(param.info);
		const unsigned index = param.ninfo > 0 ? static_cast<unsigned>(random() % param.ninfo) : 0;
		return static_cast<char>(index) + (variants ? any_value(variants[index], random) : any_bytes(8));
	}
	default:
		return any_bytes(random() % 20);
	}
}

std::vector<std::string> any_values(const ppm_event_info &info, std::mt19937 &random)
{
	std::vector<std::string> values;
	for (unsigned i = 0; i < info.nparams; ++i)
		values.push_back(any_value(info.params[i], random));
	return values;
}

trace::Trace with_event(ppm_event_code type, const std::vector<std::string> &values)
{
	trace::Trace trace;
	(void)trace.process(trace::Process("cat").pid(kProcess));
	trace.add({trace::encode_values(0, kProcess, type, values), 3, false});
	return trace;
}

// libscap reads the first type of the end of accept as the one that took its place; all others as they are.
ppm_event_code as_read(ppm_event_code type)
{
	return type == PPME_SOCKET_ACCEPT_X ? PPME_SOCKET_ACCEPT_5_X : type;
}

std::string name_of(ppm_event_code type)
{
	return describe_type(type) + " (" + std::to_string(type) + ")";
}

} // namespace

TEST(EventTypes, have_names_that_tell_them_apart)
{
	for (unsigned code = 0; code < PPM_EVENT_MAX; ++code) {
		const auto type = static_cast<ppm_event_code>(code);
		const yaml::Document document = yaml::parse("{" + describe_type(type) + "}", "");
		const bool is_exit = document.root.find("exit") != nullptr;
		EXPECT_EQ(read_type(*document.root.find(is_exit ? "exit" : "enter"), is_exit,
				    document.root.find("version")),
			  type)
			<< name_of(type);
	}
}

TEST(EventTypes, are_written_with_any_values_and_read_back)
{
	std::mt19937 random(1);
	const test::TempDir dir;
	for (unsigned code = 0; code < PPM_EVENT_MAX; ++code) {
		const auto type = static_cast<ppm_event_code>(code);
		const ppm_event_info &info = scap_get_event_info_table()[type];
		for (int round = 0; round < 3; ++round) {
			const trace::Trace original = with_event(type, any_values(info, random));
			const std::string yaml = described(original.file());
			const trace::Trace again = built(yaml);
			ASSERT_EQ(again.file().events.size(), 1u);
			EXPECT_EQ(again.file().events[0].bytes, original.file().events[0].bytes)
				<< name_of(type) << "\n"
				<< yaml;
			EXPECT_EQ(again.file().events[0].cpu, 3);

			again.save(dir.file("again.scap"));
			trace::TraceFile read;
			trace::read_trace_file(dir.file("again.scap"), read);
			ASSERT_EQ(read.events.size(), 1u) << name_of(type);
			EXPECT_EQ(read.events[0].header().type, as_read(type)) << name_of(type);
			if (as_read(type) != type) continue;
			EXPECT_EQ(read.events[0].bytes, original.file().events[0].bytes) << name_of(type);
			EXPECT_EQ(described(read), yaml);
		}
	}
}

// With nothing said about the parameters, so that none of them is one that libsinsp ends a capture for.
void expect_same_parameters(bool with_beginnings)
{
	const test::TempDir dir;
	for (unsigned code = 0; code < PPM_EVENT_MAX; ++code) {
		const auto type = static_cast<ppm_event_code>(code);
		const ppm_event_info &info = scap_get_event_info_table()[type];
		// Containers, users and plugins' events are no calls: libsinsp looks into their contents.
		if ((info.category & (EC_SYSCALL | EC_TRACEPOINT)) == 0) continue;
		std::string events;
		if (with_beginnings && code % 2 == 1)
			events = "{process: 1000, " + describe_type(static_cast<ppm_event_code>(code - 1)) + "}, ";
		const trace::Trace trace = built("processes: [{name: cat, pid: 1000}]\nevents: [" + events +
						 "{process: 1000, " + describe_type(type) + "}]");
		const auto values = trace::values_of(trace.file().events.back().header());
		ASSERT_EQ(values.size(), info.nparams);
		trace.save(dir.file("trace.scap"));
		const TraceInput input(dir.file("trace.scap"));
		OpenTrace open(input);
		bool is_hidden = false;
		sinsp_evt *event = open.next(is_hidden);
		while (event && event->get_type() != as_read(type))
			event = open.next(is_hidden);
		ASSERT_TRUE(event) << name_of(type);
		if (as_read(type) != type) continue;
		ASSERT_EQ(event->get_num_params(), info.nparams) << name_of(type);
		for (unsigned i = 0; i < info.nparams; ++i) {
			const sinsp_evt_param *param = event->get_param(i);
			EXPECT_EQ(std::string(param->m_val, param->m_len), values[i]) << name_of(type) << " " << i;
		}
	}
}

TEST(EventTypes, are_read_by_libsinsp_with_the_same_parameters)
{
	expect_same_parameters(true);
}

// A recording may begin within calls.
TEST(EventTypes, are_read_by_libsinsp_where_calls_end_that_did_not_begin)
{
	expect_same_parameters(false);
}

TEST(EventTypes, may_have_fewer_parameters_as_in_old_recordings)
{
	const std::string yaml =
		described(with_event(PPME_SYSCALL_OPEN_X, {std::string(8, '\0'), std::string("/x\0", 3)}).file());
	EXPECT_THAT(yaml, testing::HasSubstr("count: 2, params: {name: /x}"));
	EXPECT_EQ(built(yaml).file().events.at(0).header().nparams, 2u);
}

} // namespace falco::trace_tool
