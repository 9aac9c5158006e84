// SPDX-License-Identifier: Apache-2.0
//
// falco/plugin.hpp - writing a plugin in C++17. Header-only, standard library only.
//
// Derive from Output, BatchOutput, Source, Matcher, Tap or Tool, throw to report errors, and name the class in one
// macro:
//
//     class Console final : public falco::Output {
//     public:
//             Console(falco::Host, std::string_view) {}
//             void write(const falco::Alert &alert) override { ... alert.line() ... }
//     };
//     FALCO_OUTPUT_PLUGIN(Console, 0, {"console", "1.0.0", "prints alerts", nullptr, nullptr})
//
// The class is constructed with the Host and the instance's configuration, a JSON object that fits the plugin's
// schema with the defaults filled in. Each function runs on the thread that falco/plugin.h names for it. An exception
// becomes a status: ConfigError, RetryLater and Unsupported the ones of that name, any other FALCO_ERR_FATAL.
#pragma once

#include "falco/plugin.h"

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace falco {

// The user's configuration or rules are wrong.
struct ConfigError : std::runtime_error {
	using std::runtime_error::runtime_error;
};

// May succeed if tried again later.
struct RetryLater : std::runtime_error {
	using std::runtime_error::runtime_error;
};

// Not possible with this host or this peer.
struct Unsupported : std::runtime_error {
	using std::runtime_error::runtime_error;
};

inline std::string_view view(falco_str text) noexcept
{
	return {text.data ? text.data : "", text.size};
}

inline falco_str str(std::string_view text) noexcept
{
	return {text.data(), text.size()};
}

// The host as a plugin sees it. A value; valid as long as the instance.
class Host {
public:
	explicit Host(const falco_host *host) noexcept : host_(host) {}

	bool log_enabled(falco_level level) const noexcept { return host_->log_enabled(host_, level) != 0; }
	void log(falco_level level, std::string_view text) const noexcept
	{
		host_->log(host_, level, text.data(), text.size());
	}
	const char *version() const noexcept { return host_->version; }
	const char *hostname() const noexcept { return host_->hostname; }
	const char *instance() const noexcept { return host_->instance; }

private:
	const falco_host *host_;
};

// An alert as an output sees it. A view: valid during write.
class Alert {
public:
	explicit Alert(const falco_alert &alert) noexcept : alert_(alert) {}

	std::string_view line() const noexcept { return view(alert_.line); }
	std::string_view message() const noexcept { return view(alert_.message); }
	int priority() const noexcept { return alert_.priority; }
	uint64_t time_ns() const noexcept { return alert_.time_ns; }
	const char *rule() const noexcept { return alert_.rule; }
	const falco_alert &raw() const noexcept { return alert_; }

private:
	const falco_alert &alert_;
};

// Delivers alerts.
class Output {
public:
	virtual ~Output() = default;
	// Throws RetryLater when it cannot be delivered now, Unsupported when this one alert never can: it is lost, and
	// the next has its turn.
	virtual void write(const Alert &alert) = 0;
	// What `write` took counts as delivered only when a later flush returned. A class without one of its own has
	// delivered when write returned.
	virtual void flush() {}
	// Log rotation asks to close and open again.
	virtual void reopen() {}
	virtual void metrics(const falco_metric_sink &) {}

protected:
	Output() = default;
	Output(const Output &) = delete;
	Output &operator=(const Output &) = delete;
};

// Several alerts, in their order. A view: valid during write_batch.
class Alerts {
public:
	Alerts(const falco_alert *const *alerts, size_t count) noexcept : alerts_(alerts), count_(count) {}

	size_t size() const noexcept { return count_; }
	Alert operator[](size_t index) const noexcept { return Alert(*alerts_[index]); }

private:
	const falco_alert *const *alerts_;
	size_t count_;
};

// Delivers several alerts at a time: as many as wait, up to the user's batch.max_alerts.
class BatchOutput : public Output {
public:
	// Takes the first of the alerts, at least one unless it throws. `taken`, which is 0, becomes how many, also
	// when it throws; the host comes again with the others.
	virtual void write_batch(const Alerts &alerts, size_t &taken) = 0;

	void write(const Alert &alert) override
	{
		const falco_alert *const one = &alert.raw();
		size_t taken = 0;
		write_batch(Alerts(&one, 1), taken);
	}
};

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

// What a tool's command is called with; see falco_tool_request. A view: valid during run.
class ToolRequest {
public:
	explicit ToolRequest(const falco_tool_request &request) noexcept : request_(request) {}

	std::string_view command() const noexcept { return request_.command; }
	// A JSON object.
	std::string_view arguments() const noexcept { return request_.arguments; }
	void out(std::string_view text) const { request_.out->write(request_.out->ctx, text.data(), text.size()); }
	void err(std::string_view text) const { request_.err->write(request_.err->ctx, text.data(), text.size()); }
	void progress(uint64_t done, uint64_t total) const
	{
		if (request_.progress) request_.progress->report(request_.progress->ctx, done, total);
	}

private:
	const falco_tool_request &request_;
};

// Serves a subcommand of falco. Its derived class describes its commands in `static constexpr const char *commands`;
// see falco_tool_ops.
class Tool {
public:
	virtual ~Tool() = default;
	// Runs one command and returns falco's exit status.
	virtual int run(const ToolRequest &request) = 0;

protected:
	Tool() = default;
	Tool(const Tool &) = delete;
	Tool &operator=(const Tool &) = delete;
};

// What a plugin says about itself; see falco_plugin.
struct Info {
	const char *name;
	const char *version;
	const char *description;
	const char *contact;
	const char *config_schema;
};

namespace detail {

inline falco_status fail(falco_error *err, falco_status status, const char *what) noexcept
{
	err->status = status;
	std::snprintf(err->message, sizeof err->message, "%s", what);
	return status;
}

// Runs `body`, which returns a status, and turns whatever it throws into a status and a message.
template <typename Body>
falco_status guard(falco_error *err, Body &&body) noexcept
{
	try {
		return body();
	} catch (const ConfigError &e) {
		return fail(err, FALCO_ERR_CONFIG, e.what());
	} catch (const RetryLater &e) {
		return fail(err, FALCO_ERR_RETRY, e.what());
	} catch (const Unsupported &e) {
		return fail(err, FALCO_ERR_UNSUPPORTED, e.what());
	} catch (const std::exception &e) {
		return fail(err, FALCO_ERR_FATAL, e.what());
	} catch (...) {
		return fail(err, FALCO_ERR_FATAL, "unknown exception");
	}
}

// The handle that crosses the boundary is the address of the object, as its kind.
template <typename Handle, typename Kind, typename Class>
Handle *create(const falco_host *host, const char *config, falco_error *err) noexcept
{
	Kind *made = nullptr;
	guard(err, [&] {
		made = new Class(Host(host), std::string_view(config));
		return FALCO_OK;
	});
	return reinterpret_cast<Handle *>(made);
}

template <typename Kind, typename Handle>
Kind &self(Handle *handle) noexcept
{
	return *reinterpret_cast<Kind *>(handle);
}

// Whether the class has a flush of its own: the type of one that it only inherits names Output.
template <typename Class, typename = void>
struct HasFlush : std::true_type {
};
template <typename Class>
struct HasFlush<Class, std::void_t<decltype(&Class::flush)>>
    : std::negation<std::is_same<decltype(&Class::flush), void (Output::*)()>> {
};

template <typename Class, uint32_t flags>
struct OutputTable {
	static falco_status write(falco_output *p, const falco_alert *alert, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Output>(p).write(Alert(*alert)), FALCO_OK; });
	}
	static falco_status write_batch(falco_output *p, const falco_alert *const *alerts, size_t count, size_t *taken,
					falco_error *err) noexcept
	{
		*taken = 0;
		return guard(err, [&] {
			static_cast<BatchOutput &>(self<Output>(p)).write_batch(Alerts(alerts, count), *taken);
			return FALCO_OK;
		});
	}
	static falco_status flush(falco_output *p, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Output>(p).flush(), FALCO_OK; });
	}
	static falco_status reopen(falco_output *p, falco_error *err) noexcept
	{
		return guard(err, [&] { return self<Output>(p).reopen(), FALCO_OK; });
	}
	static void destroy(falco_output *p) noexcept { delete &self<Output>(p); }
	static void metrics(falco_output *p, const falco_metric_sink *sink) noexcept
	{
		falco_error ignored;
		guard(&ignored, [&] { return self<Output>(p).metrics(*sink), FALCO_OK; });
	}

	static constexpr falco_output_ops ops = {sizeof(falco_output_ops),
						 flags,
						 create<falco_output, Output, Class>,
						 write,
						 destroy,
						 std::is_base_of_v<BatchOutput, Class> ? write_batch : nullptr,
						 HasFlush<Class>::value ? flush : nullptr,
						 reopen,
						 metrics};
};

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

template <typename Class>
struct ToolTable {
	static falco_status run(falco_tool *p, const falco_tool_request *request, int32_t *exit_status,
				falco_error *err) noexcept
	{
		return guard(err, [&] {
			*exit_status = self<Tool>(p).run(ToolRequest(*request));
			return FALCO_OK;
		});
	}
	static void destroy(falco_tool *p) noexcept { delete &self<Tool>(p); }

	static constexpr falco_tool_ops ops = {sizeof(falco_tool_ops),          0,   Class::commands,
					       create<falco_tool, Tool, Class>, run, destroy};
};

constexpr falco_plugin describe(falco_kind kind, Info info, const falco_source_ops *source,
				const falco_matcher_ops *matcher, const falco_output_ops *output,
				const falco_tap_ops *tap, const falco_tool_ops *tool) noexcept
{
	return {FALCO_ABI_MAGIC,
		sizeof(falco_plugin),
		FALCO_ABI_MAJOR,
		FALCO_ABI_TARGET_MINOR,
		kind,
		0,
		info.name,
		info.version,
		info.description,
		info.contact,
		info.config_schema,
		source,
		matcher,
		output,
		tap,
		tool};
}

} // namespace detail
} // namespace falco

// Export the plugin's table. `flags`: FALCO_OUTPUT_* or FALCO_SOURCE_*; the rest initialises a falco::Info.
#define FALCO_OUTPUT_PLUGIN(Class, flags, ...)                                                                         \
	extern "C" FALCO_EXPORT const falco_plugin falco_plugin_entry =                                                \
		::falco::detail::describe(FALCO_KIND_OUTPUT, ::falco::Info __VA_ARGS__, nullptr, nullptr,              \
					  &::falco::detail::OutputTable<Class, (flags)>::ops, nullptr, nullptr);
#define FALCO_SOURCE_PLUGIN(Class, flags, ...)                                                                         \
	extern "C" FALCO_EXPORT const falco_plugin falco_plugin_entry = ::falco::detail::describe(                     \
		FALCO_KIND_SOURCE, ::falco::Info __VA_ARGS__, &::falco::detail::SourceTable<Class, (flags)>::ops,      \
		nullptr, nullptr, nullptr, nullptr);
#define FALCO_MATCHER_PLUGIN(Class, ...)                                                                               \
	extern "C" FALCO_EXPORT const falco_plugin falco_plugin_entry =                                                \
		::falco::detail::describe(FALCO_KIND_MATCHER, ::falco::Info __VA_ARGS__, nullptr,                      \
					  &::falco::detail::MatcherTable<Class>::ops, nullptr, nullptr, nullptr);
#define FALCO_TAP_PLUGIN(Class, ...)                                                                                   \
	extern "C" FALCO_EXPORT const falco_plugin falco_plugin_entry =                                                \
		::falco::detail::describe(FALCO_KIND_TAP, ::falco::Info __VA_ARGS__, nullptr, nullptr, nullptr,        \
					  &::falco::detail::TapTable<Class>::ops, nullptr);
#define FALCO_TOOL_PLUGIN(Class, ...)                                                                                  \
	extern "C" FALCO_EXPORT const falco_plugin falco_plugin_entry =                                                \
		::falco::detail::describe(FALCO_KIND_TOOL, ::falco::Info __VA_ARGS__, nullptr, nullptr, nullptr,       \
					  nullptr, &::falco::detail::ToolTable<Class>::ops);
