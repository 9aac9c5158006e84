// SPDX-License-Identifier: Apache-2.0
//
// P-12, P-14 and P-17: what may be read, written and kept. Memory that must not be touched cannot be.
#include "host/app/plugin_check_instance.hpp"
#include "host/error.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace falco::host {

namespace {

size_t page_size()
{
	return static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// An alert all of whose parts lie in pages of their own, each ended by a page that cannot be read. Texts do not end in
// NUL, as the contract says of falco_str.
class PlacedAlert {
public:
	PlacedAlert()
	{
		const std::string text = "an alert that falco plugin check wrote", bytes = "\xff\x01 no text";
		falco_field field{};
		field.name = name("proc.name");
		field.value.text = place(bytes);
		const char *const tags[] = {name("one"), name("two"), nullptr};
		falco_alert alert{};
		alert.struct_size = sizeof alert;
		alert.priority = 4;
		alert.time_ns = 1465256864080226697;
		alert.sequence = 1;
		alert.id = name("falco-plugin-check-1");
		alert.rule = name("falco_plugin_check");
		alert.source = name("syscall");
		alert.hostname = name("localhost");
		alert.tags = static_cast<const char *const *>(pages_.hold(tags, sizeof tags));
		alert.line = place(text);
		alert.message = place(text);
		alert.fields = static_cast<const falco_field *>(pages_.hold(&field, sizeof field));
		alert.field_count = 1;
		alert_ = static_cast<const falco_alert *>(pages_.hold(&alert, sizeof alert));
		pages_.make_read_only();
	}
	const falco_alert &get() const { return *alert_; }
	void take_away() { pages_.make_unreadable(); }

private:
	const char *name(const std::string &text)
	{
		return static_cast<const char *>(pages_.hold(text.c_str(), text.size() + 1));
	}
	falco_str place(const std::string &text)
	{
		return {static_cast<const char *>(pages_.hold(text.data(), text.size())), text.size()};
	}

	Pages pages_;
	const falco_alert *alert_;
};

// Whether one byte can be read there: the kernel looks, so that nothing crashes.
bool is_readable(const void *address)
{
	static const MemoryFile scratch;
	return pwrite(scratch.fd(), address, 1, 0) == 1;
}

} // namespace

Pages::~Pages()
{
	for (const Mapping &one : mappings_)
		munmap(one.start, one.size + page_size());
}

void *Pages::hold(const void *data, size_t size)
{
	const size_t page = page_size();
	const size_t whole = (size + page - 1) / page * page;
	void *start = mmap(nullptr, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (start == MAP_FAILED) throw Error(std::string("the check cannot run: mmap: ") + std::strerror(errno));
	mappings_.push_back({start, whole});
	auto *const end = static_cast<char *>(start) + whole;
	if (size > 0) std::memcpy(end - size, data, size);
	if (mprotect(end, page, PROT_NONE) != 0)
		throw Error(std::string("the check cannot run: mprotect: ") + std::strerror(errno));
	return end - size;
}

void Pages::protect(int how)
{
	for (const Mapping &one : mappings_)
		if (mprotect(one.start, one.size, how) != 0)
			throw Error(std::string("the check cannot run: mprotect: ") + std::strerror(errno));
}

void Pages::make_read_only()
{
	protect(PROT_READ);
}

void Pages::make_unreadable()
{
	protect(PROT_NONE);
}

CheckResult check_table_sizes(const CheckSubject &subject)
{
	const std::vector<falco_status> plain = exercise(subject, run_here);
	for (const uint32_t extra : {0U, 64U}) {
		const std::string what = extra == 0 ? "tables of exactly their size" : "tables that are longer";
		trying(what);
		Tables tables(extra);
		try {
			if (exercise(subject, run_here, &tables) != plain)
				return {Verdict::fail, "calls fail with " + what + " that succeed otherwise"};
		} catch (const CheckEnd &end) {
			if (end.result.verdict != Verdict::skip) throw;
			return {Verdict::fail, "with " + what + ": " + end.result.detail};
		}
	}
	return {};
}

CheckResult check_alert_memory(const CheckSubject &subject)
{
	CheckedInstance output(subject, "check");
	output.require_made();
	PlacedAlert first, second, third;
	trying("an alert in memory that cannot be written to");
	output.write(first.get());
	output.write_batch({&second.get(), &third.get()});
	first.take_away();
	second.take_away();
	third.take_away();
	trying("to go on when the memory of the alerts before is gone");
	output.flush();
	PlacedAlert fourth;
	output.write(fourth.get());
	fourth.take_away();
	output.reopen();
	output.flush();
	output.metrics();
	output.destroy();
	return {};
}

CheckResult check_event_objects(const CheckSubject &subject)
{
	require_something_to_read(subject);
	CheckedInstance source(subject, "check");
	source.require_made();
	if (source.start() != FALCO_OK) throw CheckEnd{{Verdict::skip, "the source cannot open what --with names"}};
	CheckResult result;
	falco_event event;
	constexpr int kEvents = 1000;
	for (int i = 0; i < kEvents && result.verdict == Verdict::pass && source.next(event) == FALCO_OK; ++i) {
		source.metrics(); // changes nothing
		if (event.object && !is_readable(event.object))
			result = {Verdict::fail, "the object of event " + std::to_string(event.number) +
							 " cannot be read although no other event was asked for"};
	}
	source.stop();
	return result;
}

CheckResult check_unwinding(const CheckSubject &subject)
{
	exercise(subject, run_here); // an exception ends this process in the handler that reports it
	return {};
}

CheckResult check_batches(const CheckSubject &subject)
{
	if (!subject.table->output->write_batch) return {Verdict::skip, "has no write_batch"};
	CheckedInstance output(subject, "check");
	output.require_made();
	const SampleAlert alert("an alert that falco plugin check wrote", "check");
	for (const size_t count : {size_t{1}, size_t{2}, size_t{17}, size_t{256}}) {
		output.write_batch(std::vector<const falco_alert *>(count, &alert.get()));
		output.flush();
	}
	return {};
}

} // namespace falco::host
