// SPDX-License-Identifier: Apache-2.0
//
// What falco and the process of an output share: memory for the batch that is being written, which falco fills in and
// the process reads where it is, and how many of its alerts are written, which is known after a crash, too.
//
// falco goes by that number alone, so a plugin that writes where it may not harms its own alerts only. The file of the
// memory never becomes smaller: what falco has of it stays.
#pragma once

#include "common/descriptor.hpp"

#include <atomic>
#include <cstdint>
#include <string_view>

namespace falco::host::isolation {

using Progress = std::atomic<uint64_t>;
static_assert(Progress::is_always_lock_free, "falco reads it after the process has crashed");

// Both map the file twice: a page with the number, and behind it the batch.
class Mapping {
public:
	Mapping() = default;
	~Mapping();
	Mapping(const Mapping &) = delete;
	Mapping &operator=(const Mapping &) = delete;
	// In place of what was mapped. False: errno says why.
	bool map(int fd, size_t offset, size_t size, int protection);
	char *data() const { return data_; }
	size_t size() const { return size_; }

private:
	char *data_ = nullptr;
	size_t size_ = 0;
};

// falco's side. One thread.
class SharedMemory {
public:
	// Throws Error.
	SharedMemory();
	int fd() const { return fd_.get(); }
	Progress &progress() { return *progress_; }
	// Room for a batch of so many bytes. What is there stays, possibly elsewhere. Throws Error.
	char *room(size_t size)
	{
		if (size > batch_.size()) grow(size);
		return batch_.data();
	}

private:
	void grow(size_t size);

	Descriptor fd_;
	Mapping first_page_, batch_;
	Progress *progress_ = nullptr;
};

// The process's side: the batch cannot be written to.
class SharedMemoryView {
public:
	// Throws Error.
	explicit SharedMemoryView(int fd);
	Progress &progress() { return *progress_; }
	// A batch of so many bytes. Throws BadMessage when the file is smaller, and Error.
	std::string_view batch(size_t size);

private:
	const int fd_;
	Mapping first_page_, batch_;
	Progress *progress_ = nullptr;
};

} // namespace falco::host::isolation
