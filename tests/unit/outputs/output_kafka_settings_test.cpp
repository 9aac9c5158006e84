// SPDX-License-Identifier: Apache-2.0
//
// What of output-kafka's settings reaches librdkafka.
#include "plugins/output-kafka/settings.hpp"

#include <falco/plugin.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using nlohmann::json;

// What librdkafka was told.
std::string told(const json &config, const std::string &name)
{
	const KafkaConf conf = kafka_conf(config);
	char value[256] = "";
	size_t size = sizeof value;
	EXPECT_EQ(rd_kafka_conf_get(conf.get(), name.c_str(), value, &size), RD_KAFKA_CONF_OK) << name;
	return value;
}

json with(const json &librdkafka)
{
	return {{"brokers", {"one:9092", "two:9092"}}, {"topic", "alerts"}, {"librdkafka", librdkafka}};
}

TEST(KafkaSettings, of_sasl_and_tls_reach_librdkafka_as_they_are)
{
	const json settings = {{"security.protocol", "sasl_ssl"},
			       {"sasl.mechanism", "SCRAM-SHA-512"},
			       {"sasl.username", "falco"},
			       {"sasl.password", "a secret"},
			       {"ssl.ca.location", "/etc/falco/ca.pem"},
			       {"ssl.certificate.location", "/etc/falco/falco.pem"},
			       {"ssl.key.location", "/etc/falco/falco.key"},
			       {"ssl.key.password", "another"},
			       {"ssl.endpoint.identification.algorithm", "https"},
			       {"enable.ssl.certificate.verification", true},
			       {"socket.timeout.ms", 12345}};
	for (const auto &[name, value] : settings.items()) {
		const std::string expected = value.is_string() ? value.get<std::string>() : value.dump();
		EXPECT_EQ(told(with(settings), name), expected) << name;
	}
}

TEST(KafkaSettings, of_delivery_are_the_plugin_s)
{
	EXPECT_EQ(told(with(json::object()), "bootstrap.servers"), "one:9092,two:9092");
	EXPECT_EQ(told(with(json::object()), "acks"), "-1"); // all
	EXPECT_EQ(told(with(json::object()), "enable.idempotence"), "true");
	EXPECT_EQ(told(with(json::object()), "message.timeout.ms"), "0");
	for (const char *own : {"acks", "enable.idempotence", "bootstrap.servers"})
		EXPECT_THROW(kafka_conf(with({{own, "1"}})), falco::ConfigError) << own;
}

} // namespace
