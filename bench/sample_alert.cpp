// SPDX-License-Identifier: Apache-2.0
#include "bench/sample_alert.hpp"

#include "host/pipeline/output_queue.hpp"

#include <falco/plugin.hpp>

#include <malloc.h>

namespace falco::bench {

SampleAlert::SampleAlert()
{
	host::Rule rule;
	rule.name = "read_sensitive_file_untrusted";
	rule.desc = "a program that has no business with passwords reads a file that holds them";
	rule.source = "syscall";
	rule.priority = 4;
	rule.tags = {"filesystem", "users"};
	rule.fields = {"user.name", "proc.cmdline", "fd.name", "proc.pname", "container.id"};
	rule.output = {{"Sensitive file opened for reading by non-trusted program (user=", -1, 0},
		       {"", 0, 0},
		       {" command=", -1, 0},
		       {"", 1, 0},
		       {" file=", -1, 0},
		       {"", 2, 0},
		       {" parent=", -1, 0},
		       {"", 3, 0},
		       {" container=", -1, 0},
		       {"", 4, 0},
		       {")", -1, 0}};
	rules = std::make_shared<const host::RuleSet>(host::RuleSet{rule});

	for (const char *text : {"root", "cat /etc/shadow /etc/gshadow", "/etc/shadow", "bash", "host"})
		values.push_back({str(text), {nullptr, 0}});
	match.struct_size = sizeof match;
	match.time_ns = 1465256864080226697;
	match.event_number = 1;
	match.values = values.data();
}

double bytes_of_queued()
{
	const SampleAlert sample;
	const auto rules = std::make_shared<const host::RuleTexts>(sample.rules);
	const auto run = std::make_shared<const host::Alert::Run>(host::FormatOptions{}, "0123456789abcdef");
	constexpr size_t kQueued = 65536;
	const size_t before = mallinfo2().uordblks;
	host::OutputQueue queue(kQueued);
	for (size_t i = 1; i <= kQueued; ++i)
		queue.put(std::make_shared<const host::Alert>(sample.match, rules, run, i));
	return static_cast<double>(mallinfo2().uordblks - before) / kQueued;
}

} // namespace falco::bench
