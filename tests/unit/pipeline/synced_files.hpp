// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace falco::host::test {

// While it lives, a folder has the files of SQLite that were synced, each with what it held when it last was: what a
// power cut is sure to leave. To be made before the databases are opened, and one at a time.
class SyncedFiles {
public:
	explicit SyncedFiles(const std::string &folder); // which is made
	~SyncedFiles();
	SyncedFiles(const SyncedFiles &) = delete;
	SyncedFiles &operator=(const SyncedFiles &) = delete;

	uint64_t syncs() const;
};

} // namespace falco::host::test
