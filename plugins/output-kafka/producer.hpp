// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "settings.hpp"

#include <falco/plugin.hpp>

#include <deque>
#include <string>

// A producer of librdkafka that keeps every message until the cluster has acknowledged it. One thread at a time;
// librdkafka's own threads run from the first message on.
class KafkaProducer {
public:
	struct Message {
		std::string key; // without is_keyed: not used
		bool is_keyed;
		std::string value;
		std::string id; // goes along as the header falco-id
		int64_t time_ms;
	};

	// Tries the settings out. Throws ConfigError.
	KafkaProducer(falco::Host host, KafkaConf conf, std::string topic);
	~KafkaProducer();
	KafkaProducer(const KafkaProducer &) = delete;
	KafkaProducer &operator=(const KafkaProducer &) = delete;

	// Takes a message for later. Throws RetryLater when librdkafka has no room, and Unsupported when the message is
	// too large for it.
	void produce(const Message &message);

	// Waits a while until every message is acknowledged. Throws RetryLater when some are not, and Unsupported for
	// one that the cluster will never take and that is gone.
	void confirm();

	// With the next message, begins anew: what is not acknowledged goes with it, and files are read again.
	void restart();

private:
	void start();
	void stop();
	// False: librdkafka has no room. Throws for a message that it does not take, as produce does.
	bool hand_over(const Message &message);
	// Hands over again what came back.
	void produce_failed();
	// Sends each of the suspects by itself. False: one of them is underway, or has to wait.
	bool try_suspects();
	// Until everything is acknowledged, or for a while.
	void wait_for_cluster();
	static void delivered(rd_kafka_t *, const rd_kafka_message_t *message, void *self);
	static void told(const rd_kafka_t *kafka, int level, const char *facility, const char *text);
	static void erred(rd_kafka_t *, int code, const char *reason, void *self);

	const falco::Host host_;
	const KafkaConf conf_;
	const std::string topic_;
	rd_kafka_t *kafka_ = nullptr;
	std::deque<Message> failed_; // not acknowledged, and no longer librdkafka's
	// The cluster refused a batch for its size or for one of its messages: these were in it.
	std::deque<Message> suspects_;
	bool is_suspect_underway_ = false; // and nothing else is
	std::deque<std::string> refusals_; // of suspects by themselves: such a one is lost
	std::string last_error_;
	bool is_away_ = false; // no broker can be reached
};
