// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/supply.hpp"

namespace falco::host {

Supply::Take QueueSupply::take(Hand &hand, size_t most, bool wait)
{
	return compose(queue_.take(alerts_, most, wait), hand);
}

Supply::Take QueueSupply::take_before(Hand &hand, size_t most, Clock::time_point until)
{
	return compose(queue_.take_before(alerts_, most, until), hand);
}

Supply::Take QueueSupply::compose(Take taken, Hand &hand)
{
	for (AlertPtr &alert : alerts_) {
		Parcel &parcel = hand.add();
		parcel.accepted = alert->made();
		parcel.alert = std::move(alert);
		composer_.compose(parcel);
	}
	alerts_.clear();
	return taken;
}

} // namespace falco::host
