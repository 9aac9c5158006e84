// SPDX-License-Identifier: Apache-2.0
//
// fd.sip.name and its kin: is an address one of those that a name in a rule stands for? libsinsp asks the network for
// the name's addresses when the first event is checked, and everything waits for the answer. Here the names are looked
// up on a thread of their own, and checks go by what is known.
#pragma once

#include "check.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace falco::matcher {

// What the process knows of names. Any thread; no function waits for the network.
class HostNames {
public:
	static HostNames &instance();

	// Whether names are looked up at all. Names that were looked up stay known.
	void look_up(bool allowed);
	// From now on its addresses are looked up, and again now and then.
	void add(const std::string &name);
	// Whether this is known to be one of the name's addresses. `address`: 4 or 16 bytes as on the wire.
	bool is_address_of(const std::string &name, std::string_view address) const;
	// A name, of those added, with this address; empty: none is known.
	std::string name_of(std::string_view address) const;

	HostNames(const HostNames &) = delete;
	HostNames &operator=(const HostNames &) = delete;

private:
	HostNames();
	struct State;
	// The thread has a share in it: it may be waiting for an answer when falco ends.
	std::shared_ptr<State> state_;
};

// An event's address for one of the fields.
class NamedAddress {
public:
	static bool is_field(const std::string &name);

	// `field`: fd.cip.name, fd.sip.name, fd.lip.name or fd.rip.name.
	NamedAddress(const std::string &field, sinsp *inspector, const filter_check_list &checks);

	// 4 or 16 bytes, valid until the next call; empty: the event has none.
	std::string_view of(sinsp_evt *event);
	// Of a connection, not of a listening socket: only that is compared with names.
	static bool is_of_connection(const sinsp_evt &event);

private:
	std::unique_ptr<sinsp_filter_check> check_; // of the field without .name
	std::vector<extract_value_t> extracted_;
};

// The check of such a field against names; empty: it is another field, or an operator that compares no names.
std::unique_ptr<Check> make_name_check(const ast::expr *check, sinsp *inspector, const filter_check_list &checks);

} // namespace falco::matcher
