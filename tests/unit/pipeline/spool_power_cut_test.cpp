// SPDX-License-Identifier: Apache-2.0
//
// What a power cut leaves of a spool: the bytes that were synced.
#include "host/pipeline/spool.hpp"

#include "tests/support/temp_dir.hpp"
#include "tests/unit/pipeline/synced_files.hpp"

#include <gtest/gtest.h>

namespace falco::host {

namespace {

using falco::test::TempDir;
using test::SyncedFiles;

class SpoolPowerCut : public testing::Test {
protected:
	std::unique_ptr<Spool> open(const std::string &folder)
	{
		config_.dir = dir_.file(folder);
		return std::make_unique<Spool>(config_, "out", nullptr);
	}

	static void append(Spool &spool, const std::string &record)
	{
		std::vector<Spool::Entry> one{{0, 1, record}};
		EXPECT_EQ(spool.append(one, 0).stored, 1u);
	}

	static std::string read(Spool &spool)
	{
		std::vector<Spool::Entry> all;
		std::string message, text;
		EXPECT_TRUE(spool.read(all, 1000, message)) << message;
		for (const Spool::Entry &entry : all)
			text += entry.record;
		return text;
	}

	TempDir dir_;
	SpoolConfig config_;
};

} // namespace

TEST_F(SpoolPowerCut, costs_no_alert_that_was_accepted)
{
	std::unique_ptr<Spool> spool;
	{
		const SyncedFiles files(dir_.file("after"));
		spool = open("before");
		for (const char *record : {"a", "b", "c", "d"}) {
			const uint64_t syncs = files.syncs();
			append(*spool, record);
			EXPECT_GT(files.syncs(), syncs) << record;
		}
	} // the power is cut before the spool is closed
	EXPECT_EQ(read(*open("after")), "abcd");
}

TEST_F(SpoolPowerCut, may_cost_some_where_nothing_waits_for_the_disk)
{
	config_.sync = false;
	std::unique_ptr<Spool> spool;
	{
		const SyncedFiles files(dir_.file("after"));
		spool = open("before");
		const uint64_t syncs = files.syncs();
		for (const char *record : {"a", "b", "c", "d"})
			append(*spool, record);
		EXPECT_EQ(files.syncs(), syncs);
	}
	EXPECT_EQ(std::string("abcd").rfind(read(*open("after")), 0), 0u); // the first of them, perhaps none
}

} // namespace falco::host
