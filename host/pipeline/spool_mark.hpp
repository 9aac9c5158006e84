// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace falco::host {

// What a spool has stored, noted beside its database in DIR/NAME.mark: SQLite takes a damaged part of its log for the
// log's end, and what was behind it would be missing without a word. It is not synced and counts for one boot of the
// machine: what a power cut takes from an unsynced database is nobody's damage. Without the file nothing is noted or
// missed. One thread at a time.
class SpoolMark {
public:
	// Keeps what was noted until `begin`.
	explicit SpoolMark(const std::string &database_path);
	~SpoolMark();
	SpoolMark(const SpoolMark &) = delete;
	SpoolMark &operator=(const SpoolMark &) = delete;

	// How many alerts at most were stored that are not there now, when `newest` is the last number that is there, 0
	// for none. Some of them may have been delivered.
	uint64_t missing(uint64_t newest) const;
	// The numbers go on behind `newest`.
	void begin(uint64_t newest);
	// All up to this number are durable. After that.
	void stored(uint64_t last);
	// All up to this number may be removed. Before they are.
	void gone(uint64_t up_to);

private:
	void write() const;

	int fd_;
	std::string boot_;
	uint64_t stored_ = 0, gone_ = 0;
};

} // namespace falco::host
