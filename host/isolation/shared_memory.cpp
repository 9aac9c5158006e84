// SPDX-License-Identifier: Apache-2.0
#include "host/isolation/shared_memory.hpp"

#include "host/isolation/cannot_start.hpp"
#include "host/isolation/wire.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <fcntl.h>
#include <new>

namespace falco::host::isolation {

namespace {

constexpr size_t kFirstRoom = size_t{256} << 10; // more than a common batch takes

size_t page_size()
{
	static const auto size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
	return size;
}

Error no_memory()
{
	return Error(std::string("there is no memory for a batch of alerts: ") + std::strerror(errno));
}

} // namespace

Mapping::~Mapping()
{
	if (data_) munmap(data_, size_);
}

bool Mapping::map(int fd, size_t offset, size_t size, int protection)
{
	void *const mapped = mmap(nullptr, size, protection, MAP_SHARED, fd, static_cast<off_t>(offset));
	if (mapped == MAP_FAILED) return false;
	if (data_) munmap(data_, size_);
	data_ = static_cast<char *>(mapped);
	size_ = size;
	return true;
}

SharedMemory::SharedMemory() : fd_(memfd_create("falco-isolation", MFD_CLOEXEC | MFD_ALLOW_SEALING))
{
	if (fd() < 0) throw cannot_start("memfd_create");
	grow(kFirstRoom);
	// The process has the file, too.
	if (fcntl(fd(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL) != 0) throw cannot_start("fcntl");
	if (!first_page_.map(fd(), 0, page_size(), PROT_READ | PROT_WRITE)) throw cannot_start("mmap");
	progress_ = new (first_page_.data()) Progress(0);
}

void SharedMemory::grow(size_t size)
{
	size_t enough = std::max(batch_.size(), kFirstRoom);
	while (enough < size)
		enough *= 2;
	if (ftruncate(fd(), static_cast<off_t>(page_size() + enough)) != 0 ||
	    !batch_.map(fd(), page_size(), enough, PROT_READ | PROT_WRITE))
		throw no_memory();
}

SharedMemoryView::SharedMemoryView(int fd) : fd_(fd)
{
	if (!first_page_.map(fd, 0, page_size(), PROT_READ | PROT_WRITE)) throw cannot_start("mmap");
	progress_ = reinterpret_cast<Progress *>(first_page_.data()); // falco has made it
}

std::string_view SharedMemoryView::batch(size_t size)
{
	if (size > batch_.size()) {
		struct stat status {};
		if (fstat(fd_, &status) != 0) throw no_memory();
		const size_t room = static_cast<size_t>(status.st_size) - page_size();
		if (size > room) throw BadMessage("a batch is larger than the memory for it");
		if (!batch_.map(fd_, page_size(), room, PROT_READ)) throw no_memory();
	}
	return {batch_.data(), size};
}

} // namespace falco::host::isolation
