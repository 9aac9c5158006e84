// SPDX-License-Identifier: Apache-2.0
//
// What a field can be compared by is told when rules are loaded, not when the first event comes.
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/field_factory.hpp"
#include "plugins/matcher-sinsp/field_names.hpp"
#include "plugins/matcher-sinsp/field_operators.hpp"

#include <libsinsp/filter.h>
#include <libsinsp/filter/parser.h>

using namespace falco::matcher;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const std::string kLists[] = {"in", "intersects", "pmatch"};
const std::string kOperators[] = {"=",          "==",          "!=",         "<",        "<=",   ">",     ">=",
				  "contains",   "icontains",   "bcontains",  "endswith", "glob", "iglob", "regex",
				  "startswith", "bstartswith", "intersects", "pmatch",   "in",   "exists"};

std::string check_of(const std::string &field, const std::string &op, const std::string &value)
{
	const bool is_list = std::find(std::begin(kLists), std::end(kLists), op) != std::end(kLists);
	return field + " " + op + (op == "exists" ? "" : is_list ? " (" + value + ")" : " " + value);
}

std::vector<std::string> errors_of(const std::string &check)
{
	return LoadedRules(rule_with("evt.type = connect and " + check)).errors;
}

// libsinsp's filters of all checks that load, of every field by every operator.
class AllChecks {
public:
	explicit AllChecks(sinsp *inspector) : factory_(std::make_shared<FieldFactory>(inspector, checks_))
	{
		for (const auto &field : field_names(checks_)) {
			for (const auto &op : kOperators) {
				for (const char *value : {"1", "text", "127.0.0.1", "10.0.0.0/8"}) {
					add(check_of(field, op, value));
				}
			}
		}
	}

	void run(sinsp_evt *event)
	{
		for (const auto &[check, filter] : filters_) {
			try {
				filter->run(event);
			} catch (const std::exception &e) {
				ADD_FAILURE() << check << ": " << e.what();
			}
		}
	}

	size_t size() const { return filters_.size(); }

private:
	void add(const std::string &text)
	{
		try {
			const auto check = libsinsp::filter::parser(text).parse();
			if (!refuse_operator(check.get())) {
				filters_.emplace_back(text, sinsp_filter_compiler(factory_, check.get()).compile());
			}
		} catch (const std::exception &) {
			return; // the field wants an argument or another kind of value, or has no such operator
		}
	}

	sinsp_filter_check_list checks_;
	std::shared_ptr<FieldFactory> factory_;
	std::vector<std::pair<std::string, std::unique_ptr<sinsp_filter>>> filters_;
};

} // namespace

TEST(FieldOperators, that_names_of_hosts_do_not_have_are_refused_with_their_place)
{
	const std::set<std::string> good = {"=", "==", "!=", "in", "exists"};
	for (const char *field : {"fd.cip.name", "fd.sip.name", "fd.lip.name", "fd.rip.name"}) {
		for (const auto &op : kOperators) {
			const auto errors = errors_of(check_of(field, op, "10"));
			if (good.count(op)) {
				EXPECT_THAT(errors, IsEmpty()) << op;
			} else if (op[0] != 'b') { // which is for buffers of bytes
				EXPECT_THAT(errors, ElementsAre("3:37 bad-condition rule r: " + std::string(field) +
								" cannot be compared by '" + op +
								"': expected one of =, ==, !=, in, exists"));
			}
		}
	}
}

TEST(FieldOperators, that_ports_and_addresses_do_not_have_are_refused_with_their_place)
{
	EXPECT_THAT(errors_of("fd.port intersects (80, 443)"),
		    ElementsAre("3:37 bad-condition rule r: fd.port cannot be compared by 'intersects': expected one "
				"of =, ==, !=, <, <=, >, >=, in"));
	EXPECT_THAT(errors_of("fd.ip intersects (127.0.0.1)"),
		    ElementsAre("3:37 bad-condition rule r: fd.ip cannot be compared by 'intersects': expected one of "
				"=, ==, !=, in"));
	EXPECT_THAT(errors_of("fd.port in (80, 443) and fd.port < 1024 and fd.ip != 127.0.0.1"), IsEmpty());
}

TEST(FieldOperators, that_load_are_compared_at_every_kind_of_event)
{
	sinsp inspector;
	inspector.open_savefile(FALCO_TRACES "/acts.scap");
	AllChecks checks(&inspector);
	EXPECT_GT(checks.size(), 5000U);
	std::set<std::pair<uint16_t, int>> seen; // types of events and of their descriptors
	for (sinsp_evt *event = nullptr;;) {
		const int32_t result = inspector.next(&event);
		if (result == SCAP_EOF) {
			break;
		}
		if (result == SCAP_SUCCESS) {
			const auto *descriptor = event->get_fd_info();
			if (seen.emplace(event->get_type(), descriptor ? descriptor->m_type : -1).second) {
				checks.run(event);
			}
		}
	}
	EXPECT_GT(seen.size(), 50U);
}
