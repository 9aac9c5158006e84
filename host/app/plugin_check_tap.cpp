// SPDX-License-Identifier: Apache-2.0
//
// P-23: a tap needs the captures of a source, which another plugin of its family has to bring.
#include "host/app/plugin_check_instance.hpp"
#include "host/error.hpp"
#include "host/plugins/library.hpp"
#include "host/plugins/schema.hpp"

#include <cstring>
#include <filesystem>

namespace falco::host {

using nlohmann::json;

namespace {

constexpr int kEvents = 1000; // of each capture that a tap is shown

bool fits(const falco_plugin &source, const falco_plugin &tap)
{
	return source.kind == FALCO_KIND_SOURCE && !std::strcmp(source.source->family.name, tap.tap->family.name) &&
	       source.source->family.anchor == tap.tap->family.anchor && source.config_schema &&
	       Schema(source.config_schema).find_property("paths");
}

// The plugin of --source, else the first in the tap's folder that fits; nullptr: there is none.
const falco_plugin *find_source(const CheckSubject &tap)
{
	if (!tap.request.source.empty()) {
		const falco_plugin *given = load_plugin(tap.request.source, "").table;
		if (fits(*given, *tap.table)) return given;
		throw CheckEnd{
			{Verdict::skip, tap.request.source + " is no source of this tap's family that reads files"}};
	}
	const std::string folder = std::filesystem::path(tap.request.file).parent_path().string();
	for (const std::string &name : list_libraries(folder)) {
		if (name.rfind("source-", 0) != 0) continue;
		try {
			const falco_plugin *table = load_plugin(name, folder).table;
			if (fits(*table, *tap.table)) return table;
		} catch (const Error &) {
			continue; // refused: not this one
		}
	}
	return nullptr;
}

} // namespace

CheckSource::CheckSource(const CheckSubject &tap) : subject_{tap.request, nullptr, ""}
{
	if (tap.request.with.empty())
		throw CheckEnd{{Verdict::skip, "needs events: give a trace with --with FILE.scap"}};
	subject_.table = find_source(tap);
	if (!subject_.table)
		throw CheckEnd{
			{Verdict::skip, "needs a source of its family that reads files: name it with --source FILE"}};
	json config{{"paths", json::array_t(kCheckCaptures, tap.request.with)}};
	Schema(subject_.table->config_schema).fill_defaults(config);
	subject_.config = config.dump();
	source_ = std::make_unique<CheckedInstance>(subject_, "check-source");
	source_->require_made();
}

void show_capture(CheckedInstance &source, CheckedInstance &tap, int events,
		  const std::function<void(falco_status)> &judge)
{
	if (source.start() != FALCO_OK) throw CheckEnd{{Verdict::skip, "the source cannot open the trace of --with"}};
	falco_status status = tap.bind(source.context());
	judge(status);
	if (status == FALCO_OK) {
		judge(tap.flush());
		falco_event event;
		for (int i = 0; i < events && source.next(event) == FALCO_OK; ++i) {
			judge(tap.event(event));
			if (i % 100 == 0) judge(tap.flush());
		}
		judge(tap.flush());
		judge(tap.flush());
		tap.unbind();
	}
	source.stop();
}

CheckResult check_tap_captures(const CheckSubject &subject)
{
	CheckSource source(subject);
	CheckedInstance tap(subject, "check");
	tap.require_made();
	std::ptrdiff_t open_before = 0;
	for (int capture = 1; capture <= kCheckCaptures; ++capture) {
		const auto open_files = [] {
			return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
		};
		const auto judge = [&](falco_status status) {
			if (status != FALCO_OK)
				throw CheckEnd{{Verdict::fail, tap.last_call() + " failed in capture " +
								       std::to_string(capture) + ": " +
								       tap.last_message()}};
		};
		show_capture(source.get(), tap, kEvents, judge);
		// What is set up once, at the first use, is no leak.
		if (capture == 1) open_before = open_files();
		if (open_files() > open_before)
			return {Verdict::fail, "a file that was opened for a capture is still open after its unbind"};
	}
	return {};
}

} // namespace falco::host
