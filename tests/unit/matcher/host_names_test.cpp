// SPDX-License-Identifier: Apache-2.0
//
// Names of hosts in rules: this program's own getaddrinfo stands for a network that answers late, and counts who asks.
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/graph_evaluator.hpp"
#include "plugins/matcher-sinsp/host_names.hpp"

#include <arpa/inet.h>
#include <condition_variable>
#include <mutex>
#include <netdb.h>
#include <thread>

using namespace falco::matcher;

namespace {

struct Network {
	std::mutex mutex;
	std::condition_variable changed;
	int asked = 0;        // guarded by mutex
	bool answers = false; // guarded by mutex; until then whoever asks waits

	void let_answer()
	{
		const std::lock_guard<std::mutex> lock(mutex);
		answers = true;
		changed.notify_all();
	}
	int count()
	{
		const std::lock_guard<std::mutex> lock(mutex);
		return asked;
	}
};

Network &network()
{
	static auto *one = new Network; // a thread may wait in it when the program ends
	return *one;
}

// How many of the recording's connections a rule with this condition matches.
size_t matches(const std::string &condition, bool look_up)
{
	LoadedRules loaded(rule_with("\"evt.type = connect and evt.dir = < and " + condition + "\""));
	sinsp inspector;
	inspector.open_savefile(FALCO_TRACES "/acts.scap");
	HostNames::instance().look_up(look_up);
	GraphEvaluator evaluator(loaded.rules, false, &inspector);
	std::vector<uint32_t> matched;
	size_t count = 0;
	for (sinsp_evt *event = nullptr;;) {
		const int32_t result = inspector.next(&event);
		if (result == SCAP_EOF) {
			return count;
		}
		if (result == SCAP_SUCCESS) {
			matched.clear();
			evaluator.evaluate(event, true, matched);
			count += matched.size();
		}
	}
}

} // namespace

extern "C" int getaddrinfo(const char *name, const char *, const addrinfo *, addrinfo **result)
{
	std::unique_lock<std::mutex> lock(network().mutex);
	network().asked++;
	network().changed.wait(lock, [] { return network().answers; });
	if (std::string(name) != "service.example") {
		return EAI_NONAME;
	}
	auto *address = new sockaddr_in{};
	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*result = new addrinfo{};
	(*result)->ai_family = AF_INET;
	(*result)->ai_addr = reinterpret_cast<sockaddr *>(address);
	return 0;
}

extern "C" void freeaddrinfo(addrinfo *found)
{
	delete reinterpret_cast<sockaddr_in *>(found->ai_addr);
	delete found;
}

// One test, since what a process knows of names stays.
TEST(HostNames, are_looked_up_off_the_capture_thread_and_not_at_all_in_a_replay)
{
	const size_t connections = matches("fd.sip = 127.0.0.1", false);
	ASSERT_GT(connections, 0U);

	EXPECT_EQ(matches("fd.sip.name = service.example", false), 0U);
	EXPECT_EQ(matches("fd.sip.name in (service.example, other.example)", false), 0U);
	EXPECT_EQ(network().count(), 0) << "a replay asked the network";

	// The network does not answer yet, and nothing waits for it.
	EXPECT_EQ(matches("fd.sip.name = service.example", true), 0U);
	EXPECT_EQ(matches("fd.sip = 127.0.0.1 and fd.sip.name != service.example", true), connections);

	network().let_answer();
	const auto loopback = htonl(INADDR_LOOPBACK);
	const std::string_view address(reinterpret_cast<const char *>(&loopback), sizeof loopback);
	const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
	while (HostNames::instance().name_of(address).empty() && std::chrono::steady_clock::now() < until) {
		std::this_thread::yield();
	}
	EXPECT_EQ(HostNames::instance().name_of(address), "service.example");
	EXPECT_EQ(matches("fd.sip.name = service.example", true), connections);
	EXPECT_EQ(matches("fd.sip.name in (other.example, service.example)", true), connections);
	EXPECT_EQ(matches("fd.sip = 127.0.0.1 and fd.sip.name != service.example", true), 0U);
	EXPECT_EQ(matches("fd.sip.name = other.example", true), 0U);
}
