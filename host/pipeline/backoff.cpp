// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/backoff.hpp"

#include <algorithm>

namespace falco::host {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

// A pause of nothing would spin.
constexpr milliseconds kShortest{1};

} // namespace

Backoff::Backoff(const RetryConfig &retry) : retry_(retry)
{
	reset();
}

void Backoff::trying(Time now)
{
	if (!first_try_) first_try_ = now;
}

std::optional<nanoseconds> Backoff::pause(Time now)
{
	const nanoseconds left = give_up_time(retry_, *first_try_) - now;
	if (left <= nanoseconds::zero()) return std::nullopt;
	const nanoseconds pause = std::min<nanoseconds>(next_, left);
	next_ = std::min(next_ * 2, std::max({retry_.max, retry_.first, kShortest}));
	return pause;
}

void Backoff::reset()
{
	first_try_.reset();
	next_ = std::max(retry_.first, kShortest);
}

Backoff::Time give_up_time(const RetryConfig &retry, Backoff::Time began)
{
	return retry.never_give_up ? Backoff::Time::max() : began + retry.give_up_after;
}

} // namespace falco::host
