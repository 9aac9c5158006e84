// SPDX-License-Identifier: Apache-2.0
//
// An output that takes several alerts at a time: falco::Output and the table's write_batch.
#pragma once

#include <falco/plugin.hpp>

#include <cstddef>

namespace falco {

class BatchOutput : public Output {
public:
	// [worker] Takes the first of `count` alerts, at least one unless it throws. `taken`, which is 0, becomes how
	// many, also when it throws; the host comes again with the others.
	virtual void write_batch(const falco_alert *const *alerts, size_t count, size_t &taken) = 0;

	void write(const Alert &alert) override
	{
		const falco_alert *const one = &alert.raw();
		size_t taken = 0;
		write_batch(&one, 1, taken);
	}
};

namespace detail {

template <typename Class, uint32_t flags>
struct BatchOutputTable {
	static falco_status write_batch(falco_output *p, const falco_alert *const *alerts, size_t count, size_t *taken,
					falco_error *err) noexcept
	{
		*taken = 0;
		return guard(err, [&] {
			static_cast<BatchOutput &>(self<Output>(p)).write_batch(alerts, count, *taken);
			return FALCO_OK;
		});
	}
	static constexpr falco_output_ops with_batch()
	{
		falco_output_ops table = OutputTable<Class, flags>::ops;
		table.write_batch = write_batch;
		return table;
	}
	static constexpr falco_output_ops ops = with_batch();
};

} // namespace detail
} // namespace falco

// As FALCO_OUTPUT_PLUGIN, for a class derived from BatchOutput.
#define FALCO_BATCH_OUTPUT_PLUGIN(Class, flags, ...)                                                                   \
	extern "C" FALCO_EXPORT const falco_plugin falco_plugin_entry =                                                \
		::falco::detail::describe(FALCO_KIND_OUTPUT, ::falco::Info __VA_ARGS__, nullptr, nullptr,              \
					  &::falco::detail::BatchOutputTable<Class, (flags)>::ops, nullptr, nullptr);
