// SPDX-License-Identifier: Apache-2.0
//
// A source of 200 events with one bad habit, which a definition chooses.
#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <sys/mman.h>
#include <thread>

namespace {

class BadSource final : public falco::Source {
public:
	static constexpr falco_family family = {"fake/1", nullptr};

	BadSource(falco::Host, std::string_view config) : left_(nlohmann::json::parse(config)["paths"].size()) {}

	bool start(const falco_capture_request &) override
	{
		calls_ = 0;
#if defined(BAD_SECOND_START)
		if (++starts_ == 2) throw falco::RetryLater("one capture is enough");
#elif defined(BAD_NO_LAST)
		return true;
#endif
		if (left_ == 0) return false;
		--left_;
		return true;
	}
	void *context() override
	{
		return this;
	}
	falco::Next next(falco_event &event) override
	{
		++calls_;
#if defined(BAD_NUMBERS)
		event.number = calls_ == 150 ? 1 : calls_;
#else
		event.number = calls_;
#endif
#if defined(BAD_SLOW)
		if (calls_ == 150) std::this_thread::sleep_for(std::chrono::milliseconds(1300));
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
	size_t left_; // captures
	uint64_t calls_ = 0;
	[[maybe_unused]] int starts_ = 0;
};

constexpr const char *kSchema = R"({"type": "object", "properties": {
	"paths": {"type": "array", "items": {"type": "string"}, "default": []}}})";

} // namespace

FALCO_SOURCE_PLUGIN(BadSource, 0, {"bad", "1.0.0", "has a bad habit", nullptr, kSchema})
