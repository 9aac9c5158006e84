// SPDX-License-Identifier: Apache-2.0
//
// What the spool needs of SQLite and of the file system; the only place that knows SQLite.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace falco::host {

// What SQLite could not do.
class SpoolError : public std::runtime_error {
public:
	SpoolError(int code, const std::string &message) : std::runtime_error(message), code_(code) {}
	// The file is no database, or not a sound one.
	bool is_damage() const;

private:
	int code_;
};

// Holds DIR/NAME.lock as long as it lives; no other process gets it meanwhile. Throws Error.
class SpoolLock {
public:
	explicit SpoolLock(const std::string &database_path);
	~SpoolLock();
	SpoolLock(const SpoolLock &) = delete;
	SpoolLock &operator=(const SpoolLock &) = delete;

private:
	int fd_;
};

// The one connection to the file: while it is open there is no other, from whatever process. All calls throw
// SpoolError; one thread at a time.
class SpoolDatabase {
public:
	// Makes the file when it is not there, readable by nobody else.
	explicit SpoolDatabase(const std::string &path);
	~SpoolDatabase();
	SpoolDatabase(const SpoolDatabase &) = delete;
	SpoolDatabase &operator=(const SpoolDatabase &) = delete;

	void set_limits(uint64_t max_bytes, bool sync);

	void begin();
	void commit();
	// After a failure; does not throw.
	void roll_back() noexcept;

	void insert(uint64_t number, int64_t accepted_ns, const std::string &record);
	// Both say how many went.
	uint64_t remove_up_to(uint64_t number);
	uint64_t remove_between(uint64_t after, uint64_t up_to);
	// Those after `number`, oldest first, at most `most`.
	using Row = std::function<void(uint64_t number, int64_t accepted_ns, const char *data, size_t size)>;
	void read_after(uint64_t number, size_t most, const Row &row);
	// The number up to which the rows after `after` have so many bytes; `after` when there is none.
	uint64_t find_bytes(uint64_t after, uint64_t bytes);
	// The last number after `after` before which all are older; `after` when none is.
	uint64_t find_older(uint64_t after, int64_t time_ns);

	struct Summary {
		uint64_t count, last;
		int64_t oldest_ns;
	};
	// Reads the whole table's structure: damage shows here.
	Summary summary();
	uint64_t used_bytes();
	// Throws when what it wrote is gone, because somebody removed or emptied a file; costs two calls of the system.
	void check_files() const;

private:
	class Statement;
	void execute(const char *sql);
	uint64_t number_of(const char *sql);
	[[noreturn]] void fail(int code);
	void check(int code);
	sqlite3_stmt *prepare(const char *sql);

	const std::string path_;
	uint64_t inode_ = 0;
	sqlite3 *db_ = nullptr;
	sqlite3_stmt *insert_ = nullptr;
	sqlite3_stmt *read_ = nullptr;
};

// Moves the database's files aside; says where to. Empty: nothing was moved.
std::string move_spool_aside(const std::string &path);

// Makes the folder with all above it that is missing. Throws Error.
void make_spool_folder(const std::string &folder);

} // namespace falco::host
