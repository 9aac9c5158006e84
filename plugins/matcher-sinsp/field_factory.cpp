// SPDX-License-Identifier: Apache-2.0
#include "field_factory.hpp"

#include "field_names.hpp"
#include "host_name_check.hpp"
#include "plugins/family-sinsp/host_name_fields.hpp"

#include <algorithm>

namespace falco::matcher {

FieldFactory::FieldFactory(sinsp *inspector, filter_check_list &checks)
    : sinsp_filter_factory(inspector, checks), beginnings_{"arg"} // which libsinsp has an error for
{
	for (const std::string &name : field_names(checks)) {
		const size_t dot = name.find('.');
		if (dot == std::string::npos) {
			beginnings_.push_back(name);
		} else {
			classes_.insert(name.substr(0, dot));
		}
	}
}

std::unique_ptr<sinsp_filter_check> FieldFactory::new_filtercheck(std::string_view name) const
{
	if (!may_be_field(name)) {
		return nullptr;
	}
	const std::string key(name);
	const auto known = known_.find(key);
	if (known != known_.end()) {
		auto check = known->second->allocate_new();
		check->set_inspector(m_inspector);
		return check;
	}
	auto check = sinsp_filter_factory::new_filtercheck(name);
	if (check && sinsp_family::is_host_name_field(key.substr(0, key.find('[')))) {
		check = std::make_unique<HostNameCheck>();
		check->set_inspector(m_inspector);
	}
	if (check) {
		known_.emplace(key, check->allocate_new());
	}
	return check;
}

bool FieldFactory::may_be_field(std::string_view name) const
{
	const size_t dot = name.find('.');
	return (dot != std::string_view::npos && classes_.count(std::string(name.substr(0, dot)))) ||
	       std::any_of(beginnings_.begin(), beginnings_.end(), [&](const std::string &beginning) {
		       return name.compare(0, beginning.size(), beginning) == 0;
	       });
}

} // namespace falco::matcher
