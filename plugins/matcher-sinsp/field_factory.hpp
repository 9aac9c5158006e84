// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libsinsp/filter.h>
#include <libsinsp/filter_check_list.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace falco::matcher {

// Makes checks for fields as libsinsp's factory does, which looks a name up by comparing it with all names of all
// classes; here that is done once for each name. Compiling a check asks for its values as well, since one may be a
// field by mistake: most do not even begin like one. Fields that libsinsp would ask the network for have a check of
// ours.
class FieldFactory final : public sinsp_filter_factory {
public:
	FieldFactory(sinsp *inspector, filter_check_list &checks);

	std::unique_ptr<sinsp_filter_check> new_filtercheck(std::string_view name) const override;

private:
	bool may_be_field(std::string_view name) const;

	std::unordered_set<std::string> classes_; // what stands before the first dot
	std::vector<std::string> beginnings_;     // of names without a dot
	mutable std::unordered_map<std::string, std::unique_ptr<sinsp_filter_check>> known_; // to copy, by name
};

} // namespace falco::matcher
