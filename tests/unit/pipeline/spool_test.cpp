// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/spool.hpp"

#include "host/error.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>

namespace falco::host {

namespace {

using falco::test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Result = Spool::Result;

class SpoolTest : public testing::Test {
protected:
	SpoolTest() { config_.dir = dir_.file("deep/spool"); }

	std::unique_ptr<Spool> open()
	{
		return std::make_unique<Spool>(config_, "out",
					       [this](falco_level, const std::string &text) { log_ += text; });
	}

	static std::vector<Spool::Entry> entries(int first, int count, size_t size = 1, int64_t accepted = 1)
	{
		std::vector<Spool::Entry> all;
		for (int i = first; i < first + count; ++i)
			all.push_back({0, accepted, std::string(size - 1, ' ') + static_cast<char>('a' + i % 26)});
		return all;
	}

	static Spool::Outcome append(Spool &spool, std::vector<Spool::Entry> all) { return spool.append(all, 0); }

	// The last letters of what is read, and settles that.
	static std::string read(Spool &spool, size_t most = 1000)
	{
		std::vector<Spool::Entry> all;
		std::string message, letters;
		EXPECT_TRUE(spool.read(all, most, message)) << message;
		for (const Spool::Entry &entry : all)
			letters += entry.record.back();
		if (!all.empty()) spool.settle(all.back().number, all.size());
		return letters;
	}

	// Of the files in the folder, those whose name contains this.
	std::vector<std::string> files(const std::string &part) const
	{
		std::vector<std::string> found;
		for (const auto &file : std::filesystem::directory_iterator(config_.dir)) {
			if (file.path().filename().string().find(part) != std::string::npos)
				found.push_back(file.path().filename().string());
		}
		return found;
	}

	TempDir dir_;
	SpoolConfig config_;
	std::string log_;
};

} // namespace

TEST_F(SpoolTest, gives_back_in_order_what_it_took)
{
	const auto spool = open();
	EXPECT_EQ(append(*spool, entries(0, 3)).stored, 3u);
	EXPECT_EQ(append(*spool, entries(3, 2)).stored, 2u);
	EXPECT_EQ(spool->pending(), 5u);
	EXPECT_EQ(read(*spool, 2), "ab");
	EXPECT_EQ(read(*spool), "cde");
	EXPECT_EQ(read(*spool), "");
	EXPECT_EQ(spool->pending(), 0u);
}

TEST_F(SpoolTest, keeps_what_was_not_settled_when_it_is_opened_again)
{
	{
		const auto spool = open();
		append(*spool, entries(0, 5));
		EXPECT_EQ(read(*spool, 2), "ab");
		spool->remove_settled();
		std::vector<Spool::Entry> read_only;
		std::string message;
		spool->read(read_only, 1, message); // not settled
	}
	const auto spool = open();
	EXPECT_EQ(spool->pending(), 3u);
	EXPECT_EQ(append(*spool, entries(5, 1)).stored, 1u);
	EXPECT_EQ(read(*spool), "cdef");
}

TEST_F(SpoolTest, takes_new_alerts_after_all_before_were_removed)
{
	const auto spool = open();
	for (int round = 0; round < 3; ++round) {
		append(*spool, entries(round, 1));
		EXPECT_EQ(read(*spool), std::string(1, static_cast<char>('a' + round)));
		spool->remove_settled();
	}
	EXPECT_THAT(log_, IsEmpty());
}

TEST_F(SpoolTest, belongs_to_one_at_a_time)
{
	const auto spool = open();
	try {
		open();
		ADD_FAILURE() << "a second one was opened";
	} catch (const Error &e) {
		EXPECT_THAT(e.what(), HasSubstr("is in use by another falco (process " + std::to_string(getpid()) +
						"): give each falco a spool.dir of its own"));
	}
}

TEST_F(SpoolTest, is_nobody_elses_to_read)
{
	const auto spool = open();
	append(*spool, entries(0, 1));
	for (const std::string &name : files("out.db")) {
		struct stat status;
		ASSERT_EQ(stat((config_.dir + "/" + name).c_str(), &status), 0);
		EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
	}
}

TEST_F(SpoolTest, has_a_file_for_any_name)
{
	EXPECT_EQ(Spool::path_for(config_, "a/b c"), config_.dir + "/a%2fb%20c.db");
}

TEST_F(SpoolTest, keeps_to_its_limit)
{
	config_.max_bytes = 1024 * 1024;
	const auto spool = open();
	const Spool::Outcome outcome = append(*spool, entries(0, 4000, 1000));
	EXPECT_EQ(outcome.result, Result::full);
	EXPECT_GT(outcome.stored, 500u);
	EXPECT_LT(outcome.stored, 1048u);
	EXPECT_EQ(append(*spool, entries(0, 1000, 1000)).result, Result::full);
	EXPECT_LE(std::filesystem::file_size(spool->path()), config_.max_bytes);
	while (!read(*spool, 200).empty()) {
	}
	EXPECT_EQ(append(*spool, entries(0, 500, 1000)).result, Result::ok); // there is room again
	EXPECT_LE(std::filesystem::file_size(spool->path()), config_.max_bytes);
}

TEST_F(SpoolTest, lets_the_oldest_go_that_nobody_reads)
{
	const auto spool = open();
	append(*spool, entries(0, 6, 100));
	std::vector<Spool::Entry> in_hand;
	std::string message;
	spool->read(in_hand, 2, message); // a and b are being delivered
	EXPECT_EQ(spool->drop_oldest(150), 2u);
	EXPECT_EQ(read(*spool), "ef");
	EXPECT_EQ(spool->drop_oldest(150), 0u);
}

TEST_F(SpoolTest, lets_go_of_what_is_too_old)
{
	const auto spool = open();
	append(*spool, entries(0, 2, 1, 100));
	append(*spool, entries(2, 2, 1, 200));
	EXPECT_EQ(spool->drop_accepted_before(200), 2u);
	EXPECT_EQ(spool->pending(), 2u);
	EXPECT_EQ(read(*spool), "cd");
}

TEST_F(SpoolTest, that_is_no_database_is_moved_aside)
{
	std::filesystem::create_directories(config_.dir);
	std::ofstream(config_.dir + "/out.db") << std::string(10000, 'x');
	const auto spool = open();
	EXPECT_THAT(log_,
		    HasSubstr("is damaged (file is not a database): moved to " + config_.dir + "/out.db.damaged-"));
	EXPECT_THAT(files("damaged"), testing::SizeIs(1));
	append(*spool, entries(0, 2));
	EXPECT_EQ(read(*spool), "ab");
}

TEST_F(SpoolTest, that_was_damaged_while_falco_was_away_is_moved_aside)
{
	{
		const auto spool = open();
		append(*spool, entries(0, 2000, 300));
	}
	std::fstream file(config_.dir + "/out.db", std::ios::in | std::ios::out | std::ios::binary);
	for (const int page : {3, 9, 30}) {
		file.seekp(page * 4096);
		file << std::string(4096, '\x7f');
	}
	file.close();
	const auto spool = open();
	EXPECT_THAT(log_, HasSubstr("is damaged (database disk image is malformed): moved to "));
	EXPECT_EQ(append(*spool, entries(0, 2)).result, Result::ok);
	EXPECT_EQ(read(*spool), "ab");
}

TEST_F(SpoolTest, that_is_damaged_while_it_is_used_is_replaced_and_its_alerts_counted)
{
	uint64_t lost = 0;
	const auto spool = open();
	ASSERT_TRUE(spool->wait_turn(this, config_, [] { return false; }));
	spool->on_lost([&](uint64_t count) { lost += count; });
	for (int i = 0; i < 10; ++i)
		append(*spool, entries(0, 2000, 300)); // more than the log holds: pages are in the file itself
	std::fstream file(config_.dir + "/out.db", std::ios::in | std::ios::out | std::ios::binary);
	for (int page = 2; page < 600; ++page) {
		file.seekp(page * 4096);
		file << std::string(4096, '\x7f');
	}
	file.close();
	std::vector<Spool::Entry> all;
	std::string message;
	bool good = true;
	for (int i = 0; i < 40 && good; ++i) {
		all.clear();
		good = spool->read(all, 1000, message);
	}
	EXPECT_FALSE(good);
	EXPECT_EQ(message, "database disk image is malformed");
	EXPECT_EQ(lost, 20000u);
	EXPECT_EQ(append(*spool, entries(0, 3)).result, Result::ok);
	EXPECT_EQ(read(*spool), "abc");
	EXPECT_EQ(spool->pending(), 0u);
}

TEST_F(SpoolTest, of_an_earlier_run_that_is_damaged_counts_as_one_alert)
{
	std::filesystem::create_directories(config_.dir);
	std::ofstream(config_.dir + "/out.db") << std::string(10000, 'x');
	const auto spool = open();
	EXPECT_THAT(log_, HasSubstr("a new one is begun; not delivered of what it held: an unknown number of alerts, "
				    "which counts as 1"));
	uint64_t lost = 0;
	for (int turn = 0; turn < 2; ++turn) {
		ASSERT_TRUE(spool->wait_turn(this, config_, [] { return false; }));
		spool->on_lost([&](uint64_t count) { lost += count; });
		EXPECT_EQ(lost, 1u) << turn; // told once
		spool->give_turn(this);
	}
}

// SQLite takes what is damaged in its log for the log's end.
TEST_F(SpoolTest, whose_log_was_damaged_while_falco_was_away_counts_what_is_missing)
{
	const std::string used = config_.dir, killed = dir_.file("killed");
	const auto spool = open();
	for (int i = 0; i < 50; ++i)
		append(*spool, entries(0, 10, 300));
	spool->settle(20, 20); // and noted with the next
	append(*spool, entries(0, 10, 300));
	std::filesystem::copy(used, killed); // as after kill -9

	config_.dir = killed;
	EXPECT_EQ(open()->pending(), 490u);
	EXPECT_EQ(log_, "");

	std::filesystem::remove_all(killed);
	std::filesystem::copy(used, killed);
	const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(killed + "/out.db-wal") / 2);
	std::fstream(killed + "/out.db-wal", std::ios::in | std::ios::out | std::ios::binary).seekp(middle)
		<< std::string(4096, '\x7f');
	const auto damaged = open();
	const uint64_t left = damaged->pending();
	EXPECT_GT(left, 0u);
	EXPECT_LT(left, 490u);
	uint64_t lost = 0;
	damaged->on_lost([&](uint64_t count) { lost += count; });
	// Those that were removed behind the damage are there again.
	EXPECT_EQ(lost, 510 - left);
	EXPECT_THAT(log_, HasSubstr("the spool " + killed + "/out.db misses up to " + std::to_string(lost) +
				    " alerts that falco had accepted"));
	append(*damaged, entries(0, 1));
	log_.clear();
	std::filesystem::remove_all(used);
	std::filesystem::copy(killed, used);
	config_.dir = used;
	EXPECT_EQ(open()->pending(), left + 1); // told once
	EXPECT_EQ(log_, "");
}

TEST_F(SpoolTest, whose_alerts_all_left_misses_none)
{
	{
		const auto spool = open();
		append(*spool, entries(0, 3));
		EXPECT_EQ(read(*spool), "abc");
		spool->remove_settled();
	}
	{
		const auto spool = open();
		append(*spool, entries(0, 2));
		spool->drop_oldest(1000);
	}
	EXPECT_EQ(open()->pending(), 0u);
	EXPECT_EQ(log_, "");
}

// A file that is mapped into memory would end this program when it is truncated.
TEST_F(SpoolTest, maps_no_file)
{
	const auto spool = open();
	append(*spool, entries(0, 3));
	EXPECT_EQ(read(*spool, 1), "a");
	EXPECT_THAT(files(""), testing::UnorderedElementsAre("out.db", "out.db-wal", "out.lock", "out.mark"));
}

TEST_F(SpoolTest, whose_files_are_emptied_while_it_is_used_is_replaced_and_its_alerts_counted)
{
	for (const char *name : {"out.db", "out.db-wal"}) {
		SCOPED_TRACE(name);
		log_.clear();
		config_.dir = dir_.file(name);
		uint64_t lost = 0;
		const auto spool = open();
		ASSERT_TRUE(spool->wait_turn(this, config_, [] { return false; }));
		spool->on_lost([&](uint64_t count) { lost += count; });
		append(*spool, entries(0, 2000, 300));
		std::filesystem::resize_file(config_.dir + "/" + name, 0);
		EXPECT_EQ(append(*spool, entries(0, 3)).stored, 3u);
		EXPECT_EQ(lost, 2000u);
		EXPECT_EQ(read(*spool, 10000), "abc");
		EXPECT_THAT(log_, HasSubstr(" not delivered of what it held: 2000 alerts"));
	}
}

TEST_F(SpoolTest, whose_folder_is_removed_while_it_is_used_is_begun_anew)
{
	uint64_t lost = 0;
	const auto spool = open();
	ASSERT_TRUE(spool->wait_turn(this, config_, [] { return false; }));
	spool->on_lost([&](uint64_t count) { lost += count; });
	append(*spool, entries(0, 4));
	EXPECT_EQ(read(*spool, 1), "a");
	std::filesystem::remove_all(config_.dir);
	spool->remove_settled(); // as happens when there is nothing to append
	EXPECT_EQ(lost, 3u);
	EXPECT_EQ(spool->pending(), 0u);
	EXPECT_THAT(log_, HasSubstr("is damaged (its file was removed): a new one is begun; not delivered of what it "
				    "held: 3 alerts"));
	EXPECT_EQ(append(*spool, entries(4, 2)).stored, 2u);
	EXPECT_THROW(open(), Error); // the lock is there again, too
	EXPECT_EQ(read(*spool), "ef");
}

TEST_F(SpoolTest, whose_folder_cannot_be_made_again_takes_no_alert_until_it_can)
{
	const auto spool = open();
	std::filesystem::remove_all(config_.dir);
	std::ofstream(config_.dir) << "no folder";
	const Spool::Outcome outcome = append(*spool, entries(0, 2));
	EXPECT_EQ(outcome.result, Result::failed);
	EXPECT_EQ(outcome.stored, 0u);
	EXPECT_THAT(log_, HasSubstr("a new spool " + spool->path() + " cannot be begun: "));
	std::filesystem::remove(config_.dir);
	EXPECT_EQ(append(*spool, entries(0, 2)).stored, 2u);
	EXPECT_EQ(read(*spool), "ab");
}

TEST_F(SpoolTest, that_cannot_be_made_is_refused)
{
	config_.dir = "/proc/no/spool";
	EXPECT_THROW(open(), Error);
	std::ofstream(dir_.file("file")) << "x";
	config_.dir = dir_.file("file");
	EXPECT_THROW(open(), Error);
}

// What is read right after the commit was counted before that.
TEST_F(SpoolTest, counts_what_is_settled_while_it_is_appended)
{
	config_.sync = false;
	const auto spool = open();
	constexpr size_t kAlerts = 2000;
	std::thread reader([&] {
		for (size_t got = 0; got < kAlerts;)
			got += read(*spool).size();
	});
	for (size_t i = 0; i < kAlerts; ++i)
		append(*spool, entries(0, 1));
	reader.join();
	EXPECT_EQ(spool->pending(), 0u);
}

TEST_F(SpoolTest, is_used_by_one_owner_after_the_other)
{
	const auto spool = open();
	const int first = 1, second = 2;
	ASSERT_TRUE(spool->wait_turn(&first, config_, [] { return false; }));
	append(*spool, entries(0, 3));
	EXPECT_EQ(read(*spool, 1), "a");
	std::vector<Spool::Entry> unsettled;
	std::string message;
	spool->read(unsettled, 1, message);
	EXPECT_FALSE(spool->wait_turn(&second, config_, [] { return true; }));
	spool->give_turn(&second); // is not its to give
	EXPECT_FALSE(spool->wait_turn(&second, config_, [] { return true; }));
	spool->give_turn(&first);
	ASSERT_TRUE(spool->wait_turn(&second, config_, [] { return false; }));
	EXPECT_EQ(read(*spool), "bc");
}

} // namespace falco::host
