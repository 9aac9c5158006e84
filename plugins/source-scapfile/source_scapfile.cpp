// SPDX-License-Identifier: Apache-2.0
//
// Replays trace files, one capture a file: each has an inspector of its own, so no state crosses from one to the next.
// What can be read ahead, that is regular files, goes through a TraceReader, which spares libsinsp most events.
#include "common/trace_paths.hpp"
#include "plugins/family-sinsp/family.hpp"
#include "plugins/family-sinsp/interests.hpp"
#include "plugins/family-sinsp/scap_error.hpp"
#include "remembered_containers.hpp"
#include "trace_reader.hpp"

#include <falco/plugin.hpp>
#include <libsinsp/sinsp.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <regex>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace falco::scapfile;

constexpr const char *kSchema = R"({
	"type": "object",
	"additionalProperties": false,
	"required": ["paths"],
	"properties": {
		"paths": {
			"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1},
			"description": "trace files, folders of them, or - for standard input; each file is a capture of its own"
		},
		"leave_out_needless": {
			"type": "boolean", "default": true,
			"description": "system calls of a file that leave nothing behind and that no rule is about are not parsed; alerts are the same either way"
		}
	}
})";

// The first bytes of a .scap file: the type of a section header block, as in pcapng.
constexpr unsigned char kSectionHeader[4] = {0x0a, 0x0d, 0x0d, 0x0a};

// After so many events that nobody wants `next` comes back: a small part of a second.
constexpr unsigned kPassOver = 65536;

// How a trace is stored, as far as its first bytes tell.
enum class Packing { plain, gzip, unknown };

class ScapFile final : public falco::Source {
public:
	static constexpr falco_family family = falco::sinsp_family::family;

	ScapFile(falco::Host, std::string_view config)
	{
		const auto parsed = nlohmann::json::parse(config);
		try {
			files_ = falco::expand_trace_paths(parsed.at("paths").get<std::vector<std::string>>());
		} catch (const std::runtime_error &e) {
			throw falco::ConfigError(e.what());
		}
		leave_out_ = parsed.at("leave_out_needless");
	}

	bool start(const falco_capture_request &request) override
	{
		update(request);
		if (next_file_ == files_.size()) {
			return false;
		}
		file_ = files_[next_file_++];
		failure_.clear();
		ended_ = false;

		if (open_ahead()) {
			return true;
		}
		const int fd = open_file();
		inspector_ = make_inspector();
		try {
			inspector_->open_savefile(name(), fd);
		} catch (const std::exception &e) {
			inspector_.reset();
			throw std::runtime_error(name() + ": not a trace that falco can read: " +
						 falco::sinsp_family::without_place(e.what()));
		}
		return true;
	}

	// What a recording holds is fixed; what changes is what is passed over.
	void update(const falco_capture_request &request) override
	{
		wanted_ = (request.flags & FALCO_CAPTURE_EVERY_EVENT) != 0
				  ? falco::sinsp_family::Interests::everything()
				  : falco::sinsp_family::parse_interests(falco::view(request.interests));
		if (reader_) {
			reader_->use(needless());
		}
	}

	void *context() override { return inspector_.get(); }

	falco::Next next(falco_event &event) override
	{
		if (ended_) {
			return falco::Next::end;
		}
		if (!failure_.empty()) {
			throw std::runtime_error(failure_);
		}
		sinsp_evt *found = nullptr;
		switch (next_wanted(found)) {
		case SCAP_SUCCESS:
			event.number = found->get_num();
			event.time_ns = found->get_ts();
			event.object = found;
			return falco::Next::event;
		case SCAP_TIMEOUT:
			return falco::Next::timeout;
		case SCAP_EOF:
			if (auto failure = reader_ ? reader_->failure() : std::nullopt) {
				// Whichever of the two counted on to the end.
				const TraceReader::Place place =
					reader_->place(inspector_->get_bytes_read(), inspector_->get_num_events());
				failure->place.events = std::max(failure->place.events, place.events);
				fail(failure->reason, failure->place);
			}
			ended_ = true;
			return falco::Next::end;
		default:
			fail(inspector_->getlasterr());
		}
	}

	void stop() noexcept override
	{
		inspector_.reset();
		reader_.reset();
	}

private:
	falco::scapfile::NeedlessCalls needless() const
	{
		return falco::scapfile::NeedlessCalls(leave_out_ ? wanted_
								 : falco::sinsp_family::Interests::everything());
	}

	static std::unique_ptr<sinsp> make_inspector()
	{
		auto inspector = std::make_unique<sinsp>();
		remember_containers(*inspector);
		return inspector;
	}

	// Opens the file by way of a reader, if that is of use. False: libsinsp is to read it itself, also to say what
	// is wrong with its beginning.
	bool open_ahead()
	{
		const int fd = open_file();
		const auto calls = needless();
		if (packing_ == Packing::unknown || (packing_ == Packing::plain && !calls.any())) {
			close(fd);
			return false;
		}
		const off_t start = lseek(fd, 0, SEEK_CUR);
		reader_ = std::make_unique<TraceReader>(fd, packing_ == Packing::gzip, calls);
		inspector_ = make_inspector();
		try {
			inspector_->open_savefile(name(), reader_->take_end());
			return true;
		} catch (const std::exception &) {
			stop();
			if (file_ == falco::kStandardInput) {
				lseek(STDIN_FILENO, start, SEEK_SET); // the position is shared
			}
			return false;
		}
	}

	std::string name() const { return file_ == falco::kStandardInput ? "standard input" : file_; }

	// The next event that somebody wants, or what libsinsp says instead. Most events of a trace concern no rule:
	// passing over them here spares the way through the host, which looks up now and then at a time-out.
	int32_t next_wanted(sinsp_evt *&found)
	{
		try {
			sinsp &inspector = *inspector_;
			for (unsigned passed_over = 0; passed_over < kPassOver; passed_over++) {
				const int32_t result = inspector.next(&found);
				if (result == SCAP_SUCCESS
					    ? wanted_.events[found->get_scap_evt()->type] && is_of_file(*found)
					    : result != SCAP_FILTERED_EVENT) {
					return result;
				}
			}
			if (reader_) {
				reader_->at_event(inspector.get_num_events());
			}
			return SCAP_TIMEOUT;
		} catch (const std::exception &e) {
			fail(e.what());
		}
	}

	// Gives an event the number that it has in the file. False: it is none of the file's at this place.
	bool is_of_file(sinsp_evt &event)
	{
		if (!reader_) {
			return true;
		}
		// libsinsp's own numbers leave out the events that describe containers at the beginning of a later
		// section.
		const Shift &shift = reader_->at_event(inspector_->get_num_events());
		event.set_num(static_cast<uint64_t>(static_cast<int64_t>(event.get_num()) + shift.events));
		return !shift.made_up;
	}

	// Looks at the file before libscap does, to say plainly what is wrong with it. The descriptor is libscap's to
	// close.
	int open_file()
	{
		const int fd = file_ == falco::kStandardInput ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
							      : open(file_.c_str(), O_RDONLY | O_CLOEXEC);
		if (fd < 0) {
			throw std::runtime_error("cannot read trace file " + name() + ": " + std::strerror(errno));
		}
		packing_ = Packing::unknown;
		struct stat info = {};
		if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
			return fd; // what is read from a pipe to look at it would be missing later
		}
		unsigned char start[4] = {};
		const ssize_t got = pread(fd, start, sizeof start, lseek(fd, 0, SEEK_CUR));
		const bool gzip = got >= 2 && start[0] == 0x1f && start[1] == 0x8b;
		packing_ = gzip ? Packing::gzip : Packing::plain;
		if (got == 0 || (!gzip && std::memcmp(start, kSectionHeader, sizeof start) != 0)) {
			close(fd);
			throw std::runtime_error(name() + (got == 0 ? ": the file is empty" : ": not a .scap file"));
		}
		return fd;
	}

	[[noreturn]] void fail(const std::string &why)
	{
		const uint64_t bytes = inspector_->get_bytes_read(), events = inspector_->get_num_events();
		if (!reader_) {
			fail(why, {bytes, events});
		}
		const TraceReader::Place place = reader_->place(bytes, events);
		fail(renumbered(why, place.events - events), place);
	}

	// libsinsp says "event N of type" about an event that it cannot parse, by its own number.
	static std::string renumbered(const std::string &text, uint64_t left_out)
	{
		static const std::regex number("\\bevent (\\d+) of type\\b");
		std::smatch found;
		if (!std::regex_search(text, found, number)) {
			return text;
		}
		return found.prefix().str() + "event " + std::to_string(std::stoull(found[1]) + left_out) + " of type" +
		       found.suffix().str();
	}

	[[noreturn]] void fail(const std::string &why, TraceReader::Place place)
	{
		const char *unit = packing_ == Packing::plain  ? ""
				   : packing_ == Packing::gzip ? " of the unpacked data"
							       : " of the (unpacked) data";
		failure_ = name() + ": damaged or truncated at byte " + std::to_string(place.bytes) + unit +
			   ", after " + std::to_string(place.events) +
			   " events: " + falco::sinsp_family::without_place(why);
		throw std::runtime_error(failure_);
	}

	std::vector<std::string> files_;
	size_t next_file_ = 0;
	std::string file_;
	Packing packing_ = Packing::unknown;
	std::unique_ptr<TraceReader> reader_; // null: libsinsp reads the file itself
	std::unique_ptr<sinsp> inspector_;    // goes first
	bool leave_out_ = true;
	falco::sinsp_family::Interests wanted_;
	bool ended_ = false;
	std::string failure_; // once set, every further next says it again
};

} // namespace

FALCO_SOURCE_PLUGIN(ScapFile, 0, {"scapfile", "0.1.0", "replays .scap trace files, plain or gzip'd", nullptr, kSchema})
