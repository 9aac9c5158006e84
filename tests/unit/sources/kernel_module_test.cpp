// SPDX-License-Identifier: Apache-2.0
#include "plugins/source-kmod/kernel_module.hpp"
#include "plugins/source-kmod/modprobe.hpp"

#include <driver/ppm_api_version.h>
#include <driver/ppm_events_public.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace falco::kmod;
using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(KernelModule, fits_when_it_is_as_new_as_needed_and_of_the_same_major_version)
{
	EXPECT_EQ(version_trouble("API", PPM_API_VERSION(8, 0, 0), PPM_API_VERSION(8, 0, 0)), "");
	EXPECT_EQ(version_trouble("API", PPM_API_VERSION(8, 1, 0), PPM_API_VERSION(8, 0, 3)), "");
	for (const uint64_t other : {PPM_API_VERSION(7, 9, 9), PPM_API_VERSION(9, 0, 0), PPM_API_VERSION(8, 0, 2)}) {
		EXPECT_NE(version_trouble("API", other, PPM_API_VERSION(8, 0, 3)), "");
	}
}

TEST(KernelModule, that_does_not_fit_is_told_with_both_versions)
{
	EXPECT_EQ(
		version_trouble("schema", PPM_API_VERSION(2, 7, 0), PPM_API_VERSION(3, 2, 0)),
		"the loaded kernel module scap has schema version 2.7.0, and this falco needs 3.2.0: unload it (rmmod "
		"scap) and load the module that was built for this falco");
	EXPECT_THAT(version_trouble("API", 0, PPM_API_VERSION(8, 0, 0)), HasSubstr("has API version unknown"));
}

TEST(Modprobe, tells_why_it_could_not_load)
{
	EXPECT_THAT(load_module("falco-no-such-module"),
		    AnyOf(StartsWith("modprobe falco-no-such-module failed: "),
			  StartsWith("modprobe falco-no-such-module is not possible")));
}
