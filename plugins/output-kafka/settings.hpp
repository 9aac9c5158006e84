// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <librdkafka/rdkafka.h>
#include <nlohmann/json.hpp>

#include <memory>

struct KafkaConfDeleter {
	void operator()(rd_kafka_conf_t *conf) const { rd_kafka_conf_destroy(conf); }
};
using KafkaConf = std::unique_ptr<rd_kafka_conf_t, KafkaConfDeleter>;

extern const char kKafkaSchema[];

// librdkafka's settings for the plugin's. Throws ConfigError that names the key.
KafkaConf kafka_conf(const nlohmann::json &config);
