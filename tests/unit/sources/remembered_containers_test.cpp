// SPDX-License-Identifier: Apache-2.0
//
// Which containers processes of a recording are in, as libsinsp finds out and as it does with what is remembered.
#include "plugins/source-scapfile/remembered_containers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

using namespace falco::scapfile;

namespace {

// By the number of the event, that of its thread.
std::map<uint64_t, std::string> containers_in(const std::string &path, bool remembered)
{
	sinsp inspector;
	if (remembered) remember_containers(inspector);
	inspector.open_savefile(path);
	std::map<uint64_t, std::string> containers;
	sinsp_evt *event = nullptr;
	for (int32_t result; (result = inspector.next(&event)) != SCAP_EOF;) {
		if (result != SCAP_SUCCESS || event->get_thread_info() == nullptr) continue;
		const std::string &id = event->get_thread_info()->m_container_id;
		const auto info = inspector.m_container_manager.get_container(id);
		containers[event->get_num()] = id + (info ? " of type " + std::to_string(info->m_type) : "");
	}
	return containers;
}

// Finds a container in groups that have `found_in` in their path, and counts how often it is asked.
class CountingEngine final : public RememberedContainers::Engine {
public:
	CountingEngine(libsinsp::container_engine::container_cache_interface &cache, std::string found_in)
	    : container_engine_base(cache), found_in_(std::move(found_in))
	{
	}
	bool resolve(sinsp_threadinfo *thread, bool) override
	{
		asked++;
		for (const auto &group : thread->cgroups()) {
			if (group.second.find(found_in_) == std::string::npos) continue;
			thread->m_container_id = found_in_;
			return complete;
		}
		return false;
	}
	int asked = 0;
	bool complete = true; // its information about what it finds

private:
	const std::string found_in_;
};

class RememberedEngines : public testing::Test {
protected:
	// What is said of a process in these groups.
	std::string container_of(const std::vector<std::string> &groups)
	{
		sinsp_threadinfo thread(&inspector_);
		thread.set_cgroups(groups);
		known_.resolve(&thread, false);
		return thread.m_container_id;
	}

	sinsp inspector_;
	std::shared_ptr<CountingEngine> first_ =
		std::make_shared<CountingEngine>(inspector_.m_container_manager, "one");
	std::shared_ptr<CountingEngine> second_ =
		std::make_shared<CountingEngine>(inspector_.m_container_manager, "two");
	std::shared_ptr<CountingEngine> free_ =
		std::make_shared<CountingEngine>(inspector_.m_container_manager, "three");
	RememberedContainers known_{inspector_.m_container_manager, {first_, second_, free_}, 0b011};
};

} // namespace

TEST(RememberContainers, finds_the_same_as_libsinsp_in_recordings)
{
	for (const char *name : {"acts.scap", "mixed.scap"}) {
		const std::string path = std::string(FALCO_SOURCE_DIR "/tests/traces/") + name;
		const auto plain = containers_in(path, false);
		EXPECT_GT(plain.size(), 1000u);
		EXPECT_EQ(containers_in(path, true), plain) << name;
	}
}

TEST_F(RememberedEngines, that_found_nothing_are_not_asked_again_about_the_same_groups)
{
	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(container_of({"cpu=/a", "memory=/a"}), "");
	}
	EXPECT_EQ(first_->asked, 1);
	EXPECT_EQ(second_->asked, 1);
	EXPECT_EQ(free_->asked, 3); // does not go by the groups alone
	EXPECT_EQ(container_of({"cpu=/a", "memory=/two"}), "two");
	EXPECT_EQ(first_->asked, 2);
	EXPECT_EQ(container_of({"cpu=/a"}), "");
	EXPECT_EQ(first_->asked, 3);
}

TEST_F(RememberedEngines, that_found_a_container_are_asked_each_time)
{
	second_->complete = false; // as when a container is being looked up
	EXPECT_EQ(container_of({"cpu=/two"}), "two");
	second_->complete = true;
	EXPECT_EQ(container_of({"cpu=/two"}), "two");
	EXPECT_EQ(container_of({"cpu=/two"}), "two");
	EXPECT_EQ(first_->asked, 1);
	EXPECT_EQ(second_->asked, 3);
	EXPECT_EQ(free_->asked, 1);
}
