// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/pipeline/synced_files.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <map>
#include <mutex>

namespace falco::host::test {

namespace {

namespace fs = std::filesystem;

struct OpenFile {
	fs::path path;
	const sqlite3_io_methods *own_methods;
};

// SQLite takes tables of functions, which have no other way to their data.
sqlite3_vfs *own_vfs; // of this machine
sqlite3_vfs vfs;      // the same, but for opening and deleting
std::mutex mutex;     // for all below
std::string folder;   // empty: nothing is kept
uint64_t count;       // of syncs
std::map<sqlite3_file *, OpenFile> files;
// For each of this machine's tables the same, but for syncing and closing.
std::map<const sqlite3_io_methods *, sqlite3_io_methods> tables;

OpenFile file_of(sqlite3_file *file)
{
	const std::lock_guard<std::mutex> lock(mutex);
	return files.at(file);
}

int sync_file(sqlite3_file *file, int flags)
{
	const OpenFile known = file_of(file);
	const int code = known.own_methods->xSync(file, flags);
	const std::lock_guard<std::mutex> lock(mutex);
	if (code != SQLITE_OK || folder.empty()) return code;
	++count;
	fs::copy_file(known.path, fs::path(folder) / known.path.filename(), fs::copy_options::overwrite_existing);
	return code;
}

int close_file(sqlite3_file *file)
{
	const OpenFile known = file_of(file);
	{
		const std::lock_guard<std::mutex> lock(mutex);
		files.erase(file);
	}
	return known.own_methods->xClose(file);
}

int open_file(sqlite3_vfs *, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	const int code = own_vfs->xOpen(own_vfs, name, file, flags, out_flags);
	if (code != SQLITE_OK || !name) return code;
	const std::lock_guard<std::mutex> lock(mutex);
	files[file] = {name, file->pMethods};
	sqlite3_io_methods &table = tables[file->pMethods];
	table = *file->pMethods;
	table.xSync = sync_file;
	table.xClose = close_file;
	file->pMethods = &table;
	return code;
}

int delete_file(sqlite3_vfs *, const char *name, int sync_folder)
{
	const int code = own_vfs->xDelete(own_vfs, name, sync_folder);
	const std::lock_guard<std::mutex> lock(mutex);
	if (code == SQLITE_OK && !folder.empty()) fs::remove(fs::path(folder) / fs::path(name).filename());
	return code;
}

} // namespace

SyncedFiles::SyncedFiles(const std::string &given)
{
	fs::create_directories(given);
	own_vfs = sqlite3_vfs_find(nullptr);
	vfs = *own_vfs;
	vfs.zName = "synced-files";
	vfs.xOpen = open_file;
	vfs.xDelete = delete_file;
	sqlite3_vfs_register(&vfs, 1);
	const std::lock_guard<std::mutex> lock(mutex);
	folder = given;
	count = 0;
}

SyncedFiles::~SyncedFiles()
{
	sqlite3_vfs_unregister(&vfs);
	sqlite3_vfs_register(own_vfs, 1);
	const std::lock_guard<std::mutex> lock(mutex);
	folder.clear();
}

uint64_t SyncedFiles::syncs() const
{
	const std::lock_guard<std::mutex> lock(mutex);
	return count;
}

} // namespace falco::host::test
