// SPDX-License-Identifier: Apache-2.0
//
// A condition, in which macros and lists may be named. What is accepted must compile as a whole in libsinsp.
#include "fuzz/load_rules.hpp"

#include <libsinsp/filter.h>

namespace {

using namespace falco;

constexpr const char *kBefore = "- list: shells\n  items: [bash, 'my shell', '\"x,y\"', \"it's\"]\n"
				"- list: inner\n  items: [shells, vi]\n"
				"- list: one\n  items: [/etc]\n"
				"- list: none\n  items: []\n"
				"- macro: opened\n  condition: evt.type in (open, openat) and evt.dir = <\n"
				"- macro: by_shell\n  condition: opened and (proc.name in (inner) or not fd.num > 3)\n"
				"- rule: r\n  desc: d\n  output: x\n  priority: INFO\n  condition: ";

std::string compile_error(const matcher::CompiledRule &rule, fuzz::RulesLoader &loader)
{
	static sinsp_filter_check_list checks;
	static const auto factory = std::make_shared<sinsp_filter_factory>(&loader.inspector, checks);
	try {
		sinsp_filter_compiler(factory, rule.condition.get()).compile();
		return "";
	} catch (const std::exception &e) {
		return e.what();
	}
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static fuzz::RulesLoader loader;
	const nlohmann::json condition(std::string(reinterpret_cast<const char *>(data), size));
	const std::string text =
		kBefore + condition.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
	const auto loaded = loader.load(reinterpret_cast<const uint8_t *>(text.data()), text.size());
	if (loaded.errors == 0 && !loaded.rules.empty()) {
		const std::string error = compile_error(loaded.rules.front(), loader);
		fuzz::require(error.empty(), "libsinsp compiles what is accepted", error);
	}
	return 0;
}
