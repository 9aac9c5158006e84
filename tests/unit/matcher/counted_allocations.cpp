// SPDX-License-Identifier: Apache-2.0
//
// Takes the place of the program's operator new, also for libsinsp. Apart from what is counted, so that no call of it
// can be compiled away.
#include "counted_allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<uint64_t> made{0};

} // namespace

uint64_t allocations()
{
	return made;
}

void *operator new(std::size_t size)
{
	made++;
	if (void *memory = std::malloc(size)) {
		return memory;
	}
	throw std::bad_alloc();
}

void operator delete(void *memory) noexcept
{
	std::free(memory);
}

void operator delete(void *memory, std::size_t) noexcept
{
	std::free(memory);
}
