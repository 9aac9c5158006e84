// SPDX-License-Identifier: Apache-2.0
//
// A tap with one bad habit, which a definition chooses.
#include <falco/plugin.hpp>

#include <fcntl.h>
#include <stdexcept>

namespace {

class BadTap final : public falco::Tap {
public:
	static constexpr falco_family family = {"fake/1", nullptr};

	BadTap(falco::Host, std::string_view) {}

	void bind(void *) override
	{
		++captures_;
		events_ = 0;
#if defined(BAD_SECOND_BIND)
		if (captures_ == 2) throw std::runtime_error("one capture is enough");
#elif defined(BAD_KEEPS_OPEN)
		open("/dev/null", O_WRONLY | O_CLOEXEC);
#endif
	}
	void event(const falco_event &) override
	{
		++events_;
	}
	void flush() override
	{
#if defined(BAD_EARLY_FLUSH)
		if (events_ == 0) throw std::runtime_error("nothing to flush");
#endif
	}
	void unbind() noexcept override {}

private:
	int captures_ = 0;
	int events_ = 0;
};

} // namespace

FALCO_TAP_PLUGIN(BadTap, {"bad", "1.0.0", "has a bad habit", nullptr, nullptr})
