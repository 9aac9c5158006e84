// SPDX-License-Identifier: Apache-2.0
//
// The addresses that names of hosts in rules stand for. They are looked up in the network on threads of their own, and
// whoever compares goes by what is known.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace falco::matcher {

// A name and the network's last answer. Any thread.
class HostName {
public:
	// 4 or 16 bytes each, as on the wire; none: there is no such name.
	using Addresses = std::set<std::string, std::less<>>;

	// nullptr until the first answer. A reader keeps what it was given, and asks again when the version is another.
	std::shared_ptr<const Addresses> addresses() const;
	uint64_t version() const { return version_.load(std::memory_order_acquire); }

	void answer(Addresses addresses);

private:
	mutable std::mutex mutex_;
	std::shared_ptr<const Addresses> addresses_; // guarded by mutex_
	std::atomic<uint64_t> version_{0};           // of addresses_
};

// A name as one check sees it, without a lock while the answer stays the same. One thread's.
class KnownHost {
public:
	explicit KnownHost(std::shared_ptr<const HostName> name) : name_(std::move(name)) {}

	// nullptr until the first answer; valid until the next call.
	const HostName::Addresses *addresses()
	{
		if (const uint64_t version = name_->version(); version != seen_) {
			seen_ = version;
			addresses_ = name_->addresses();
		}
		return addresses_.get();
	}

private:
	std::shared_ptr<const HostName> name_;
	std::shared_ptr<const HostName::Addresses> addresses_;
	uint64_t seen_ = 0;
};

// What the process knows of names. Any thread; only wait_for_answers waits for the network.
class HostNames {
public:
	static HostNames &instance();

	// Whether names are looked up at all. Answers stay known.
	void look_up(bool allowed);
	// The name is looked up, and again now and then, while somebody holds what is returned.
	std::shared_ptr<const HostName> add(const std::string &name);
	// Waits until every name that is looked up has its first answer, `each` a name at most and `all` altogether.
	// Returns the names without one; a later call does not wait for those again.
	std::vector<std::string> wait_for_answers(std::chrono::milliseconds each, std::chrono::milliseconds all);
	// A name, of those added, with this address; empty: none is known.
	std::string name_of(std::string_view address) const;

	HostNames(const HostNames &) = delete;
	HostNames &operator=(const HostNames &) = delete;

private:
	HostNames();
	struct State;
	// The threads have a share in it: they may be waiting for an answer when falco ends.
	std::shared_ptr<State> state_;
};

} // namespace falco::matcher
