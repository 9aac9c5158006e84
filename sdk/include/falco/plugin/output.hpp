// SPDX-License-Identifier: Apache-2.0
//
// falco/plugin/output.hpp - outputs: Output or BatchOutput, and FALCO_OUTPUT_PLUGIN.
#pragma once

#include "falco/plugin/common.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace falco {

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

namespace detail {

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

} // namespace detail
} // namespace falco

// Exports the plugin's table. `flags`: FALCO_OUTPUT_*; the rest initialises a falco::Info.
#define FALCO_OUTPUT_PLUGIN(Class, flags, ...)                                                                         \
	extern "C" FALCO_EXPORT const falco_plugin falco_plugin_entry =                                                \
		::falco::detail::describe(FALCO_KIND_OUTPUT, ::falco::Info __VA_ARGS__, nullptr, nullptr,              \
					  &::falco::detail::OutputTable<Class, (flags)>::ops, nullptr, nullptr);
