// SPDX-License-Identifier: Apache-2.0
//
// falco/plugin/matcher.hpp - matchers: Matcher and FALCO_MATCHER_PLUGIN.
#pragma once

#include "falco/plugin/common.hpp"

#include <cstdint>

namespace falco {

// Checks events against rules. Its derived class names its family in `static const falco_family family`.
class Matcher {
public:
	virtual ~Matcher() = default;
	virtual void load(const falco_load_request &request, const falco_report &report,
			  const falco_rule_sink &rules) = 0;
	virtual void bind(void *context) = 0;
	virtual void match(const falco_event &event, const falco_match_sink &sink) = 0;
	virtual void unbind() noexcept = 0;
	virtual void validate(const falco_load_request &request, const falco_report &report) = 0;
	virtual void describe(const falco_text_sink &sink) = 0;
	virtual void fields(const falco_text_sink &sink) = 0;
	// Which events the loaded rules need, in the family's own words; writing nothing asks for all.
	virtual void interests(const falco_text_sink &) {}
	virtual void metrics(const falco_metric_sink &) {}
	virtual void events(const falco_text_sink &) { throw Unsupported("this matcher does not list events"); }
	virtual void rules_schema(const falco_text_sink &)
	{
		throw Unsupported("this matcher has no schema of its rules files");
	}
	virtual void explain(const falco_event &, uint32_t, const falco_text_sink &)
	{
		throw Unsupported("this matcher does not explain");
	}
	// `flags`: FALCO_OBSERVE_*
	virtual void observe(const falco_event &, uint32_t, uint32_t)
	{
		throw Unsupported("this matcher does not count what its conditions say");
	}
	virtual void observed(const falco_text_sink &)
	{
		throw Unsupported("this matcher does not count what its conditions say");
	}

protected:
	Matcher() = default;
	Matcher(const Matcher &) = delete;
	Matcher &operator=(const Matcher &) = delete;
};

namespace detail {

template <typename Class>
struct MatcherTable {
	static falco_status load(falco_matcher *p, const falco_load_request *request, const falco_report *report,
				 const falco_rule_sink *rules, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Matcher>(p).load(*request, *report, *rules), FALCO_OK; });
	}
	static falco_status bind(falco_matcher *p, void *context, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Matcher>(p).bind(context), FALCO_OK; });
	}
	static falco_status match(falco_matcher *p, const falco_event *event, const falco_match_sink *sink,
				  falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Matcher>(p).match(*event, *sink), FALCO_OK; });
	}
	static void unbind(falco_matcher *p) noexcept { self<Matcher>(p).unbind(); }
	static void destroy(falco_matcher *p) noexcept { delete &self<Matcher>(p); }
	static void metrics(falco_matcher *p, const falco_metric_sink *sink) noexcept
	{
		falco_error ignored;
		guard(&ignored, [&] { return self<Matcher>(p).metrics(*sink), FALCO_OK; });
	}
	static falco_status validate(falco_matcher *p, const falco_load_request *request, const falco_report *report,
				     falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Matcher>(p).validate(*request, *report), FALCO_OK; });
	}
	static falco_status describe(falco_matcher *p, const falco_text_sink *sink, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Matcher>(p).describe(*sink), FALCO_OK; });
	}
	static falco_status fields(falco_matcher *p, const falco_text_sink *sink, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Matcher>(p).fields(*sink), FALCO_OK; });
	}

	static falco_status events(falco_matcher *p, const falco_text_sink *sink, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Matcher>(p).events(*sink), FALCO_OK; });
	}
	static falco_status rules_schema(falco_matcher *p, const falco_text_sink *sink, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Matcher>(p).rules_schema(*sink), FALCO_OK; });
	}
	static falco_status explain(falco_matcher *p, const falco_event *event, uint32_t rule,
				    const falco_text_sink *sink, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Matcher>(p).explain(*event, rule, *sink), FALCO_OK; });
	}
	static falco_status observe(falco_matcher *p, const falco_event *event, uint32_t rule, uint32_t flags,
				    falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Matcher>(p).observe(*event, rule, flags), FALCO_OK; });
	}
	static falco_status observed(falco_matcher *p, const falco_text_sink *sink, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Matcher>(p).observed(*sink), FALCO_OK; });
	}

	static void interests(falco_matcher *p, const falco_text_sink *sink) noexcept
	{
		falco_error ignored;
		guard(&ignored, [&] { return self<Matcher>(p).interests(*sink), FALCO_OK; });
	}

	static constexpr falco_matcher_ops ops = {sizeof(falco_matcher_ops),
						  0,
						  Class::family,
						  create<falco_matcher, Matcher, Class>,
						  load,
						  bind,
						  match,
						  unbind,
						  destroy,
						  metrics,
						  interests,
						  validate,
						  describe,
						  fields,
						  explain,
						  events,
						  rules_schema,
						  observe,
						  observed};
};

} // namespace detail
} // namespace falco

// Exports the plugin's table; what follows the class initialises a falco::Info.
#define FALCO_MATCHER_PLUGIN(Class, ...)                                                                               \
	extern "C" FALCO_EXPORT const falco_plugin falco_plugin_entry =                                                \
		::falco::detail::describe(FALCO_KIND_MATCHER, ::falco::Info __VA_ARGS__, nullptr,                      \
					  &::falco::detail::MatcherTable<Class>::ops, nullptr, nullptr, nullptr);
