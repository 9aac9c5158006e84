// SPDX-License-Identifier: Apache-2.0
#include "tests/support/kafka.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>

namespace falco::test {

namespace {

constexpr int16_t kProduce = 0; // the protocol's number of that request

rd_kafka_t *make(rd_kafka_type_t type, const std::vector<std::pair<const char *, std::string>> &settings)
{
	char error[256];
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	for (const auto &[name, value] : settings)
		if (rd_kafka_conf_set(conf, name, value.c_str(), error, sizeof error) != RD_KAFKA_CONF_OK)
			throw std::runtime_error(error);
	rd_kafka_t *kafka = rd_kafka_new(type, conf, error, sizeof error);
	if (!kafka) throw std::runtime_error(error);
	return kafka;
}

std::string bytes(const void *data, size_t size)
{
	return data ? std::string(static_cast<const char *>(data), size) : "";
}

KafkaMessage copy(const rd_kafka_message_t *message)
{
	KafkaMessage copied{message->partition, bytes(message->key, message->key_len),
			    bytes(message->payload, message->len), "", 0};
	rd_kafka_timestamp_type_t type;
	copied.time_ms = rd_kafka_message_timestamp(message, &type);
	rd_kafka_headers_t *headers = nullptr;
	const void *id = nullptr;
	size_t size = 0;
	if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR &&
	    rd_kafka_header_get_last(headers, "falco-id", &id, &size) == RD_KAFKA_RESP_ERR_NO_ERROR)
		copied.id = bytes(id, size);
	return copied;
}

} // namespace

KafkaCluster::KafkaCluster(int brokers, const std::string &topic, int partitions)
    : count_(brokers), handle_(make(RD_KAFKA_PRODUCER, {{"client.id", "mock"}})),
      cluster_(rd_kafka_mock_cluster_new(handle_, brokers))
{
	if (!cluster_ || rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, brokers) != 0)
		throw std::runtime_error("librdkafka's mock cluster cannot be made");
}

KafkaCluster::~KafkaCluster()
{
	rd_kafka_mock_cluster_destroy(cluster_);
	rd_kafka_destroy(handle_);
}

std::string KafkaCluster::brokers() const
{
	return rd_kafka_mock_cluster_bootstraps(cluster_);
}

void KafkaCluster::down()
{
	for (int broker = 1; broker <= count_; ++broker)
		rd_kafka_mock_broker_set_down(cluster_, broker);
}

void KafkaCluster::up()
{
	for (int broker = 1; broker <= count_; ++broker)
		rd_kafka_mock_broker_set_up(cluster_, broker);
}

void KafkaCluster::fail_produce(const std::vector<rd_kafka_resp_err_t> &errors)
{
	rd_kafka_mock_push_request_errors_array(cluster_, kProduce, errors.size(), errors.data());
}

std::vector<KafkaMessage> consume(const std::string &brokers, const std::string &topic, int partitions, size_t count)
{
	rd_kafka_t *kafka = make(RD_KAFKA_CONSUMER, {{"bootstrap.servers", brokers}, {"group.id", "test"}});
	rd_kafka_poll_set_consumer(kafka);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
	for (int partition = 0; partition < partitions; ++partition)
		rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
	rd_kafka_assign(kafka, list);
	rd_kafka_topic_partition_list_destroy(list);

	std::vector<KafkaMessage> messages;
	auto last = std::chrono::steady_clock::now();
	while (messages.size() < count && std::chrono::steady_clock::now() - last < std::chrono::seconds(60)) {
		constexpr int kPollMs = 100;
		rd_kafka_message_t *message = rd_kafka_consumer_poll(kafka, kPollMs);
		if (!message) continue;
		if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
			messages.push_back(copy(message));
			last = std::chrono::steady_clock::now();
		}
		rd_kafka_message_destroy(message);
	}
	rd_kafka_consumer_close(kafka);
	rd_kafka_destroy(kafka);
	return messages;
}

} // namespace falco::test
