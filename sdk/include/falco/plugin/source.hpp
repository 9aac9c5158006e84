// SPDX-License-Identifier: Apache-2.0
//
// falco/plugin/source.hpp - sources: Source and FALCO_SOURCE_PLUGIN.
#pragma once

#include "falco/plugin/common.hpp"

#include <cstdint>

namespace falco {

enum class Next { event, timeout, end };

// Reads events. Its derived class names its family in `static const falco_family family`.
class Source {
public:
	virtual ~Source() = default;
	// False: there is no capture left.
	virtual bool start(const falco_capture_request &request) = 0;
	virtual void *context() = 0;
	virtual Next next(falco_event &event) = 0;
	virtual void stop() noexcept = 0;
	virtual void metrics(const falco_metric_sink &) {}
	// Changes what is captured without stopping.
	virtual void update(const falco_capture_request &)
	{
		throw Unsupported("this source cannot change an open capture");
	}

protected:
	Source() = default;
	Source(const Source &) = delete;
	Source &operator=(const Source &) = delete;
};

namespace detail {

template <typename Class, uint32_t flags>
struct SourceTable {
	static falco_status start(falco_source *p, const falco_capture_request *request, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Source>(p).start(*request) ? FALCO_OK : FALCO_END; });
	}
	static void *context(falco_source *p) noexcept { return self<Source>(p).context(); }
	static falco_status next(falco_source *p, falco_event *out, falco_error *err) noexcept
	{
		return guard(err, [&] {
			switch (self<Source>(p).next(*out)) {
			case Next::event:
				return FALCO_OK;
			case Next::timeout:
				return FALCO_TIMEOUT;
			case Next::end:
				break;
			}
			return FALCO_END;
		});
	}
	static void stop(falco_source *p) noexcept { self<Source>(p).stop(); }
	static void destroy(falco_source *p) noexcept { delete &self<Source>(p); }
	static void metrics(falco_source *p, const falco_metric_sink *sink) noexcept
	{
		falco_error ignored;
		guard(&ignored, [&] { return self<Source>(p).metrics(*sink), FALCO_OK; });
	}

	static falco_status update(falco_source *p, const falco_capture_request *request, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Source>(p).update(*request), FALCO_OK; });
	}

	static constexpr falco_source_ops ops = {sizeof(falco_source_ops),
						 flags,
						 Class::family,
						 create<falco_source, Source, Class>,
						 start,
						 context,
						 next,
						 stop,
						 destroy,
						 metrics,
						 update};
};

} // namespace detail
} // namespace falco

// Exports the plugin's table. `flags`: FALCO_SOURCE_*; the rest initialises a falco::Info.
#define FALCO_SOURCE_PLUGIN(Class, flags, ...)                                                                         \
	extern "C" FALCO_EXPORT const falco_plugin falco_plugin_entry = ::falco::detail::describe(                     \
		FALCO_KIND_SOURCE, ::falco::Info __VA_ARGS__, &::falco::detail::SourceTable<Class, (flags)>::ops,      \
		nullptr, nullptr, nullptr, nullptr);
