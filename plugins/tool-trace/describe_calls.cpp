// SPDX-License-Identifier: Apache-2.0
#include "describe_calls.hpp"

#include "call_forms.hpp"

#include <algorithm>
#include <exception>

namespace falco::trace_tool {

using trace::Trace;

CallDescriber::CallDescriber(const trace::TraceFile &file, const std::string &head, std::uint64_t start)
    : file_(file), start_(start), head_(yaml::parse(head, "the description")), builder_(head_.root)
{
}

std::size_t CallDescriber::describe(std::size_t at, std::string &text)
{
	for (const CallForm &form : call_forms()) {
		if (!fits(form, at)) continue;
		text = item(form, at);
		if (makes(form, at, text)) return form.events.size();
	}
	builder_.events().know_thread(static_cast<trace::Pid>(file_.events[at].header().tid));
	return 0;
}

// Of one CPU, at even distances, none before the event before it, of these types: what a call makes.
bool CallDescriber::fits(const CallForm &form, std::size_t at) const
{
	if (file_.events[at].header().type != form.events.front() || form.events.size() > file_.events.size() - at)
		return false;
	if (at > 0 && file_.events[at].header().ts < file_.events[at - 1].header().ts) return false;
	for (std::size_t i = 0; i < form.events.size(); ++i) {
		const trace::StoredEvent &event = file_.events[at + i];
		if (event.header().type != form.events[i] || event.state_only || event.cpu != file_.events[at].cpu)
			return false;
		if (i == 0) continue;
		const std::uint64_t before = file_.events[at + i - 1].header().ts;
		const std::uint64_t step = file_.events[at + 1].header().ts - file_.events[at].header().ts;
		if (event.header().ts < before || event.header().ts - before != step) return false;
	}
	return true;
}

std::string CallDescriber::item(const CallForm &form, std::size_t at)
{
	const ppm_evt_hdr &first = file_.events[at].header();
	std::string text = "{at: " + std::to_string(first.ts - start_) +
			   "ns, process: " + std::to_string(static_cast<std::int64_t>(first.tid));
	if (form.events.size() > 1) {
		const std::uint64_t step = file_.events[at + 1].header().ts - first.ts;
		if (step != Trace::kStep) text += ", took: " + std::to_string(step) + "ns";
	}
	if (file_.events[at].cpu != 0) text += ", cpu: " + std::to_string(file_.events[at].cpu);
	return text + ", " + form.call + ": {" + form.arguments(CallEvents(file_, listening_, at, form.events.size())) +
	       "}}";
}

bool CallDescriber::makes(const CallForm &form, std::size_t at, const std::string &item)
{
	std::vector<trace::Pid> threads;
	for (std::size_t i = 0; i < form.events.size(); ++i)
		threads.push_back(static_cast<trace::Pid>(file_.events[at + i].header().tid));
	Trace &built = builder_.trace();
	const Trace::Checkpoint before = built.checkpoint(threads);
	built.forget_events();
	bool same = false;
	try {
		builder_.events().set_last_time(start_); // whatever was tried before
		builder_.events().read(yaml::parse(item, "the description").root);
		const auto &events = built.file().events;
		same = events.size() == form.events.size() &&
		       std::equal(events.begin(), events.end(), file_.events.begin() + static_cast<std::ptrdiff_t>(at),
				  [](const trace::StoredEvent &one, const trace::StoredEvent &other) {
					  return one.bytes == other.bytes && one.cpu == other.cpu;
				  });
	} catch (const std::exception &) {
		same = false; // there is no such call with these parameters
	}
	if (!same) {
		built.restore(before);
	} else if (form.events.back() == PPME_SOCKET_LISTEN_X) {
		const CallEvents events(file_, listening_, at, form.events.size());
		listening_[events.text(3, 1)] = events.text(1, 0);
	}
	return same;
}

} // namespace falco::trace_tool
