// SPDX-License-Identifier: Apache-2.0
#include "host/app/source_choice.hpp"

#include "host/error.hpp"

namespace falco::host {

void SourceChoice::refuse(const std::string &name, const std::string &why)
{
	log_(FALCO_LOG_INFO, "source '" + name + "' cannot be used: " + why);
	refused_.emplace_back(name, why);
}

const SourceChoice::Candidate &SourceChoice::first() const
{
	if (candidates_.empty()) {
		throw Error(why_none());
	}
	return candidates_.front();
}

void SourceChoice::start(std::string_view interests, bool every_event)
{
	while (!candidates_.empty()) {
		const Status started = source().start(interests, every_event);
		if (started.ok()) {
			candidates_.erase(candidates_.begin() + 1, candidates_.end());
			refused_.clear();
			return;
		}
		refuse(source().name(), started.code == FALCO_END ? "it has nothing to read" : started.message);
		candidates_.erase(candidates_.begin());
	}
	throw Error(why_none());
}

std::string SourceChoice::why_none() const
{
	std::string tried;
	for (const auto &[name, why] : refused_) {
		tried += (tried.empty() ? "" : "; ") + name + ": " + why;
	}
	return "no source can be used. Tried " + tried;
}

} // namespace falco::host
