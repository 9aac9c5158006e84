// SPDX-License-Identifier: Apache-2.0
#include "host_names.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <map>
#include <netdb.h>
#include <netinet/in.h>
#include <optional>
#include <thread>
#include <utility>

namespace falco::matcher {

namespace {

using Clock = std::chrono::steady_clock;
using Addresses = HostName::Addresses;

// As libsinsp does: often at first, then ever less so while the answer stays the same.
constexpr std::chrono::seconds kFirstPause{10}, kLongestPause{320};

// Names that are asked for at a time: one that nobody answers for holds its thread up for as long as the resolver
// tries.
constexpr size_t kMostThreads = 8;

// Nothing: the network did not say.
std::optional<Addresses> look_up_addresses(const std::string &name)
{
	Addresses addresses;
	addrinfo hints = {};
	hints.ai_family = AF_UNSPEC;
	addrinfo *found = nullptr;
	const int error = getaddrinfo(name.c_str(), nullptr, &hints, &found);
	if (error != 0) {
		const bool unknown = error == EAI_AGAIN || error == EAI_SYSTEM || error == EAI_MEMORY;
		return unknown ? std::nullopt : std::make_optional(std::move(addresses));
	}
	for (const addrinfo *one = found; one != nullptr; one = one->ai_next) {
		if (one->ai_family == AF_INET) {
			sockaddr_in address;
			std::memcpy(&address, one->ai_addr, sizeof address);
			addresses.emplace(reinterpret_cast<const char *>(&address.sin_addr), sizeof address.sin_addr);
		} else if (one->ai_family == AF_INET6) {
			sockaddr_in6 address;
			std::memcpy(&address, one->ai_addr, sizeof address);
			addresses.emplace(reinterpret_cast<const char *>(&address.sin6_addr), sizeof address.sin6_addr);
		}
	}
	freeaddrinfo(found);
	return addresses;
}

} // namespace

std::shared_ptr<const Addresses> HostName::addresses() const
{
	const std::lock_guard<std::mutex> lock(mutex_);
	return addresses_;
}

void HostName::answer(Addresses addresses)
{
	const std::lock_guard<std::mutex> lock(mutex_);
	addresses_ = std::make_shared<const Addresses>(std::move(addresses));
	version_.fetch_add(1, std::memory_order_release);
}

struct HostNames::State {
	struct Name {
		std::shared_ptr<HostName> known = std::make_shared<HostName>();
		Clock::time_point due; // to be looked up
		std::chrono::seconds pause = kFirstPause;
		bool being_looked_up = false;
		bool waited_for = false;

		bool is_used() const { return known.use_count() > 1; }
		bool lacks_answer() const { return known->version() == 0; }
	};

	std::mutex mutex;
	std::condition_variable changed;
	std::map<std::string, Name> names; // guarded by mutex; none is ever removed
	bool allowed = false;              // guarded by mutex
	size_t threads = 0;                // guarded by mutex

	void run()
	{
		std::unique_lock<std::mutex> lock(mutex);
		for (;;) {
			const auto next = next_name();
			if (!allowed || next == names.end()) {
				changed.wait(lock);
			} else if (next->second.due > Clock::now()) {
				changed.wait_until(lock, next->second.due);
			} else {
				look_up(lock, next->first, next->second);
			}
		}
	}

	// That is due first; none: nobody uses any, or all are being looked up.
	std::map<std::string, Name>::iterator next_name()
	{
		auto next = names.end();
		for (auto name = names.begin(); name != names.end(); ++name) {
			if (name->second.is_used() && !name->second.being_looked_up &&
			    (next == names.end() || name->second.due < next->second.due)) {
				next = name;
			}
		}
		return next;
	}

	void look_up(std::unique_lock<std::mutex> &lock, const std::string &name, Name &found)
	{
		found.being_looked_up = true;
		lock.unlock();
		auto addresses = look_up_addresses(name);
		lock.lock();
		const auto known = found.known->addresses();
		const bool same = !addresses || (known && *known == *addresses);
		found.pause = same && known ? std::min(found.pause * 2, kLongestPause) : kFirstPause;
		if (addresses && !same) {
			found.known->answer(*std::move(addresses));
		}
		found.being_looked_up = false;
		found.due = Clock::now() + found.pause;
		changed.notify_all();
	}

	std::vector<std::string> wait_for_answers(std::chrono::milliseconds each, std::chrono::milliseconds all)
	{
		std::unique_lock<std::mutex> lock(mutex);
		std::map<std::string, Name *> awaited;
		for (auto &[name, found] : names) {
			if (found.is_used() && found.lacks_answer() && !found.waited_for) {
				found.waited_for = true;
				awaited.emplace(name, &found);
			}
		}
		const auto end = Clock::now() + std::min(all, each * static_cast<int>(awaited.size()));
		const auto is_open = [](const auto &name) { return name.second->lacks_answer(); };
		changed.wait_until(lock, end, [&] { return std::none_of(awaited.begin(), awaited.end(), is_open); });
		std::vector<std::string> open;
		for (const auto &name : awaited) {
			if (is_open(name)) {
				open.push_back(name.first);
			}
		}
		return open;
	}
};

HostNames::HostNames() : state_(std::make_shared<State>()) {}

HostNames &HostNames::instance()
{
	static HostNames names;
	return names;
}

void HostNames::look_up(bool allowed)
{
	const std::lock_guard<std::mutex> lock(state_->mutex);
	state_->allowed = allowed;
	while (allowed && state_->threads < std::min(kMostThreads, state_->names.size())) {
		state_->threads++;
		std::thread([state = state_] { state->run(); }).detach(); // its wait for an answer has no end of ours
	}
	state_->changed.notify_all();
}

std::shared_ptr<const HostName> HostNames::add(const std::string &name)
{
	std::shared_ptr<const HostName> known;
	bool allowed = false;
	{
		const std::lock_guard<std::mutex> lock(state_->mutex);
		known = state_->names[name].known;
		allowed = state_->allowed;
	}
	look_up(allowed);
	return known;
}

std::vector<std::string> HostNames::wait_for_answers(std::chrono::milliseconds each, std::chrono::milliseconds all)
{
	return state_->wait_for_answers(each, all);
}

std::string HostNames::name_of(std::string_view address) const
{
	const std::lock_guard<std::mutex> lock(state_->mutex);
	const auto found = std::find_if(state_->names.begin(), state_->names.end(), [&](const auto &name) {
		const auto addresses = name.second.known->addresses();
		return addresses && addresses->find(address) != addresses->end();
	});
	return found == state_->names.end() ? std::string() : found->first;
}

} // namespace falco::matcher
