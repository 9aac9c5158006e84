// SPDX-License-Identifier: Apache-2.0
#include "plugins/matcher-sinsp/field_factory.hpp"

#include "plugins/family-sinsp/host_name_fields.hpp"
#include "plugins/matcher-sinsp/field_names.hpp"
#include "plugins/matcher-sinsp/host_name_check.hpp"

#include <libsinsp/sinsp.h>
#include <libsinsp/sinsp_filtercheck.h>

#include <gtest/gtest.h>

#include <exception>
#include <string>
#include <typeinfo>

using namespace falco::matcher;

namespace {

// What a factory answers: the kind of check, or why there is none.
std::string answer(const sinsp_filter_factory &factory, const std::string &name)
{
	try {
		const auto check = factory.new_filtercheck(name);
		return check ? typeid(*check).name() : "none";
	} catch (const std::exception &e) {
		return std::string("error: ") + e.what();
	}
}

} // namespace

TEST(FieldFactory, answers_as_libsinsp_does_every_time)
{
	sinsp inspector;
	sinsp_filter_check_list checks;
	const sinsp_filter_factory theirs(&inspector, checks);
	const FieldFactory ours(&inspector, checks);
	auto names = field_names(checks);
	for (const char *other : {"",
				  "arg",
				  "argument",
				  "arg.x",
				  "proc",
				  "proc.",
				  "proc.nam",
				  "proc.name.x",
				  "proc.aname",
				  "proc.aname[2]",
				  "proc.aname[",
				  "proc.apid[x]",
				  "evt.arg",
				  "evt.arg.name",
				  "evt.arg[0]",
				  "evt.rawarg.res",
				  "evt.rawarg.nothing",
				  "evt.type.is.1",
				  "container.mount[0]",
				  "container.mount.dest[/x]",
				  "container.mount.nothing",
				  "k8s.pod.label.x",
				  "fd.types[0]",
				  "proc.env[PATH]",
				  "span.tag.x",
				  "evtin.span.arg.x",
				  "evt",
				  "event.x",
				  "/etc/proc.name",
				  "a value",
				  "bash",
				  ".",
				  ".name"}) {
		names.emplace_back(other);
	}
	for (const auto &name : names) {
		for (const std::string &text : {name, name + "x", name + "[1]", name + "[a]"}) {
			std::string expected = answer(theirs, text);
			if (expected == typeid(sinsp_filter_check_fd).name() &&
			    falco::sinsp_family::is_host_name_field(name)) {
				expected = typeid(HostNameCheck).name();
			}
			EXPECT_EQ(answer(ours, text), expected) << text;
			EXPECT_EQ(answer(ours, text), expected) << text << ", asked again";
		}
	}
}
