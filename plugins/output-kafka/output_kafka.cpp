// SPDX-License-Identifier: Apache-2.0
//
// output-kafka: writes alerts to a topic of a Kafka cluster. An alert is delivered when the cluster has acknowledged
// it.
#include "producer.hpp"
#include "settings.hpp"

#include <falco/plugin.hpp>

#include <string>
#include <string_view>

namespace {

class Kafka final : public falco::Output {
public:
	Kafka(falco::Host host, std::string_view config) : Kafka(host, nlohmann::json::parse(config)) {}

	void write(const falco::Alert &alert) override
	{
		constexpr uint64_t kMillisecond = 1000000;
		const falco_alert &raw = alert.raw();
		producer_.produce({key_ == "host" ? raw.hostname : raw.rule, key_ != "none", std::string(alert.line()),
				   raw.id, static_cast<int64_t>(raw.time_ns / kMillisecond)});
	}
	void flush() override { producer_.confirm(); }
	void reopen() override { producer_.restart(); }

private:
	Kafka(falco::Host host, const nlohmann::json &config)
	    : key_(config.value("key", "host")),
	      producer_(host, kafka_conf(config), config.at("topic").get<std::string>())
	{
	}

	const std::string key_;
	KafkaProducer producer_;
};

} // namespace

FALCO_OUTPUT_PLUGIN(Kafka, 0, {"kafka", "1.0.0", "writes alerts to a topic of a Kafka cluster", nullptr, kKafkaSchema})
