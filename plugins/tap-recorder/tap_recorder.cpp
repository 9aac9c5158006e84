// SPDX-License-Identifier: Apache-2.0
//
// Records the captured events to .scap files while they are matched. Each file begins with the state of its first
// moment, so it can be replayed alone.
#include "file_ring.hpp"
#include "plugins/family-sinsp/event_filter.hpp"
#include "plugins/family-sinsp/family.hpp"
#include "plugins/trace-builder/block_file.hpp"
#include "plugins/trace-builder/event_buffer.hpp"

#include <falco/plugin.hpp>
#include <libsinsp/filter.h>
#include <libsinsp/sinsp.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace falco::recorder;
using namespace falco::trace;
using Clock = std::chrono::steady_clock;

constexpr const char *kSchema = R"({
	"type": "object",
	"additionalProperties": false,
	"required": ["path"],
	"properties": {
		"path": {"type": "string", "minLength": 1,
			"description": "the file; a full one is renamed, with a rising number before .scap, and a new one begun"},
		"compress": {"type": "boolean", "default": false, "description": "gzip the files"},
		"max_size_mb": {"type": "integer", "minimum": 0, "maximum": 1048576, "default": 0,
			"description": "a file of so many MiB is full; 0: no limit"},
		"max_seconds": {"type": "integer", "minimum": 0, "maximum": 31536000, "default": 0,
			"description": "a file that was begun so long ago is full; 0: no limit"},
		"max_files": {"type": "integer", "minimum": 0, "maximum": 999999, "default": 0,
			"description": "the oldest file is removed when there are more, also of earlier runs; 0: no limit"},
		"filter": {"type": "string", "default": "",
			"description": "only events that meet this condition (the rules' language, without macros); those that change the state of processes are kept for it, but not shown in a replay. Empty: all"}
	}
})";

class Recorder final : public falco::Tap {
public:
	static constexpr falco_family family = falco::sinsp_family::family;

	Recorder(falco::Host host, std::string_view config) : Recorder(host, nlohmann::json::parse(config)) {}

	void bind(void *context) override
	{
		inspector_ = static_cast<sinsp *>(context);
		totals_ = {};
		try {
			if (!filter_text_.empty()) {
				filter_ = falco::sinsp_family::compile_event_filter(*inspector_, filter_text_);
			}
			begin_file();
		} catch (...) {
			let_go(); // nobody calls unbind after this
			throw;
		}
	}

	void event(const falco_event &event) override
	{
		auto &found = *static_cast<sinsp_evt *>(event.object);
		bool drop = false;
		auto flags = static_cast<uint32_t>(found.get_dump_flags(&drop));
		if (filter_ && !filter_->run(&found)) {
			const bool changes_state = (found.get_info_flags() & EF_MODIFIES_STATE) != 0;
			if (!changes_state && (found.get_category() & EC_INTERNAL) == 0) {
				return;
			}
			if (changes_state) {
				flags |= SCAP_DF_STATE_ONLY;
			}
		}
		buffer_.add(found, static_cast<scap_dump_flags>(flags));
		events_in_buffer_++;
		if (buffer_.is_full() || is_large_enough()) {
			write_buffer();
			// After the event: the new file's state has its effect.
			if (is_large_enough()) {
				begin_file();
			}
		}
	}

	void flush() override
	{
		write_buffer();
		if (max_seconds_.count() > 0 && Clock::now() - begun_ >= max_seconds_ && events_in_file_ > 0) {
			begin_file();
		}
	}

	void unbind() noexcept override
	{
		let_go();
		if (totals_.files > 0) {
			host_.log(FALCO_LOG_INFO,
				  "recorded " + std::to_string(totals_.events) + " events, " +
					  std::to_string(totals_.bytes) + " bytes in " + std::to_string(totals_.files) +
					  (totals_.files == 1 ? " file, " : " files, the newest is ") + ring_.path());
		}
	}

private:
	struct Totals {
		uint64_t events = 0; // that reached a file
		uint64_t bytes = 0;  // of files that are closed
		uint64_t files = 0;
	};

	Recorder(falco::Host host, const nlohmann::json &config)
	    : host_(host), ring_(config.at("path").get<std::string>(), config.at("max_files").get<size_t>()),
	      compress_(config.at("compress")), max_bytes_(config.at("max_size_mb").get<uint64_t>() << 20),
	      max_seconds_(config.at("max_seconds").get<int64_t>()),
	      filter_text_(config.at("filter").get<std::string>())
	{
		const std::string problem = ring_.problem();
		if (!problem.empty()) {
			throw falco::ConfigError("path: " + problem);
		}
		if (!filter_text_.empty()) {
			try {
				sinsp inspector;
				falco::sinsp_family::compile_event_filter(inspector, filter_text_);
			} catch (const std::exception &e) {
				throw falco::ConfigError(std::string("filter: ") + e.what());
			}
		}
	}

	void close_file()
	{
		if (file_) {
			totals_.bytes += file_->size();
			file_.reset();
		}
	}

	void let_go()
	{
		close_file();
		buffer_.clear(); // what could not be written
		events_in_buffer_ = 0;
		filter_.reset();
		inspector_ = nullptr;
	}

	// A file of events no larger than its own head is never full, or a long table of processes would make every
	// event a file.
	bool is_large_enough() const
	{
		const uint64_t events = file_->size() - head_bytes_ + (compress_ ? 0 : buffer_.used());
		return max_bytes_ > 0 && head_bytes_ + events >= max_bytes_ && events >= head_bytes_;
	}

	void begin_file()
	{
		close_file();
		const std::string head = trace_head(*inspector_);
		std::vector<std::string> removed;
		const int fd = ring_.open_next(removed);
		file_ = std::make_unique<BlockFile>(fd, ring_.path(), compress_);
		for (const std::string &file : removed) {
			host_.log(FALCO_LOG_INFO, "removed " + file + ", the oldest of more than max_files");
		}
		begun_ = Clock::now();
		events_in_file_ = 0;
		totals_.files++;
		file_->write(head);
		head_bytes_ = file_->size();
	}

	void write_buffer()
	{
		if (buffer_.used() > 0) {
			file_->write(buffer_.blocks());
			buffer_.clear();
			events_in_file_ += events_in_buffer_;
			totals_.events += events_in_buffer_;
			events_in_buffer_ = 0;
		}
	}

	falco::Host host_;
	FileRing ring_;
	const bool compress_;
	const uint64_t max_bytes_;
	const std::chrono::seconds max_seconds_;
	const std::string filter_text_;

	sinsp *inspector_ = nullptr; // while bound
	std::unique_ptr<sinsp_filter> filter_;
	EventBuffer buffer_;
	uint64_t events_in_buffer_ = 0;
	std::unique_ptr<BlockFile> file_;
	uint64_t head_bytes_ = 0; // of the file's size
	uint64_t events_in_file_ = 0;
	Clock::time_point begun_; // the file
	Totals totals_;           // of this capture
};

} // namespace

FALCO_TAP_PLUGIN(Recorder, {"recorder", "0.1.0", "records events to .scap files, to be replayed", nullptr, kSchema})
