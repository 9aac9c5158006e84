// SPDX-License-Identifier: Apache-2.0
#include "field.hpp"

#include "event_subject.hpp"
#include "kept_state.hpp"

#include <cstring>
#include <map>
#include <set>

namespace falco::matcher {

namespace {

constexpr const char *kArgument = "evt.arg.";

bool starts_with(const std::string &text, const char *begin)
{
	return text.compare(0, std::strlen(begin), begin) == 0;
}

// Whether the field's argument is a number without a sign: libsinsp takes -1 for none.
bool has_number(const std::string &name)
{
	const size_t begin = name.find('[');
	return begin != std::string::npos && name.find_first_not_of("0123456789", begin + 1) == name.size() - 1;
}

// libsinsp makes it of the call's arguments.
std::optional<FieldValue> read_name_of_failed_open(sinsp_evt *event)
{
	uint32_t position = 0;
	switch (event->get_type()) {
	case PPME_SYSCALL_OPEN_X:
	case PPME_SYSCALL_CREAT_X:
		position = 1;
		break;
	case PPME_SYSCALL_OPENAT_2_X:
	case PPME_SYSCALL_OPENAT2_X:
		position = 2;
		break;
	default:
		return std::nullopt;
	}
	if (event->get_num_params() <= position) {
		return std::nullopt;
	}
	const auto path = absolute_path(*event->get_param(position), true);
	return path ? std::make_optional<FieldValue>({path->data(), static_cast<uint32_t>(path->size())})
		    : std::nullopt;
}

std::optional<FieldValue> read_fd_name(sinsp_evt *event, Field::Scratch &)
{
	const OpenFile open = open_file_of(event);
	if (!open.thread) {
		return FieldValue{};
	}
	if (!open.file) {
		return PPME_IS_ENTER(event->get_type()) ? FieldValue{} : read_name_of_failed_open(event);
	}
	if (event->get_type() == PPME_SOCKET_CONNECT_X) {
		return std::nullopt; // a failed one has its name in the event alone
	}
	return text_value(open.file->m_name);
}

std::optional<FieldValue> read_fd_directory(sinsp_evt *event, Field::Scratch &scratch)
{
	const OpenFile open = open_file_of(event);
	if (!open.thread || (!open.file && PPME_IS_ENTER(event->get_type()))) {
		return FieldValue{};
	}
	if (!open.file) {
		return std::nullopt;
	}
	const std::string &name = open.file->m_name;
	if (open.file->is_directory()) {
		return text_value(name);
	}
	if (!open.file->is_file()) {
		return FieldValue{};
	}
	const size_t slash = name.rfind('/');
	if (slash == std::string::npos || slash == 0) {
		return FieldValue{"/", 1};
	}
	if (slash == name.size() - 1) {
		return text_value(name);
	}
	scratch.text.assign(name, 0, slash);
	return text_value(scratch.text);
}

std::optional<FieldValue> read_fd_filename(sinsp_evt *event, Field::Scratch &)
{
	const OpenFile open = open_file_of(event);
	if (!open.thread || !open.file || !open.file->is_file()) {
		return FieldValue{};
	}
	const std::string &name = open.file->m_name;
	const size_t slash = name.rfind('/');
	if (slash == std::string::npos) {
		return FieldValue{"/", 1};
	}
	const size_t begin = slash == name.size() - 1 ? 0 : slash + 1;
	return FieldValue{name.data() + begin, static_cast<uint32_t>(name.size() - begin)};
}

std::optional<FieldValue> read_fd_typechar(sinsp_evt *event, Field::Scratch &scratch)
{
	const OpenFile open = open_file_of(event);
	if (!open.thread) {
		return FieldValue{};
	}
	if (!open.file) {
		return std::nullopt;
	}
	scratch.text.assign(1, open.file->get_typechar());
	return text_value(scratch.text);
}

std::optional<FieldValue> read_fd_num(sinsp_evt *event, Field::Scratch &)
{
	const OpenFile open = open_file_of(event);
	return open.thread ? number_value(open.thread->m_lastevent_fd) : FieldValue{};
}

std::optional<FieldValue> read_result(sinsp_evt *event, Field::Scratch &scratch)
{
	if (!event->has_return_value()) {
		return FieldValue{};
	}
	scratch.number = event->get_syscall_return_value();
	return number_value(scratch.number);
}

template <std::string sinsp_threadinfo::*member>
std::optional<FieldValue> read_of_thread(sinsp_evt *event, Field::Scratch &)
{
	const sinsp_threadinfo *thread = thread_of(event);
	return thread ? text_value(thread->*member) : FieldValue{};
}

template <std::string sinsp_threadinfo::*member>
std::optional<FieldValue> read_of_parent(sinsp_evt *event, Field::Scratch &)
{
	sinsp_threadinfo *thread = thread_of(event);
	const sinsp_threadinfo *parent = thread ? thread->get_ancestor_process() : nullptr;
	return parent ? text_value(parent->*member) : FieldValue{};
}

// Which argument of an open holds its flags, at the event types for which libsinsp looks at them; -1: another type.
int position_of_open_flags(uint16_t code)
{
	switch (code) {
	case PPME_SYSCALL_OPEN_X:
	case PPME_SYSCALL_OPENAT_E:
	case PPME_SYSCALL_OPEN_BY_HANDLE_AT_X:
		return 2;
	case PPME_SYSCALL_OPENAT_2_X:
	case PPME_SYSCALL_OPENAT2_X:
		return 3;
	default:
		return -1;
	}
}

template <uint32_t flag>
std::optional<FieldValue> read_is_open_for(sinsp_evt *event, Field::Scratch &scratch)
{
	scratch.id = 0;
	if (const int position = position_of_open_flags(event->get_type()); position >= 0) {
		const sinsp_evt_param *flags = event->get_param(static_cast<uint32_t>(position));
		if (!flags || flags->m_len != sizeof(uint32_t)) {
			return std::nullopt;
		}
		scratch.id = (flags->as<uint32_t>() & flag) != 0 ? 1 : 0;
	}
	return number_value(scratch.id);
}

std::optional<FieldValue> read_user_id(sinsp_evt *event, Field::Scratch &scratch)
{
	const sinsp_threadinfo *thread = thread_of(event);
	if (!thread) {
		return FieldValue{};
	}
	scratch.id = thread->m_uid;
	return number_value(scratch.id);
}

std::optional<FieldValue> read_container_id(sinsp_evt *event, Field::Scratch &)
{
	const sinsp_threadinfo *thread = thread_of(event);
	if (!thread) {
		return FieldValue{};
	}
	if (thread->m_container_id.empty() && !thread->is_in_pid_namespace()) {
		return FieldValue{"host", 4};
	}
	return text_value(thread->m_container_id);
}

Field::QuickReader quick_reader(const std::string &name)
{
	static const std::map<std::string, Field::QuickReader> readers = {
		{"container.id", read_container_id},
		{"evt.is_open_read", read_is_open_for<PPM_O_RDONLY>},
		{"evt.is_open_write", read_is_open_for<PPM_O_WRONLY>},
		{"evt.rawres", read_result},
		{"fd.directory", read_fd_directory},
		{"fd.filename", read_fd_filename},
		{"fd.name", read_fd_name},
		{"fd.num", read_fd_num},
		{"fd.typechar", read_fd_typechar},
		{"proc.exe", read_of_thread<&sinsp_threadinfo::m_exe>},
		{"proc.exepath", read_of_thread<&sinsp_threadinfo::m_exepath>},
		{"proc.name", read_of_thread<&sinsp_threadinfo::m_comm>},
		{"proc.pexe", read_of_parent<&sinsp_threadinfo::m_exe>},
		{"proc.pexepath", read_of_parent<&sinsp_threadinfo::m_exepath>},
		{"proc.pname", read_of_parent<&sinsp_threadinfo::m_comm>},
		{"user.uid", read_user_id},
	};
	const auto found = readers.find(name);
	return found == readers.end() ? nullptr : found->second;
}

} // namespace

bool Field::has_several(const std::string &name)
{
	return several_values_of(name) != nullptr;
}

bool Field::is_plain(const std::string &name)
{
	// by their names without arguments
	static const std::set<std::string> excepted = {
		// compared by what libsinsp does not extract
		"evt.around",
		"fd.cip.name",
		"fd.ip",
		"fd.lip.name",
		"fd.net",
		"fd.port",
		"fd.proto",
		"fd.rip.name",
		"fd.sip.name",
		"proc.aenv",
		// extracted in another way for a comparison
		"evt.buffer",
	};
	// compared with all ancestors, unless the argument says which one
	static const std::set<std::string> of_ancestors = {
		"proc.acmdline", "proc.aexe", "proc.aexepath", "proc.aname", "proc.apid",
	};
	const std::string bare = name.substr(0, name.find('['));
	if (starts_with(name, "evt.rawarg") || keeps_state(name) || excepted.count(bare) > 0 ||
	    (of_ancestors.count(bare) > 0 && !has_number(name))) {
		return false;
	}
	for (const char *part : {"container.", "evt.", "fd.", "fs.path.", "group.", "proc.", "thread.", "user."}) {
		if (starts_with(name, part)) {
			return true;
		}
	}
	return false;
}

Field::Field(const std::string &name, std::unique_ptr<sinsp_filter_check> check)
    : name_(name), check_(std::move(check)), several_(several_values_of(name)), quick_(quick_reader(name)),
      type_(check_->get_transformed_field_info()->m_type),
      is_text_(type_ == PT_CHARBUF || type_ == PT_FSPATH || type_ == PT_FSRELPATH), moves_(starts_with(name, "evt."))
{
	if (const std::string part = kArgument; name.compare(0, part.size(), part) == 0) {
		argument_.emplace(name.substr(part.size()));
	}
}

void Field::read(sinsp_evt *event)
{
	memo_ = nullptr;
	is_hashed_ = false;
	if (argument_) {
		value_ = read_argument(event);
	} else {
		const auto quick = quick_ ? quick_(event, scratch_) : std::nullopt;
		value_ = quick ? *quick : extract(event);
	}
	if (!is_text_ || !value_.data) {
		return;
	}
	if (value_.size == 0) {
		value_.size = static_cast<uint32_t>(std::strlen(value_.data));
	}
	const auto *end = static_cast<const char *>(std::memchr(value_.data, 0, value_.size));
	if (end) {
		while (value_.size > 0 && value_.data[value_.size - 1] == 0) {
			value_.size--;
		}
		value_.odd = end < value_.data + value_.size;
	}
}

FieldValue Field::read_argument(sinsp_evt *event)
{
	const Argument::Value value = argument_->value(event);
	switch (value.form) {
	case Argument::Form::absent:
		return {};
	case Argument::Form::text:
		return text_value(value.text);
	case Argument::Form::other:
		return extract(event);
	case Argument::Form::number:
		break;
	}
	memo_ = argument_->find(value.number);
	if (!memo_) {
		const FieldValue made = extract(event);
		if (!made.data) {
			return made;
		}
		memo_ = argument_->keep(value.number, {made.data, made.size});
	}
	return text_value(memo_->text());
}

FieldValue Field::extract(sinsp_evt *event)
{
	extracted_.clear();
	if (!check_->extract(event, extracted_, false) || extracted_.empty()) {
		return {};
	}
	const char *data = reinterpret_cast<const char *>(extracted_[0].ptr);
	if (is_text_ && moves_ && data) {
		scratch_.text.assign(data, extracted_[0].len ? extracted_[0].len : std::strlen(data));
		return text_value(scratch_.text);
	}
	return {data, extracted_[0].len};
}

} // namespace falco::matcher
