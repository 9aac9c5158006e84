// SPDX-License-Identifier: Apache-2.0
//
// Names of hosts in rules: this program's own getaddrinfo stands for a network that answers late, and counts who asks.
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/explainer.hpp"
#include "plugins/matcher-sinsp/graph_evaluator.hpp"
#include "plugins/matcher-sinsp/host_names.hpp"
#include "plugins/matcher-sinsp/name_resolution.hpp"
#include "plugins/matcher-sinsp/reference_evaluator.hpp"
#include "plugins/matcher-sinsp/verifying_evaluator.hpp"

#include <falco/plugin_test.hpp>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <condition_variable>
#include <mutex>
#include <netdb.h>
#include <thread>

using namespace falco::matcher;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

const std::thread::id kCaptureThread = std::this_thread::get_id();

struct Network {
	std::mutex mutex;
	std::condition_variable changed;
	int asked = 0;                  // guarded by mutex
	int asked_while_capturing = 0;  // by the thread of the events; guarded by mutex
	std::set<std::string> answered; // names; whoever asks for another waits; guarded by mutex

	void let_answer(const std::set<std::string> &names)
	{
		const std::lock_guard<std::mutex> lock(mutex);
		answered.insert(names.begin(), names.end());
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

// How many of the recording's events each way to decide takes for matches of a rule with this condition.
struct Matches {
	size_t fast = 0, reference = 0, verified = 0, explained = 0;
	uint64_t differences = 0;

	bool are(size_t number) const
	{
		return differences == 0 && fast == number && reference == number && verified == number &&
		       explained == number;
	}
};

std::ostream &operator<<(std::ostream &out, const Matches &matches)
{
	return out << "fast " << matches.fast << ", reference " << matches.reference << ", verified "
		   << matches.verified << ", explained " << matches.explained << ", differences "
		   << matches.differences;
}

size_t count(Evaluator &evaluator, sinsp_evt *event)
{
	std::vector<uint32_t> matched;
	evaluator.evaluate(event, true, matched);
	return matched.size();
}

// The recording's connections of which the condition holds.
Matches matches(const std::string &condition)
{
	LoadedRules loaded(rule_with("\"evt.type = connect and evt.dir = < and " + condition + "\""));
	EXPECT_THAT(loaded.errors, IsEmpty());
	sinsp inspector;
	inspector.open_savefile(FALCO_TRACES "/acts.scap");
	GraphEvaluator fast(loaded.rules, false, &inspector);
	ReferenceEvaluator reference(loaded.rules, false, &inspector);
	VerifyingEvaluator verifying(loaded.rules, false, &inspector, [](const std::string &) {});
	Explainer explainer(loaded.files, loaded.rules, false);
	explainer.bind(&inspector);
	Matches matches;
	for (sinsp_evt *event = nullptr;;) {
		const int32_t result = inspector.next(&event);
		if (result == SCAP_EOF) {
			matches.differences = verifying.differences();
			return matches;
		}
		if (result == SCAP_SUCCESS) {
			matches.fast += count(fast, event);
			matches.reference += count(reference, event);
			matches.verified += count(verifying, event);
			matches.explained += explainer.explain(event, 0)["matches"] == true ? 1 : 0;
		}
	}
}

bool is_known(const std::string &name, uint32_t address)
{
	const auto bytes = htonl(address);
	return HostNames::instance().name_of({reinterpret_cast<const char *>(&bytes), sizeof bytes}) == name;
}

} // namespace

// Of the names, service.example is this host; the others do not exist.
extern "C" int getaddrinfo(const char *name, const char *, const addrinfo *, addrinfo **result)
{
	std::unique_lock<std::mutex> lock(network().mutex);
	network().asked++;
	if (std::this_thread::get_id() == kCaptureThread) {
		network().asked_while_capturing++;
		return EAI_NONAME;
	}
	network().changed.wait(lock, [&] { return network().answered.count(name) != 0; });
	if (std::string(name) == "failing.example") {
		return EAI_AGAIN;
	}
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
	HostNames &names = HostNames::instance();
	const auto all = matches("fd.sip = 127.0.0.1");
	const size_t connections = all.fast;
	ASSERT_GT(connections, 0U);
	ASSERT_TRUE(all.are(connections)) << all;
	const auto expect = [](const std::string &condition, size_t number) {
		const auto found = matches(condition);
		EXPECT_TRUE(found.are(number)) << condition << ": " << found << ", not " << number;
	};
	const std::string not_service = "fd.sip = 127.0.0.1 and fd.sip.name != service.example";

	expect("fd.sip.name = service.example", 0);
	expect("fd.sip.name in (service.example, other.example)", 0);
	expect(not_service, 0);
	EXPECT_EQ(network().count(), 0) << "a replay asked the network";

	// The network does not answer yet, nothing waits for it, and no comparison holds.
	names.look_up(true);
	expect("fd.sip.name = service.example", 0);
	expect("fd.sip.name in (other.example, service.example)", 0);
	expect(not_service, 0);
	expect("fd.sip = 127.0.0.1 and not fd.sip.name = service.example", connections);

	// Names that get no answer hold up no other.
	const auto service = names.add("service.example"), other = names.add("other.example"),
		   silent = names.add("a.silent.example"), failing = names.add("failing.example");
	EXPECT_THAT(names.wait_for_answers(0ms, 0ms),
		    ElementsAre("a.silent.example", "failing.example", "other.example", "service.example"));
	const auto late = names.add("late.example");
	network().let_answer({"service.example", "other.example", "failing.example", "late.example"});
	EXPECT_THAT(names.wait_for_answers(60s, 60s), IsEmpty()) << "those that were waited for are so again";
	const auto until = std::chrono::steady_clock::now() + 60s;
	while ((service->version() == 0 || other->version() == 0) && std::chrono::steady_clock::now() < until) {
		std::this_thread::yield();
	}
	EXPECT_TRUE(is_known("service.example", INADDR_LOOPBACK));
	expect("fd.sip.name = service.example", connections);
	expect("fd.sip.name in (other.example, service.example)", connections);
	expect(not_service, 0);
	expect("fd.sip.name = other.example", 0);
	expect("fd.sip = 127.0.0.1 and fd.sip.name != other.example", connections); // there is no such name
	expect("fd.sip = 127.0.0.1 and fd.sip.name != failing.example", 0);         // nobody knows
	expect("fd.sip.name exists and fd.sip = 127.0.0.1", connections);
	EXPECT_EQ(network().asked_while_capturing, 0);

	// A replay that asks waits for the answers, but not for ever, and tells which did not come.
	falco::plugin_test::FakeHost host;
	sinsp inspector;
	inspector.open_savefile(FALCO_TRACES "/acts.scap");
	NameResolution resolution("always", {10ms, 10ms});
	resolution.begin(inspector);
	const auto open = names.add("another.silent.example");
	resolution.wait(falco::Host(host.get()));
	ASSERT_EQ(host.lines().size(), 1U);
	EXPECT_THAT(host.lines()[0].text, HasSubstr("'another.silent.example'"));
}
