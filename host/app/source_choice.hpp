// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/plugins/plugin.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace falco::host {

// The source of a run out of several candidates: which of them this machine can capture with shows only when they are
// started. On the thread of the capture.
class SourceChoice {
public:
	using Log = std::function<void(falco_level, const std::string &)>;

	explicit SourceChoice(Log log) : log_(std::move(log)) {}

	// `library`: what the configuration calls its plugin.
	void add(std::unique_ptr<Source> source, const std::string &library)
	{
		candidates_.push_back({std::move(source), library});
	}
	// A candidate that could not be made.
	void refuse(const std::string &name, const std::string &why);

	// Before the choice the first candidate, after it the one that was taken. Throws Error, saying why, when there
	// is none.
	Source &source() const { return *first().source; }
	const std::string &library() const { return first().library; }

	// Whether there is anything to choose from. A single source is started by whoever reads it.
	bool is_open() const { return candidates_.size() + refused_.size() > 1; }

	// Starts the first candidate that can be started and lets go of the others. Throws Error, saying what was tried
	// and why it failed, when there is none.
	void start(std::string_view interests, bool every_event);

private:
	struct Candidate {
		std::unique_ptr<Source> source;
		std::string library;
	};

	const Candidate &first() const;
	std::string why_none() const;

	Log log_;
	std::vector<Candidate> candidates_;
	std::vector<std::pair<std::string, std::string>> refused_; // name and reason
};

} // namespace falco::host
