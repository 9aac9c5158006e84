// SPDX-License-Identifier: Apache-2.0
#include "tests/support/kafka.hpp"
#include "tests/unit/outputs/plugin_under_test.hpp"

#include "host/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace falco::host::test {

namespace {

using falco::test::consume;
using falco::test::KafkaCluster;
using falco::test::KafkaMessage;
using testing::EndsWith;
using testing::HasSubstr;

constexpr const char *kTopic = "alerts";
constexpr int kPartitions = 3;

class OutputKafka : public testing::Test {
protected:
	std::unique_ptr<Output> create(nlohmann::json config = nlohmann::json::object())
	{
		config["brokers"] = cluster.brokers();
		config["topic"] = kTopic;
		return plugin.create(config);
	}
	std::vector<KafkaMessage> consumed(size_t count) const
	{
		return consume(cluster.brokers(), kTopic, kPartitions, count);
	}

	PluginUnderTest plugin{"kafka"};
	KafkaCluster cluster{3, kTopic, kPartitions};
};

// Until the alerts are delivered; false after long.
bool flush(Output &output)
{
	for (int i = 0; i < 3000; ++i)
		if (output.flush().ok()) return true;
	return false;
}

std::vector<std::string> values(const std::vector<KafkaMessage> &messages)
{
	std::vector<std::string> values;
	for (const KafkaMessage &message : messages)
		values.push_back(message.value);
	return values;
}

} // namespace

TEST_F(OutputKafka, an_alert_arrives_with_its_time_id_and_host)
{
	const auto output = create();
	EXPECT_TRUE(write(*output, "the text", 1).ok());
	EXPECT_TRUE(flush(*output));
	const auto messages = consumed(1);
	ASSERT_EQ(messages.size(), 1u);
	EXPECT_EQ(messages[0].value, "the text");
	EXPECT_EQ(messages[0].key, "host");
	EXPECT_EQ(messages[0].id, "0123456789abcdef-1");
	EXPECT_EQ(messages[0].time_ms, 1465256864080);
}

TEST_F(OutputKafka, alerts_of_one_key_keep_their_order_in_one_partition)
{
	const auto output = create({{"key", "rule"}});
	std::vector<std::string> sent;
	for (uint64_t i = 1; i <= 500; ++i) {
		sent.push_back(std::to_string(i));
		EXPECT_TRUE(write(*output, sent.back(), i).ok());
	}
	EXPECT_TRUE(flush(*output));
	const auto messages = consumed(sent.size());
	EXPECT_EQ(values(messages), sent);
	for (const KafkaMessage &message : messages) {
		EXPECT_EQ(message.key, "rule");
		EXPECT_EQ(message.partition, messages[0].partition);
	}
}

TEST_F(OutputKafka, an_alert_is_delivered_only_when_the_cluster_has_it)
{
	const auto output = create();
	EXPECT_TRUE(write(*output, "first", 1).ok());
	EXPECT_TRUE(flush(*output));
	cluster.down();
	EXPECT_TRUE(write(*output, "second", 2).ok());
	const Status status = output->flush();
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	EXPECT_THAT(status.message, HasSubstr("1 alert is not acknowledged"));
	cluster.up();
	EXPECT_TRUE(flush(*output));
	EXPECT_THAT(values(consumed(2)), testing::ElementsAre("first", "second"));
}

TEST_F(OutputKafka, starts_without_a_cluster_and_loses_nothing)
{
	cluster.down();
	const auto output = create();
	std::vector<std::string> sent;
	for (uint64_t i = 1; i <= 100; ++i) {
		sent.push_back(std::to_string(i));
		EXPECT_TRUE(write(*output, sent.back(), i).ok());
	}
	EXPECT_EQ(output->flush().code, FALCO_ERR_RETRY);
	cluster.up();
	EXPECT_TRUE(flush(*output));
	EXPECT_EQ(values(consumed(sent.size())), sent);
}

TEST_F(OutputKafka, a_cluster_that_goes_and_comes_gets_each_alert_once_in_order)
{
	const auto output = create();
	std::vector<std::string> sent;
	uint64_t number = 0;
	for (int round = 0; round < 3; ++round) {
		for (int i = 0; i < 200; ++i) {
			sent.push_back(std::to_string(++number));
			EXPECT_TRUE(write(*output, sent.back(), number).ok());
			if (i == 100) cluster.down();
		}
		cluster.up();
		EXPECT_TRUE(flush(*output));
	}
	EXPECT_EQ(values(consumed(sent.size())), sent);
}

TEST_F(OutputKafka, an_error_that_may_pass_is_tried_again)
{
	const auto output = create();
	cluster.fail_produce({RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT});
	EXPECT_TRUE(write(*output, "text", 1).ok());
	EXPECT_TRUE(flush(*output));
	EXPECT_THAT(values(consumed(1)), testing::ElementsAre("text"));
}

TEST_F(OutputKafka, an_alert_that_the_cluster_refuses_is_named_and_kept)
{
	const auto output = create();
	cluster.fail_produce({RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
	EXPECT_TRUE(write(*output, "text", 1).ok());
	Status status = output->flush();
	for (int i = 0; i < 50 && status.message.find("authorization") == std::string::npos; ++i)
		status = output->flush();
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	EXPECT_EQ(status.message, "1 alert is not acknowledged: Broker: Topic authorization failed");
	EXPECT_TRUE(flush(*output));
	EXPECT_THAT(values(consumed(1)), testing::ElementsAre("text"));
}

TEST_F(OutputKafka, begins_anew_without_a_loss_when_it_is_opened_again)
{
	const auto output = create();
	cluster.down();
	EXPECT_TRUE(write(*output, "first", 1).ok());
	EXPECT_TRUE(output->reopen().ok());
	cluster.up();
	EXPECT_TRUE(write(*output, "second", 2).ok());
	EXPECT_TRUE(flush(*output));
	EXPECT_THAT(values(consumed(2)), testing::ElementsAre("first", "second"));
}

TEST_F(OutputKafka, an_alert_that_is_too_large_does_not_hold_up_the_others)
{
	const auto output = create({{"librdkafka", {{"message.max.bytes", 2000}}}});
	const Status status = write(*output, std::string(5000, 'x'), 1);
	EXPECT_EQ(status.code, FALCO_ERR_UNSUPPORTED);
	EXPECT_EQ(status.message, "Broker: Message size too large (librdkafka: message.max.bytes)");
	EXPECT_TRUE(write(*output, "small", 2).ok());
	EXPECT_TRUE(flush(*output));
	EXPECT_THAT(values(consumed(1)), testing::ElementsAre("small"));
}

TEST_F(OutputKafka, an_alert_that_is_too_large_for_the_cluster_does_not_hold_up_the_others)
{
	for (const rd_kafka_resp_err_t refusal :
	     {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE,
	      RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE}) {
		const auto output = create();
		cluster.fail_produce({refusal, refusal});
		EXPECT_TRUE(write(*output, "large", 1).ok());
		Status status;
		do
			status = output->flush();
		while (status.code == FALCO_ERR_RETRY);
		EXPECT_EQ(status.code, FALCO_ERR_UNSUPPORTED);
		EXPECT_EQ(status.message, rd_kafka_err2str(refusal));
		EXPECT_TRUE(write(*output, rd_kafka_err2name(refusal), 2).ok());
		EXPECT_TRUE(output->flush().ok() || flush(*output));
	}
	EXPECT_THAT(values(consumed(3)),
		    testing::ElementsAre("MSG_SIZE_TOO_LARGE", "INVALID_MSG_SIZE", "RECORD_LIST_TOO_LARGE"));
}

// The cluster refuses the whole batch, in which only one may be too large, or all of them together.
TEST_F(OutputKafka, those_that_were_sent_with_one_that_is_too_large_arrive)
{
	cluster.down(); // so that they go together
	const auto output = create();
	std::vector<std::string> sent;
	for (uint64_t i = 1; i <= 5; ++i) {
		sent.push_back(std::to_string(i));
		EXPECT_TRUE(write(*output, sent.back(), i).ok());
	}
	constexpr auto kRefusal = RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, kGood = RD_KAFKA_RESP_ERR_NO_ERROR;
	cluster.fail_produce({kRefusal, kGood, kRefusal, kGood, kGood, kGood});
	cluster.up();
	int lost = 0;
	for (Status status = output->flush(); !status.ok(); status = output->flush())
		lost += status.code == FALCO_ERR_UNSUPPORTED ? 1 : 0;
	EXPECT_EQ(lost, 1);
	sent.erase(sent.begin() + 1);
	EXPECT_EQ(values(consumed(sent.size())), sent);
}

TEST_F(OutputKafka, says_when_it_has_no_room_for_more)
{
	cluster.down();
	const auto output = create({{"librdkafka", {{"queue.buffering.max.messages", 10}}}});
	std::vector<std::string> sent;
	Status status;
	uint64_t number = 0;
	while ((status = write(*output, std::to_string(number + 1), number + 1)).ok())
		sent.push_back(std::to_string(++number));
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	EXPECT_THAT(status.message, HasSubstr("no room for more alerts"));
	EXPECT_EQ(sent.size(), 10u);
	cluster.up();
	EXPECT_TRUE(flush(*output));
	EXPECT_EQ(values(consumed(sent.size())), sent);
}

TEST_F(OutputKafka, works_with_each_compression_and_acknowledgement)
{
	std::set<std::string> sent;
	uint64_t number = 0;
	for (const char *compression : {"none", "gzip", "snappy", "lz4", "zstd"}) {
		for (const char *acks : {"all", "1", "0"}) {
			const auto output = create({{"compression", compression}, {"acks", acks}, {"key", "none"}});
			const std::string text = std::string(compression) + acks;
			EXPECT_TRUE(write(*output, text, ++number).ok());
			EXPECT_TRUE(flush(*output)) << text;
			sent.insert(text);
		}
	}
	const auto got = values(consumed(sent.size()));
	EXPECT_EQ(std::set<std::string>(got.begin(), got.end()), sent);
}

TEST_F(OutputKafka, refuses_settings_that_librdkafka_does_not_take)
{
	nlohmann::json config{{"brokers", {"127.0.0.1:1"}}, {"topic", "t"}};
	const auto with = [&](const char *name, const nlohmann::json &value) {
		nlohmann::json changed = config;
		changed["librdkafka"] = {{name, value}};
		return plugin.refusal(changed);
	};
	EXPECT_THAT(with("no.such.setting", 1),
		    EndsWith("librdkafka: No such configuration property: \"no.such.setting\""));
	EXPECT_THAT(with("acks", 1), EndsWith("librdkafka: acks cannot be set here; see the plugin's own keys"));
	EXPECT_THAT(with("security.protocol", "carrier-pigeon"), HasSubstr("Invalid value"));
	config["librdkafka"] = {{"security.protocol", "ssl"}, {"ssl.ca.location", "/no/such.pem"}};
	EXPECT_THAT(plugin.refusal(config), HasSubstr("ssl.ca.location failed")); // is read at once
	config.erase("librdkafka");
	config["acks"] = "1";
	config["idempotent"] = true;
	EXPECT_THAT(plugin.refusal(config), EndsWith("idempotent needs acks: all, not 1"));
}

} // namespace falco::host::test
