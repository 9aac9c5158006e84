// SPDX-License-Identifier: Apache-2.0
//
// falco/plugin/tap.hpp - taps: Tap and FALCO_TAP_PLUGIN.
#pragma once

#include "falco/plugin/common.hpp"

namespace falco {

// Sees each captured event after it was matched. Its derived class names its family in `static const falco_family
// family`.
class Tap {
public:
	virtual ~Tap() = default;
	virtual void bind(void *context) = 0;
	virtual void event(const falco_event &event) = 0;
	// About once a second.
	virtual void flush() {}
	virtual void unbind() noexcept = 0;
	virtual void metrics(const falco_metric_sink &) {}

protected:
	Tap() = default;
	Tap(const Tap &) = delete;
	Tap &operator=(const Tap &) = delete;
};

namespace detail {

template <typename Class>
struct TapTable {
	static falco_status bind(falco_tap *p, void *context, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Tap>(p).bind(context), FALCO_OK; });
	}
	static falco_status event(falco_tap *p, const falco_event *event, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Tap>(p).event(*event), FALCO_OK; });
	}
	static falco_status flush(falco_tap *p, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Tap>(p).flush(), FALCO_OK; });
	}
	static void unbind(falco_tap *p) noexcept { self<Tap>(p).unbind(); }
	static void destroy(falco_tap *p) noexcept { delete &self<Tap>(p); }
	static void metrics(falco_tap *p, const falco_metric_sink *sink) noexcept
	{
		falco_error ignored;
		guard(&ignored, [&] { return self<Tap>(p).metrics(*sink), FALCO_OK; });
	}

	static constexpr falco_tap_ops ops = {sizeof(falco_tap_ops),
					      0,
					      Class::family,
					      create<falco_tap, Tap, Class>,
					      bind,
					      event,
					      flush,
					      unbind,
					      destroy,
					      metrics};
};

} // namespace detail
} // namespace falco

// Exports the plugin's table; what follows the class initialises a falco::Info.
#define FALCO_TAP_PLUGIN(Class, ...)                                                                                   \
	extern "C" FALCO_EXPORT const falco_plugin falco_plugin_entry =                                                \
		::falco::detail::describe(FALCO_KIND_TAP, ::falco::Info __VA_ARGS__, nullptr, nullptr, nullptr,        \
					  &::falco::detail::TapTable<Class>::ops, nullptr);
