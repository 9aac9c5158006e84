// SPDX-License-Identifier: Apache-2.0
//
// What the checks give to plugins: alerts, files, and a short life.
#include "host/app/plugin_check_instance.hpp"
#include "host/error.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <utility>

namespace falco::host {

SampleAlert::SampleAlert(std::string text, std::string bytes) : text_(std::move(text)), bytes_(std::move(bytes))
{
	field_.name = "proc.name";
	field_.value.text = {bytes_.data(), bytes_.size()};
	alert_.struct_size = sizeof alert_;
	alert_.priority = 4;
	alert_.time_ns = 1465256864080226697;
	alert_.sequence = 1;
	alert_.id = "falco-plugin-check-1";
	alert_.rule = "falco_plugin_check";
	alert_.source = "syscall";
	alert_.hostname = "localhost";
	alert_.tags = tags_;
	alert_.line = {text_.data(), text_.size()};
	alert_.message = alert_.line;
	alert_.fields = &field_;
	alert_.field_count = 1;
}

MemoryFile::MemoryFile(std::string_view content) : fd_(memfd_create("falco-plugin-check", MFD_CLOEXEC))
{
	if (fd_ < 0) throw Error(std::string("memfd_create: ") + std::strerror(errno));
	if (write(fd_, content.data(), content.size()) != static_cast<ssize_t>(content.size()))
		throw Error(std::string("a file in memory cannot be written: ") + std::strerror(errno));
}

MemoryFile::~MemoryFile()
{
	close(fd_);
}

std::string MemoryFile::content() const
{
	std::string text(static_cast<size_t>(lseek(fd_, 0, SEEK_END)), '\0');
	const ssize_t size = pread(fd_, text.data(), text.size(), 0);
	text.resize(size > 0 ? static_cast<size_t>(size) : 0);
	return text;
}

namespace {

void exercise_output(CheckedInstance &output, std::vector<falco_status> &statuses)
{
	const SampleAlert alert("an alert that falco plugin check wrote", "check");
	statuses.push_back(output.write(alert.get()));
	statuses.push_back(output.flush());
	statuses.push_back(output.reopen());
	statuses.push_back(output.write(alert.get()));
	statuses.push_back(output.flush());
	statuses.push_back(output.write_batch({&alert.get(), &alert.get()}));
	statuses.push_back(output.flush());
	output.metrics();
}

void exercise_matcher(CheckedInstance &matcher, std::vector<falco_status> &statuses)
{
	const MemoryFile empty;
	statuses.push_back(matcher.load(empty.path()).status);
	matcher.state();
	statuses.push_back(matcher.load(empty.path()).status);
}

// Without something to read a source can only be made and destroyed: start may open a device.
void exercise_source(CheckedInstance &source, const CheckSubject &subject, std::vector<falco_status> &statuses)
{
	if (subject.request.with.empty()) return;
	statuses.push_back(source.start());
	if (statuses.back() != FALCO_OK) return;
	falco_event event;
	for (int i = 0; i < 100 && statuses.back() == FALCO_OK; ++i)
		statuses.push_back(source.next(event));
	source.metrics();
	source.stop();
}

// Without a trace a tap can only be made and destroyed, too.
void exercise_tap(CheckedInstance &tap, const CheckSubject &subject, std::vector<falco_status> &statuses)
{
	if (subject.request.with.empty()) return;
	CheckSource source(subject);
	constexpr int kFew = 50; // each call may get a thread of its own
	show_capture(source.get(), tap, kFew, [&](falco_status status) { statuses.push_back(status); });
}

} // namespace

std::vector<falco_status> exercise(const CheckSubject &subject, const Runner &runner, Tables *tables)
{
	CheckedInstance instance(subject, "check", runner, tables);
	instance.require_made();
	std::vector<falco_status> statuses;
	if (subject.table->output) exercise_output(instance, statuses);
	if (subject.table->matcher) exercise_matcher(instance, statuses);
	if (subject.table->source) exercise_source(instance, subject, statuses);
	if (subject.table->tap) exercise_tap(instance, subject, statuses);
	if (subject.table->tool) statuses.push_back(instance.run("no-such-command", "{}"));
	return statuses;
}

} // namespace falco::host
