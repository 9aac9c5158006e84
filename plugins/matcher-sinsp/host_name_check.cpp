// SPDX-License-Identifier: Apache-2.0
#include "host_name_check.hpp"

#include <libsinsp/sinsp.h>

#include <algorithm>

namespace falco::matcher {

NamedAddress::NamedAddress(const std::string &field, sinsp *inspector)
{
	check_.set_inspector(inspector);
	check_.parse_field_name(field.substr(0, field.rfind('.')), true, true);
}

std::string_view NamedAddress::of(sinsp_evt *event)
{
	extracted_.clear();
	if (!check_.extract(event, extracted_, false) || extracted_.empty() || !extracted_[0].ptr) {
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

int32_t HostNameCheck::parse_field_name(std::string_view name, bool alloc_state, bool needed_for_filtering)
{
	field_ = name;
	return sinsp_filter_check_fd::parse_field_name(name, alloc_state, needed_for_filtering);
}

void HostNameCheck::add_filter_value(const char *text, uint32_t size, uint32_t number)
{
	sinsp_filter_check_fd::add_filter_value(text, size, number);
	hosts_.emplace_back(HostNames::instance().add(std::string(text, size)));
}

NamedAddress &HostNameCheck::address()
{
	if (!address_) {
		address_ = std::make_unique<NamedAddress>(field_, m_inspector);
	}
	return *address_;
}

uint8_t *HostNameCheck::extract_single(sinsp_evt *event, uint32_t *size, bool)
{
	const std::string_view bytes = address().of(event);
	value_ = bytes.empty() ? std::string() : HostNames::instance().name_of(bytes);
	*size = static_cast<uint32_t>(value_.size());
	return value_.empty() ? nullptr : reinterpret_cast<uint8_t *>(value_.data());
}

bool HostNameCheck::compare_nocache(sinsp_evt *event)
{
	if (m_cmpop == CO_EXISTS) {
		m_extracted_values.clear();
		return extract(event, m_extracted_values, false);
	}
	const std::string_view bytes = address().of(event);
	if (bytes.empty() || !NamedAddress::is_of_connection(*event)) {
		return false;
	}
	return std::any_of(hosts_.begin(), hosts_.end(), [&](KnownHost &host) {
		const auto *addresses = host.addresses();
		return addresses && (addresses->find(bytes) != addresses->end()) == (m_cmpop != CO_NE);
	});
}

} // namespace falco::matcher
