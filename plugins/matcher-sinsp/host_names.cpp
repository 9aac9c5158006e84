// SPDX-License-Identifier: Apache-2.0
#include "host_names.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <set>
#include <thread>
#include <utility>

namespace falco::matcher {

namespace {

using Clock = std::chrono::steady_clock;

// As libsinsp does: often at first, then ever less so while the answer stays the same.
constexpr std::chrono::seconds kFirstPause{10}, kLongestPause{320};

std::set<std::string> addresses_of(const std::string &name)
{
	std::set<std::string> addresses;
	addrinfo hints = {};
	hints.ai_family = AF_UNSPEC;
	addrinfo *found = nullptr;
	if (getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) {
		return addresses;
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

struct HostNames::State {
	struct Name {
		std::set<std::string> addresses;
		Clock::time_point due; // to be looked up
		std::chrono::seconds pause = kFirstPause;
	};

	std::mutex mutex;
	std::condition_variable changed;
	std::map<std::string, Name> names; // guarded by mutex
	bool allowed = false;              // guarded by mutex
	bool running = false;              // guarded by mutex

	void run()
	{
		std::unique_lock<std::mutex> lock(mutex);
		for (;;) {
			const auto next =
				std::min_element(names.begin(), names.end(), [](const auto &a, const auto &b) {
					return a.second.due < b.second.due;
				});
			if (!allowed || next == names.end()) {
				changed.wait(lock);
			} else if (next->second.due > Clock::now()) {
				changed.wait_until(lock, next->second.due);
			} else {
				look_up(lock, next->first, next->second); // names are never removed
			}
		}
	}

	void look_up(std::unique_lock<std::mutex> &lock, const std::string &name, Name &known)
	{
		lock.unlock();
		auto addresses = addresses_of(name);
		lock.lock();
		known.pause = addresses == known.addresses ? std::min(known.pause * 2, kLongestPause) : kFirstPause;
		known.addresses = std::move(addresses);
		known.due = Clock::now() + known.pause;
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
	if (allowed && !state_->running && !state_->names.empty()) {
		state_->running = true;
		std::thread([state = state_] { state->run(); }).detach(); // its wait for an answer has no end of ours
	}
	state_->changed.notify_all();
}

void HostNames::add(const std::string &name)
{
	bool allowed = false;
	{
		const std::lock_guard<std::mutex> lock(state_->mutex);
		state_->names.try_emplace(name);
		allowed = state_->allowed;
	}
	look_up(allowed);
}

bool HostNames::is_address_of(const std::string &name, std::string_view address) const
{
	const std::lock_guard<std::mutex> lock(state_->mutex);
	const auto found = state_->names.find(name);
	return found != state_->names.end() && found->second.addresses.count(std::string(address)) != 0;
}

std::string HostNames::name_of(std::string_view address) const
{
	const std::lock_guard<std::mutex> lock(state_->mutex);
	const auto found = std::find_if(state_->names.begin(), state_->names.end(), [&](const auto &name) {
		return name.second.addresses.count(std::string(address)) != 0;
	});
	return found == state_->names.end() ? std::string() : found->first;
}

bool NamedAddress::is_field(const std::string &name)
{
	return name == "fd.cip.name" || name == "fd.sip.name" || name == "fd.lip.name" || name == "fd.rip.name";
}

NamedAddress::NamedAddress(const std::string &field, sinsp *inspector, const filter_check_list &checks)
{
	const std::string address = field.substr(0, field.rfind('.'));
	check_ = checks.new_filter_check_from_fldname(address, inspector, true);
	check_->parse_field_name(address, true, true);
}

std::string_view NamedAddress::of(sinsp_evt *event)
{
	extracted_.clear();
	if (!check_->extract(event, extracted_, false) || extracted_.empty() || !extracted_[0].ptr) {
		return {};
	}
	return {reinterpret_cast<const char *>(extracted_[0].ptr), extracted_[0].len};
}

bool NamedAddress::is_of_connection(const sinsp_evt &event)
{
	const sinsp_fdinfo *socket = event.get_fd_info();
	return socket && (socket->m_type == SCAP_FD_IPV4_SOCK || socket->m_type == SCAP_FD_IPV6_SOCK) &&
	       !socket->is_role_none();
}

namespace {

class NameCheck final : public Check {
public:
	NameCheck(NamedAddress address, std::vector<std::string> names, bool negative)
	    : address_(std::move(address)), names_(std::move(names)), negative_(negative)
	{
		for (const auto &name : names_) {
			HostNames::instance().add(name);
		}
	}

	bool holds(sinsp_evt *event, uint64_t) override
	{
		const std::string_view address = address_.of(event);
		if (address.empty() || !NamedAddress::is_of_connection(*event)) {
			return false;
		}
		const bool is_one = std::any_of(names_.begin(), names_.end(), [&](const std::string &name) {
			return HostNames::instance().is_address_of(name, address);
		});
		return is_one != negative_;
	}

private:
	NamedAddress address_;
	std::vector<std::string> names_;
	bool negative_;
};

} // namespace

std::unique_ptr<Check> make_name_check(const ast::expr *check, sinsp *inspector, const filter_check_list &checks)
{
	const auto *binary = node_as<ast::binary_check_expr>(check);
	const auto *field = binary ? node_as<ast::field_expr>(binary->left.get()) : nullptr;
	if (!field || !NamedAddress::is_field(field->field)) {
		return nullptr;
	}
	std::vector<std::string> names;
	if (const auto *value = node_as<ast::value_expr>(binary->right.get())) {
		names = {value->value};
	} else if (const auto *list = node_as<ast::list_expr>(binary->right.get())) {
		names = list->values;
	}
	const bool negative = binary->op == "!=";
	if (names.empty() || (!negative && binary->op != "=" && binary->op != "==" && binary->op != "in")) {
		return nullptr;
	}
	return std::make_unique<NameCheck>(NamedAddress(field->field, inspector, checks), std::move(names), negative);
}

} // namespace falco::matcher
