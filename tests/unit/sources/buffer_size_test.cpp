// SPDX-License-Identifier: Apache-2.0
#include "plugins/family-sinsp/buffer_size.hpp"

#include <falco/plugin.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using falco::sinsp_family::buffer_size;
using falco::sinsp_family::check_buffers_fit;
using nlohmann::json;
using testing::HasSubstr;

namespace {

constexpr unsigned long kMegabyte = 1024UL * 1024UL;

template <typename Call>
std::string refusal(Call &&call)
{
	try {
		call();
	} catch (const falco::ConfigError &error) {
		return error.what();
	}
	return "";
}

} // namespace

TEST(BufferSize, doubles_from_one_megabyte_with_each_preset)
{
	EXPECT_EQ(buffer_size(json::object()), 8 * kMegabyte);
	EXPECT_EQ(buffer_size({{"buf_size_preset", 1}}), kMegabyte);
	EXPECT_EQ(buffer_size({{"buf_size_preset", 4}}), 8 * kMegabyte);
	EXPECT_EQ(buffer_size({{"buf_size_preset", 10}}), 512 * kMegabyte);
}

TEST(BufferSize, may_be_given_in_bytes_that_make_whole_pages)
{
	EXPECT_EQ(buffer_size({{"buffer_bytes", 16384}}), 16384u);
	EXPECT_THAT(refusal([] {
			    buffer_size({{"buffer_bytes", 20000}});
		    }),
		    HasSubstr("must be a power of two and a multiple of the page size"));
}

TEST(BufferSize, is_said_once)
{
	EXPECT_THAT(refusal([] {
			    buffer_size({{"buffer_bytes", 16384}, {"buf_size_preset", 4}});
		    }),
		    HasSubstr("buf_size_preset and buffer_bytes both say"));
}

TEST(BufferSize, times_the_buffers_fits_into_memory)
{
	EXPECT_EQ(refusal([] { check_buffers_fit(kMegabyte, 2); }), "");
	EXPECT_THAT(refusal([] { check_buffers_fit(512 * kMegabyte, 1000000); }),
		    HasSubstr("1000000 buffers of 536870912 bytes are more than this machine's memory"));
}
