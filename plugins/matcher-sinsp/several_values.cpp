// SPDX-License-Identifier: Apache-2.0
#include "several_values.hpp"

#include "event_subject.hpp"

#include <deque>
#include <map>

namespace falco::matcher {

namespace {

using Values = std::vector<FieldValue>;

class OfConnection final : public SeveralValues {
public:
	using Reader = void (*)(const sinsp_fdinfo &socket, Values &values);
	explicit OfConnection(Reader reader) : reader_(reader) {}
	void read(sinsp_evt *event, Values &values) override
	{
		if (const sinsp_fdinfo *file = open_file_of(event).file) {
			reader_(*file, values);
		}
	}

private:
	Reader reader_;
};

void read_addresses(const sinsp_fdinfo &socket, Values &values)
{
	const sinsp_sockinfo &info = socket.m_sockinfo;
	switch (socket.m_type) {
	case SCAP_FD_IPV4_SOCK:
		values.push_back(number_value(info.m_ipv4info.m_fields.m_sip));
		values.push_back(number_value(info.m_ipv4info.m_fields.m_dip));
		break;
	case SCAP_FD_IPV6_SOCK:
		values.push_back(number_value(info.m_ipv6info.m_fields.m_sip));
		values.push_back(number_value(info.m_ipv6info.m_fields.m_dip));
		break;
	case SCAP_FD_IPV4_SERVSOCK:
		values.push_back(number_value(info.m_ipv4serverinfo.m_ip));
		break;
	case SCAP_FD_IPV6_SERVSOCK:
		values.push_back(number_value(info.m_ipv6serverinfo.m_ip));
		break;
	default:
		break;
	}
}

void read_ports(const sinsp_fdinfo &socket, Values &values)
{
	const sinsp_sockinfo &info = socket.m_sockinfo;
	switch (socket.m_type) {
	case SCAP_FD_IPV4_SOCK:
		values.push_back(number_value(info.m_ipv4info.m_fields.m_sport));
		values.push_back(number_value(info.m_ipv4info.m_fields.m_dport));
		break;
	case SCAP_FD_IPV6_SOCK:
		values.push_back(number_value(info.m_ipv6info.m_fields.m_sport));
		values.push_back(number_value(info.m_ipv6info.m_fields.m_dport));
		break;
	case SCAP_FD_IPV4_SERVSOCK:
		values.push_back(number_value(info.m_ipv4serverinfo.m_port));
		break;
	case SCAP_FD_IPV6_SERVSOCK:
		values.push_back(number_value(info.m_ipv6serverinfo.m_port));
		break;
	default:
		break;
	}
}

class OfAncestors final : public SeveralValues {
public:
	// `made` is where a text can be put that libsinsp keeps nowhere.
	using Reader = FieldValue (*)(sinsp_threadinfo &ancestor, std::string &made);
	explicit OfAncestors(Reader reader) : reader_(reader) {}
	void read(sinsp_evt *event, Values &values) override
	{
		sinsp_threadinfo *thread = thread_of(event);
		sinsp_threadinfo *main = thread ? thread->get_main_thread() : nullptr;
		if (!main) {
			return;
		}
		sinsp_threadinfo::visitor_func_t visit = [this, &values](sinsp_threadinfo *ancestor) {
			if (made_.size() == values.size()) {
				made_.emplace_back();
			}
			values.push_back(reader_(*ancestor, made_[values.size()]));
			return true;
		};
		main->traverse_parent_state(visit);
	}

private:
	Reader reader_;
	std::deque<std::string> made_; // which stay where they are
};

// libsinsp compares up to the first NUL byte.
FieldValue compared(const std::string &text)
{
	return text_value(text.c_str());
}

template <std::string sinsp_threadinfo::*member>
FieldValue read_text(sinsp_threadinfo &ancestor, std::string &)
{
	return compared(ancestor.*member);
}

FieldValue read_command_line(sinsp_threadinfo &ancestor, std::string &made)
{
	sinsp_threadinfo::populate_cmdline(made, &ancestor);
	return compared(made);
}

FieldValue read_environment(sinsp_threadinfo &ancestor, std::string &made)
{
	made = ancestor.concatenate_all_env();
	return compared(made);
}

FieldValue read_process_id(sinsp_threadinfo &ancestor, std::string &)
{
	return number_value(ancestor.m_pid);
}

} // namespace

std::unique_ptr<SeveralValues> several_values_of(const std::string &field)
{
	static const std::map<std::string, OfConnection::Reader> of_connections = {
		{"fd.ip", read_addresses},
		{"fd.net", read_addresses},
		{"fd.port", read_ports},
		{"fd.proto", read_ports},
	};
	static const std::map<std::string, OfAncestors::Reader> of_ancestors = {
		{"proc.acmdline", read_command_line},
		{"proc.aenv", read_environment},
		{"proc.aexe", read_text<&sinsp_threadinfo::m_exe>},
		{"proc.aexepath", read_text<&sinsp_threadinfo::m_exepath>},
		{"proc.aname", read_text<&sinsp_threadinfo::m_comm>},
		{"proc.apid", read_process_id},
	};
	if (const auto found = of_connections.find(field); found != of_connections.end()) {
		return std::make_unique<OfConnection>(found->second);
	}
	const auto found = of_ancestors.find(field);
	return found == of_ancestors.end() ? nullptr : std::make_unique<OfAncestors>(found->second);
}

} // namespace falco::matcher
