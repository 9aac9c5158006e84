// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/spool_database.hpp"

#include "host/error.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace falco::host {

namespace {

constexpr int kPageSize = 4096;
constexpr int kBusyMs = 10000; // somebody who looks at the file lets go of it

// Exclusive, and said before the rest: then the index of the log is in memory of falco's own. In a file that is mapped
// (-shm) it would end falco when somebody truncates that file.
// A mark in the file's header: what it is, and of which version. Writing it makes sure that the log is not empty.
constexpr const char *kSetUp = "PRAGMA page_size=4096; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;"
			       "PRAGMA journal_size_limit=8388608;"
			       "PRAGMA wal_autocheckpoint=1000; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;"
			       "CREATE TABLE IF NOT EXISTS alerts(number INTEGER PRIMARY KEY, accepted INTEGER NOT "
			       "NULL, record BLOB NOT NULL);"
			       "PRAGMA application_id=1178682179;";

std::string lock_path(const std::string &database_path)
{
	return database_path.substr(0, database_path.size() - 3) + ".lock";
}

std::string error_text(const std::string &path)
{
	return path + ": " + std::strerror(errno);
}

std::string log_path(const std::string &database_path)
{
	return database_path + "-wal";
}

// Of a file that is not there all is 0. False: it cannot be seen whether there is one.
bool look_at(const std::string &path, struct stat &status)
{
	status = {};
	return ::stat(path.c_str(), &status) == 0 || errno == ENOENT || errno == ENOTDIR;
}

} // namespace

bool SpoolError::is_damage() const
{
	return (code_ & 0xff) == SQLITE_CORRUPT || (code_ & 0xff) == SQLITE_NOTADB ||
	       (code_ & 0xff) == SQLITE_MISMATCH || code_ == SQLITE_IOERR_SHORT_READ;
}

SpoolLock::SpoolLock(const std::string &database_path)
{
	const std::string path = lock_path(database_path);
	fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd_ < 0) throw Error("the spool cannot be used: " + error_text(path));
	if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) {
		const std::string pid = std::to_string(::getpid()) + "\n";
		if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, pid.data(), pid.size(), 0) < 0) {
			// The lock counts; the number is only for messages.
		}
		return;
	}
	const bool is_taken = errno == EWOULDBLOCK;
	const std::string why = error_text(path);
	char pid[32] = "";
	const ssize_t size = ::pread(fd_, pid, sizeof pid - 1, 0);
	::close(fd_);
	if (!is_taken) throw Error("the spool cannot be used: " + why);
	std::string holder(pid, size > 0 ? static_cast<size_t>(size) : 0);
	holder.erase(holder.find_last_not_of('\n') + 1);
	throw Error("the spool " + database_path + " is in use by another falco" +
		    (holder.empty() ? "" : " (process " + holder + ")") + ": give each falco a spool.dir of its own");
}

SpoolLock::~SpoolLock()
{
	::close(fd_);
}

SpoolDatabase::SpoolDatabase(const std::string &path) : path_(path)
{
	// SQLite would make it readable for others, and its log takes the mode from it.
	const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		::close(fd);
	else if (errno != EEXIST)
		throw SpoolError(SQLITE_CANTOPEN, error_text(path));
	const int code = sqlite3_open_v2(path.c_str(), &db_,
					 SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nullptr);
	try {
		if (!db_) throw SpoolError(SQLITE_NOMEM, "out of memory");
		check(code);
		sqlite3_extended_result_codes(db_, 1);
		sqlite3_busy_timeout(db_, kBusyMs);
		execute(kSetUp);
		struct stat status;
		look_at(path, status);
		inode_ = status.st_ino;
		insert_ = prepare("INSERT INTO alerts(number, accepted, record) VALUES(?, ?, ?)");
		read_ = prepare("SELECT number, accepted, record FROM alerts WHERE number > ? ORDER BY number LIMIT ?");
	} catch (...) {
		sqlite3_finalize(insert_);
		sqlite3_finalize(read_);
		sqlite3_close(db_);
		throw;
	}
}

SpoolDatabase::~SpoolDatabase()
{
	sqlite3_finalize(insert_);
	sqlite3_finalize(read_);
	sqlite3_close(db_);
}

// A statement that is run and goes; or one that is kept, and is only reset.
class SpoolDatabase::Statement {
public:
	Statement(SpoolDatabase &db, const char *sql) : db_(db), statement_(db.prepare(sql)), kept_(false) {}
	Statement(SpoolDatabase &db, sqlite3_stmt *kept) : db_(db), statement_(kept), kept_(true) {}
	~Statement()
	{
		if (kept_) {
			sqlite3_reset(statement_);
		} else {
			sqlite3_finalize(statement_);
		}
	}
	Statement(const Statement &) = delete;
	Statement &operator=(const Statement &) = delete;

	Statement &bind(int index, uint64_t value)
	{
		db_.check(sqlite3_bind_int64(statement_, index, static_cast<sqlite3_int64>(value)));
		return *this;
	}
	// True: there is a row.
	bool step()
	{
		const int code = sqlite3_step(statement_);
		if (code != SQLITE_ROW && code != SQLITE_DONE) db_.fail(code);
		return code == SQLITE_ROW;
	}
	uint64_t number(int column) { return static_cast<uint64_t>(sqlite3_column_int64(statement_, column)); }
	sqlite3_stmt *get() { return statement_; }

private:
	SpoolDatabase &db_;
	sqlite3_stmt *statement_;
	const bool kept_;
};

void SpoolDatabase::set_limits(uint64_t max_bytes, bool sync)
{
	execute(("PRAGMA max_page_count=" + std::to_string(max_bytes / kPageSize)).c_str());
	execute(sync ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
}

void SpoolDatabase::begin()
{
	execute("BEGIN IMMEDIATE");
}

void SpoolDatabase::commit()
{
	execute("COMMIT");
}

void SpoolDatabase::roll_back() noexcept
{
	if (!sqlite3_get_autocommit(db_)) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void SpoolDatabase::insert(uint64_t number, int64_t accepted_ns, const std::string &record)
{
	Statement statement(*this, insert_);
	statement.bind(1, number).bind(2, static_cast<uint64_t>(accepted_ns));
	check(sqlite3_bind_blob64(statement.get(), 3, record.data(), record.size(), SQLITE_STATIC));
	statement.step();
}

uint64_t SpoolDatabase::remove_up_to(uint64_t number)
{
	return remove_between(0, number);
}

uint64_t SpoolDatabase::remove_between(uint64_t after, uint64_t up_to)
{
	Statement(*this, "DELETE FROM alerts WHERE number > ? AND number <= ?").bind(1, after).bind(2, up_to).step();
	return static_cast<uint64_t>(sqlite3_changes(db_));
}

void SpoolDatabase::read_after(uint64_t number, size_t most, const Row &row)
{
	Statement statement(*this, read_);
	statement.bind(1, number).bind(2, most);
	while (statement.step()) {
		const void *data = sqlite3_column_blob(statement.get(), 2);
		const auto size = static_cast<size_t>(sqlite3_column_bytes(statement.get(), 2));
		row(statement.number(0), static_cast<int64_t>(statement.number(1)),
		    data ? static_cast<const char *>(data) : "", size);
	}
}

uint64_t SpoolDatabase::find_bytes(uint64_t after, uint64_t bytes)
{
	Statement statement(*this, "SELECT number, length(record) FROM alerts WHERE number > ? ORDER BY number");
	statement.bind(1, after);
	uint64_t sum = 0, last = after;
	while (sum < bytes && statement.step()) {
		last = statement.number(0);
		sum += statement.number(1);
	}
	return last;
}

uint64_t SpoolDatabase::find_older(uint64_t after, int64_t time_ns)
{
	Statement statement(*this, "SELECT number, accepted FROM alerts WHERE number > ? ORDER BY number");
	statement.bind(1, after);
	uint64_t last = after;
	while (statement.step() && static_cast<int64_t>(statement.number(1)) < time_ns)
		last = statement.number(0);
	return last;
}

SpoolDatabase::Summary SpoolDatabase::summary()
{
	Statement statement(*this, "SELECT count(*), coalesce(max(number), 0), coalesce(min(accepted), 0) FROM alerts");
	statement.step();
	return {statement.number(0), statement.number(1), static_cast<int64_t>(statement.number(2))};
}

void SpoolDatabase::check_files() const
{
	struct stat file, log;
	if (!look_at(path_, file) || !look_at(log_path(path_), log)) return;
	if (file.st_ino != inode_) throw SpoolError(SQLITE_CORRUPT, "its file was removed");
	if (file.st_size == 0) throw SpoolError(SQLITE_CORRUPT, "its file was emptied");
	if (log.st_size == 0) throw SpoolError(SQLITE_CORRUPT, "its log was removed or emptied");
}

uint64_t SpoolDatabase::used_bytes()
{
	return (number_of("PRAGMA page_count") - number_of("PRAGMA freelist_count")) * kPageSize;
}

void SpoolDatabase::execute(const char *sql)
{
	check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr));
}

uint64_t SpoolDatabase::number_of(const char *sql)
{
	Statement statement(*this, sql);
	return statement.step() ? statement.number(0) : 0;
}

void SpoolDatabase::check(int code)
{
	if (code != SQLITE_OK) fail(code);
}

void SpoolDatabase::fail(int code)
{
	const int extended = sqlite3_extended_errcode(db_);
	std::string message = sqlite3_errmsg(db_);
	const int system = sqlite3_system_errno(db_);
	if ((code & 0xff) == SQLITE_IOERR && system != 0) message += std::string(": ") + std::strerror(system);
	throw SpoolError((extended & 0xff) == (code & 0xff) ? extended : code, message);
}

sqlite3_stmt *SpoolDatabase::prepare(const char *sql)
{
	sqlite3_stmt *statement = nullptr;
	check(sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
	return statement;
}

std::string move_spool_aside(const std::string &path)
{
	char time[32];
	const time_t now = ::time(nullptr);
	tm utc{};
	std::strftime(time, sizeof time, "%Y%m%dT%H%M%SZ", ::gmtime_r(&now, &utc));
	std::string aside = path + ".damaged-" + time;
	for (int i = 2; ::access(aside.c_str(), F_OK) == 0; ++i)
		aside = path + ".damaged-" + time + '-' + std::to_string(i);
	const bool has_file = std::rename(path.c_str(), aside.c_str()) == 0;
	const bool has_log = std::rename(log_path(path).c_str(), log_path(aside).c_str()) == 0;
	return has_file || has_log ? aside : "";
}

void make_spool_folder(const std::string &folder)
{
	for (size_t slash = folder.find('/', 1);; slash = folder.find('/', slash + 1)) {
		const std::string part = folder.substr(0, slash);
		if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
			const int error = errno;
			struct stat status;
			if (::stat(part.c_str(), &status) != 0) {
				throw Error("the spool cannot be used: the folder " + part +
					    " cannot be made: " + std::strerror(error));
			}
		}
		if (slash == std::string::npos) break;
	}
	struct stat status;
	if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
		throw Error("the spool cannot be used: " + folder + " is no folder");
}

} // namespace falco::host
