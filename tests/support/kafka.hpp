// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <cstdint>
#include <string>
#include <vector>

namespace falco::test {

/// A Kafka cluster within this process: librdkafka's mock brokers, which listen on real sockets of the loopback, so
/// that other processes can use it, too.
class KafkaCluster {
public:
	KafkaCluster(int brokers, const std::string &topic, int partitions);
	~KafkaCluster();
	KafkaCluster(const KafkaCluster &) = delete;
	KafkaCluster &operator=(const KafkaCluster &) = delete;

	/// Its brokers as HOST:PORT,...
	std::string brokers() const;
	void down();
	void up();
	/// The next requests of Produce are answered with these.
	void fail_produce(const std::vector<rd_kafka_resp_err_t> &errors);

private:
	const int count_;
	rd_kafka_t *handle_;
	rd_kafka_mock_cluster_t *cluster_;
};

struct KafkaMessage {
	int partition;
	std::string key, value, id;
	int64_t time_ms;
};

/// The first `count` messages of a topic, those of each partition in their order. Fewer when no further one came for a
/// long time.
std::vector<KafkaMessage> consume(const std::string &brokers, const std::string &topic, int partitions, size_t count);

} // namespace falco::test
