// SPDX-License-Identifier: Apache-2.0
#include "regex_index.hpp"

namespace falco::matcher {

namespace {

// As libsinsp compiles an expression.
re2::RE2::Options options()
{
	re2::RE2::Options as_libsinsp(re2::RE2::POSIX);
	as_libsinsp.set_max_mem(64 << 20); // for the program and the states it has been in; taken as needed
	as_libsinsp.set_log_errors(false);
	return as_libsinsp;
}

} // namespace

RegexIndex::RegexIndex() : set_(std::make_unique<re2::RE2::Set>(options(), re2::RE2::ANCHOR_BOTH)) {}

bool RegexIndex::add(const std::string &expression, uint32_t id)
{
	if (set_->Add(expression, nullptr) < 0) {
		return false;
	}
	ids_.push_back(id);
	return true;
}

void RegexIndex::build()
{
	if (ids_.empty() || !set_->Compile()) {
		set_.reset();
	}
}

void RegexIndex::find(std::string_view text, std::vector<uint32_t> &found)
{
	re2::RE2::Set::ErrorInfo error = {re2::RE2::Set::kNoError};
	matches_.clear();
	const bool matched = set_ && set_->Match({text.data(), text.size()}, &matches_, &error);
	if (set_ && (matched || error.kind == re2::RE2::Set::kNoError)) {
		for (const int match : matches_) {
			found.push_back(ids_[static_cast<size_t>(match)]);
		}
	} else {
		found.insert(found.end(), ids_.begin(), ids_.end());
	}
}

} // namespace falco::matcher
