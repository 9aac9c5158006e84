// SPDX-License-Identifier: Apache-2.0
#include "sinsp_log.hpp"

namespace falco::sinsp_family {

namespace {

// libsinsp's callback carries no context, and a thread of its own may still be inside it while a capture ends.
std::mutex current_mutex;
SinspLog *current = nullptr; // guarded by current_mutex

bool is_of_libbpf(const std::string &text)
{
	return text.compare(0, 7, "libbpf:") == 0;
}

// libbpf says what failed in many words; these lines say why.
bool names_a_cause(const std::string &text)
{
	for (const char *word : {"fail", "Error", "error", "not supported", "can't", "unable"}) {
		if (text.find(word) != std::string::npos) {
			return true;
		}
	}
	return false;
}

} // namespace

SinspLog::SinspLog(falco::Host host) : host_(host)
{
	{
		const std::lock_guard<std::mutex> lock(current_mutex);
		current = this;
	}
	// Not its debug level: libbpf would name every program there.
	libsinsp_logger()->set_severity(host.log_enabled(FALCO_LOG_DEBUG) ? sinsp_logger::SEV_INFO
									  : sinsp_logger::SEV_WARNING);
	libsinsp_logger()->disable_timestamps();
	libsinsp_logger()->add_callback_log(receive);
}

SinspLog::~SinspLog()
{
	const std::lock_guard<std::mutex> lock(current_mutex);
	if (current == this) {
		libsinsp_logger()->remove_callback_log();
		current = nullptr;
	}
}

std::string SinspLog::complaint() const
{
	const std::lock_guard<std::mutex> lock(mutex_);
	if (first_of_libbpf_.empty() || last_error_.empty()) {
		return first_of_libbpf_.empty() ? last_error_ : first_of_libbpf_;
	}
	return last_error_ + " (" + first_of_libbpf_ + ")";
}

void SinspLog::receive(std::string &&text, sinsp_logger::severity severity)
{
	const std::lock_guard<std::mutex> lock(current_mutex);
	if (current) {
		current->take(std::move(text), severity);
	}
}

void SinspLog::take(std::string text, sinsp_logger::severity severity)
{
	while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
		text.pop_back();
	}
	if (severity <= sinsp_logger::SEV_WARNING) {
		const std::lock_guard<std::mutex> lock(mutex_);
		const std::string line = text.substr(0, text.find('\n'));
		if (is_of_libbpf(line)) {
			if (first_of_libbpf_.empty() && names_a_cause(line)) {
				first_of_libbpf_ = line;
			}
		} else if (severity <= sinsp_logger::SEV_ERROR) {
			last_error_ = line;
		}
	}
	host_.log(FALCO_LOG_DEBUG, text);
}

} // namespace falco::sinsp_family
