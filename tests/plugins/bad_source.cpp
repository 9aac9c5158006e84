// SPDX-License-Identifier: Apache-2.0
//
// A source of 200 events with one bad habit, which a definition chooses.
#include <falco/plugin.hpp>

#include <cstdint>
#include <sys/mman.h>

namespace {

class BadSource final : public falco::Source {
public:
	static constexpr falco_family family = {"fake/1", nullptr};

	BadSource(falco::Host, std::string_view) {}

	bool start(const falco_capture_request &) override
	{
		calls_ = 0;
		return starts_++ == 0;
	}
	void *context() override { return this; }
	falco::Next next(falco_event &event) override
	{
		++calls_;
#if defined(BAD_NUMBERS)
		event.number = calls_ == 150 ? 1 : calls_;
#else
		event.number = calls_;
#endif
#if defined(BAD_OBJECT)
		static void *const unreadable = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		event.object = unreadable;
#else
		event.object = this;
#endif
#if defined(BAD_END)
		if (calls_ == 201) return falco::Next::end;
		return calls_ < 400 ? falco::Next::event : falco::Next::end;
#else
		return calls_ <= 200 ? falco::Next::event : falco::Next::end;
#endif
	}
	void stop() noexcept override {}

private:
	uint64_t calls_ = 0;
	int starts_ = 0;
};

constexpr const char *kSchema = R"({"type": "object", "properties": {
	"paths": {"type": "array", "items": {"type": "string"}, "default": []}}})";

} // namespace

FALCO_SOURCE_PLUGIN(BadSource, 0, {"bad", "1.0.0", "has a bad habit", nullptr, kSchema})
