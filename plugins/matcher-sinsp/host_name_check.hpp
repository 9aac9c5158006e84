// SPDX-License-Identifier: Apache-2.0
//
// fd.sip.name and its kin: is an event's address one of those that a name in a rule stands for? libsinsp asks the
// network for the name's addresses when the first event is checked, and everything waits for the answer; these checks
// stand in the place of its own and go by what HostNames knows.
#pragma once

#include "host_names.hpp"

#include <libsinsp/sinsp_filtercheck.h>
#include <libsinsp/sinsp_filtercheck_fd.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace falco::matcher {

// An event's address for one of the fields.
class NamedAddress {
public:
	NamedAddress(const std::string &field, sinsp *inspector);

	// 4 or 16 bytes, valid until the next call; empty: the event has none.
	std::string_view of(sinsp_evt *event);
	// Of a connection, not of a listening socket: only that is compared with names.
	static bool is_of_connection(const sinsp_evt &event);

private:
	sinsp_filter_check_fd check_; // of the field without .name
	std::vector<extract_value_t> extracted_;
};

// libsinsp's check of one of the fields, but for where the names' addresses come from. While a name has no answer, a
// comparison with it does not hold, whichever it is. The field's value is a name that some check compares with.
class HostNameCheck final : public sinsp_filter_check_fd {
public:
	std::unique_ptr<sinsp_filter_check> allocate_new() override { return std::make_unique<HostNameCheck>(); }
	int32_t parse_field_name(std::string_view name, bool alloc_state, bool needed_for_filtering) override;
	using sinsp_filter_check::add_filter_value;
	void add_filter_value(const char *text, uint32_t size, uint32_t number) override;

protected:
	uint8_t *extract_single(sinsp_evt *event, uint32_t *size, bool sanitize) override;
	bool compare_nocache(sinsp_evt *event) override;

private:
	NamedAddress &address();

	std::string field_;
	std::unique_ptr<NamedAddress> address_; // made when the first event is looked at
	std::vector<KnownHost> hosts_;          // that it compares with
	std::string value_;                     // that was extracted last
};

} // namespace falco::matcher
